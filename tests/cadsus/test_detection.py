"""The nightly search: whoever is new or changed against everybody, once, from where a killed pass stood."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadsus.models import DetectionPass, SuspectedPair
from cadsus.services import detection, pairs
from cadsus.services.people import correct_person
from cadsus.tasks import detect_duplicates
from common.exceptions import NotPermitted
from common.models import AuditEvent
from registry.models import Person
from rooms.tasks import visit
from tests.cadsus.web import facts_of, fresh, make_pair, make_registrar, registrar, unify
from tests.clock import Clock, now, today
from tests.factories import make_person
from tests.factories.cadsus import in_sgop

pytestmark = pytest.mark.django_db


def detect(**options: Any) -> int:
    return detection.detect(at=now(), **options)


def queue() -> set[tuple[int, int]]:
    return set(SuspectedPair.objects.queue(today()).values_list("left", "right"))


def make_twice(name: str) -> tuple[int, int]:
    """Somebody registered twice, the second time without CPF."""
    first = make_person(name=name, mother=f"Odete {name.split(maxsplit=1)[1]}", birth_date=date(1984, 3, 9))
    second = make_person(**dict(facts_of(first).person) | {"cpf": None, "email": "", "phone": ""})
    return first.pk, second.pk


def correct(person: Person, **changed: Any) -> None:
    shown = fresh(person)
    record = facts_of(shown, **changed)
    correct_person(person_id=person.pk, version=shown.version, record=record, why="", by=registrar(), at=now())


def test_whoever_is_new_is_compared_and_the_pair_waits() -> None:
    first, second = make_pair()
    assert detect() == 1
    assert queue() == {(first.pk, second.pk)}
    told = AuditEvent.objects.get(verb="detection.finished")
    assert (told.details["count"], told.system_actor) == (1, "cadsus.detect_duplicates")


def test_a_second_pass_finds_nothing_to_do() -> None:
    make_pair()
    detect()
    assert detect() == 0
    assert DetectionPass.objects.count() == 1


def test_a_new_record_is_compared_with_old_ones() -> None:
    first, second = make_pair()
    Person.objects.filter(pk=second.pk).update(is_active=False, inactive_reason="Fora")
    assert detect() == 0
    third = make_person(**dict(facts_of(second).person))
    assert detect() == 1
    assert queue() == {(first.pk, third.pk)}
    assert DetectionPass.objects.finished().first().compared == 1  # type: ignore[union-attr] # it was just finished


def test_what_tells_two_people_apart_keeps_them_out() -> None:
    make_pair(name="Zuleide Andrade Pinho")
    make_pair(name="Otacílio Mourão Prates", birth_date=date(1951, 7, 30))
    assert detect() == 0


class TestDismissed:
    def dismissed(self) -> SuspectedPair:
        make_pair()
        detect()
        pair = SuspectedPair.objects.get()
        return pairs.dismiss_pair(pair_id=pair.pk, reason="São gêmeas", by=registrar(), at=now())

    def test_a_change_of_something_else_leaves_it_decided(self) -> None:
        pair = self.dismissed()
        correct(pair.left, phone="1133334444")
        assert detect() == 0
        assert queue() == set()

    def test_a_compared_field_changed_outside_of_the_screen_brings_it_back(self) -> None:
        pair = self.dismissed()
        correct(pair.left, phone="1133334444")
        Person.objects.filter(pk=pair.left_id).update(birth_date=date(1984, 3, 8))
        assert detect() == 1
        assert queue() == {(pair.left_id, pair.right_id)}

    def test_the_decision_holds_for_who_stands_for_one_of_them(self) -> None:
        pair = self.dismissed()
        facts = dict(facts_of(pair.right).person) | {"cpf": None, "email": "x@ensaio.example"}
        twin = make_person(**facts)
        unify(twin, pair.right, by=registrar())
        assert detect() == 0
        assert queue() == set()


class TestInterrupted:
    def test_the_next_pass_goes_on_where_it_was_killed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        expected = {make_twice("Zuleica Andrade Pinho"), make_twice("Otacílio Mourão Prates")}
        everybody = Person.objects.count()
        whole, calls = pairs.take_in, iter(range(9))

        def dies(*args: Any, **options: Any) -> int:
            if next(calls) == 2:
                raise KeyboardInterrupt
            return whole(*args, **options)

        monkeypatch.setattr("cadsus.services.detection.take_in", dies)
        with pytest.raises(KeyboardInterrupt):
            detect(size=1)
        assert DetectionPass.objects.get().compared == 2
        detect(size=1)
        assert queue() == expected
        done = DetectionPass.objects.get()
        assert (done.compared, done.found, done.finished_at) == (everybody, 2, now())

    def test_who_came_meanwhile_is_of_the_next_one(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        first, second = make_pair()
        detection._begin(at=now())
        third = make_person(**dict(facts_of(second).person))
        clock.shift(timedelta(days=1))
        # With those of the third: the pass reads one side of them.
        assert detect() == 3
        assert DetectionPass.objects.get().compared == 2
        assert detect() == 0
        assert queue() > {(first.pk, second.pk), (first.pk, third.pk)}


def test_the_pass_costs_the_same_for_one_pair_and_for_five(django_assert_num_queries: Any) -> None:
    make_twice("Zuleica Andrade Pinho")
    with CaptureQueriesContext(connection) as one:
        assert detect() == 1
    for name in ("Abigail", "Benedita", "Celestina", "Dorotéia", "Eufrásia"):
        make_twice(f"{name} Andrade Pinho")
    with django_assert_num_queries(len(one)):
        assert detect() == 5


def test_each_room_is_visited_at_night() -> None:
    beat = settings.CELERY_BEAT_SCHEDULE["visit-nightly"]
    assert (beat["task"], beat["args"]) == (visit.name, [[detect_duplicates.name]])


class TestAsked:
    def test_the_registrar_starts_it(self, django_capture_on_commit_callbacks: Any) -> None:
        make_pair()
        with django_capture_on_commit_callbacks(execute=True):
            detection.ask_detection(by=registrar(), at=now())
        assert len(queue()) == 1
        assert AuditEvent.objects.filter(verb="detection.asked").exists()

    def test_the_consultador_does_not(self, django_capture_on_commit_callbacks: Any) -> None:
        with django_capture_on_commit_callbacks() as callbacks, pytest.raises(NotPermitted, match="consultador"):
            detection.ask_detection(by=in_sgop(make_registrar("consultant")), at=now())
        assert callbacks == []

    def test_the_command_says_how_many(self) -> None:
        make_pair()
        out = StringIO()
        call_command("duplicates", stdout=out)
        assert out.getvalue() == "Pares que entraram na fila: 1.\n"
