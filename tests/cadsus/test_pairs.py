"""The queue of suspects: what is decided holds as long as the compared fields say the same, also after unifications."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cadsus.models import SuspectedPair
from cadsus.services import pairs
from cadsus.services.people import correct_person
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from registry import search, similarity
from registry.duplicates import QUEUE_FROM
from registry.models import Person
from tests.cadsus.suspects import suspect
from tests.cadsus.web import facts_of, fresh, make_pair, make_registrar, registrar, unify
from tests.clock import now, today
from tests.factories import make_person
from tests.factories.cadsus import in_sgop

pytestmark = pytest.mark.django_db
TWINS = "São gêmeas: conferi as certidões"


def suspects() -> SuspectedPair:
    pair = suspect(pair=make_pair(), score=97.6, at=now())
    assert pair is not None
    return pair


def dismiss(pair: SuspectedPair) -> SuspectedPair:
    return pairs.dismiss_pair(pair_id=pair.pk, reason=TWINS, by=registrar(), at=now())


def queue(day: date | None = None) -> list[int]:
    return list(SuspectedPair.objects.queue(day or today()).values_list("pk", flat=True))


def correct(person: Person, **changed: object) -> None:
    shown = fresh(person)
    correct_person(
        person_id=person.pk, version=shown.version, record=facts_of(shown, **changed), why="", by=registrar(), at=now()
    )


class TestPostpone:
    def test_it_comes_back_by_itself_on_the_day(self) -> None:
        pair, day = suspects(), today() + timedelta(days=3)
        pairs.postpone_pair(pair_id=pair.pk, until=day, by=registrar(), at=now())
        assert (queue(), queue(day - timedelta(days=1)), queue(day)) == ([], [], [pair.pk])
        assert list(SuspectedPair.objects.postponed(today())) == [pair]

    def test_not_to_today(self) -> None:
        with pytest.raises(RuleBroken, match="depois de hoje"):
            pairs.postpone_pair(pair_id=suspects().pk, until=today(), by=registrar(), at=now())

    def test_not_what_was_decided(self) -> None:
        pair = dismiss(suspects())
        with pytest.raises(NotAllowedNow):
            pairs.postpone_pair(pair_id=pair.pk, until=today() + timedelta(days=3), by=registrar(), at=now())


class TestDismiss:
    def test_it_leaves_the_queue_with_who_and_why(self) -> None:
        pair = dismiss(suspects())
        assert queue() == []
        kept = SuspectedPair.objects.get(pk=pair.pk)
        assert (kept.reason, kept.decided_at) == (TWINS, now())
        assert AuditEvent.objects.get(verb="suspected_pair.dismissed").details["reason"] == TWINS

    def test_only_the_cadastrador(self) -> None:
        pair = suspects()
        with pytest.raises(NotPermitted, match="consultador"):
            pairs.dismiss_pair(pair_id=pair.pk, reason=TWINS, by=in_sgop(make_registrar("consultant")), at=now())
        assert queue() == [pair.pk]

    def test_found_again_saying_the_same_it_stays_out(self) -> None:
        pair = dismiss(suspects())
        assert suspect(pair=(pair.right, pair.left), score=97, at=now()) is None
        correct(pair.left, phone="1133334444")
        assert queue() == []

    def test_an_accent_is_no_change(self) -> None:
        pair = dismiss(suspects())
        correct(pair.left, name="Zuléica Andrade Pinho")
        assert queue() == []

    def test_a_compared_field_that_changes_brings_it_back(self) -> None:
        pair = dismiss(suspects())
        correct(pair.left, mother="Odette Andrade Pinho")
        assert queue() == [pair.pk]
        kept = SuspectedPair.objects.get(pk=pair.pk)
        assert (kept.reason, kept.decided_by) == ("", None)

    def test_not_when_they_became_less_alike(self) -> None:
        pair = dismiss(suspects())
        correct(pair.left, mother="Genoveva Lustosa", birth_date=date(1951, 7, 30))
        assert queue() == []


class TestAfterUnifications:
    def test_the_decision_holds_for_the_record_that_stands_for_one_of_them(self) -> None:
        pair = dismiss(suspects())
        twin = make_person(
            **dict(facts_of(pair.right).person) | {"cpf": None, "email": "x@ensaio.example"},
        )
        unify(twin, pair.right, by=registrar())
        assert suspect(pair=(pair.left, twin), score=99, at=now()) is None

    def test_and_not_when_that_one_says_something_else(self) -> None:
        pair = dismiss(suspects())
        facts = dict(facts_of(pair.right).person) | {"cpf": None, "birth_date": date(1984, 3, 8)}
        other = make_person(**facts)
        unify(other, pair.right, by=registrar())
        assert suspect(pair=(pair.left, other), score=93, at=now()) is not None

    def test_a_pair_of_an_absorbed_record_waits_no_more(self) -> None:
        pair = suspects()
        unify(make_person(cpf=None), pair.right, by=registrar())
        assert queue() == []

    def test_the_decided_pair_may_still_be_unified(self) -> None:
        pair = dismiss(suspects())
        unify(pair.left, pair.right, by=registrar())
        assert SuspectedPair.objects.get(pk=pair.pk).status == "unified"


def test_the_database_keeps_a_pair_once_the_older_first() -> None:
    pair = suspects()
    again = suspect(pair=(pair.right, pair.left), score=97, at=now())
    assert (again, SuspectedPair.objects.count()) == (pair, 1)
    assert pair.left_id < pair.right_id


def test_the_queue_costs_the_same_with_one_row_and_with_ten(django_assert_num_queries: object) -> None:
    for _ in range(5):
        suspects()
    with django_assert_num_queries(1):  # type: ignore[operator] # the fixture of pytest-django
        assert (
            len(
                [
                    (row.left.name, str(row.right.birth_city))
                    for row in SuspectedPair.objects.queue(today()).with_people()
                ]
            )
            == 5
        )


@pytest.mark.parametrize(("name", "waits"), [("Ana Clara Moura Reis", False), ("Ana Paula Moura Reiz", True)])
def test_saving_asks_what_the_nightly_search_asks(name: str, waits: bool) -> None:
    """Sisters born on one day are as alike as a record written twice; the second given name tells them apart."""
    facts = {"mother": "Lúcia Moura Reis", "birth_date": date(1990, 4, 2), "sex": "F"}
    first = make_person(name="Ana Paula Moura Reis", **facts)
    other = make_person(name=name, cpf=None, **facts)
    assert similarity.compare(search.described(other), search.described(first)).score >= QUEUE_FROM
    pairs.suspect_of(other, at=now())
    assert bool(queue()) is waits
