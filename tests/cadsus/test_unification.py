"""Records made one, and two again (spec 6.3): what moves, who is refused, and that nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cadsus.models import SuspectedPair, Unification
from cadsus.services import unification as services
from cadsus.services.people import correct_person
from common.actor import Actor
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from registry import lookup, search
from registry.models import Cns, Person, Transaction
from registry.search import Criteria, SearchKind
from tests.cadsus.suspects import suspect
from tests.cadsus.web import (
    facts_of,
    fresh,
    make_cns_row,
    make_pair,
    make_registrar,
    photographs,
    registrar,
    undo,
    unify,
)
from tests.cells import walk_cell
from tests.clock import NOON, now
from tests.concurrency import at_once
from tests.factories import make_membership, make_person, make_user
from tests.factories.cadsus import in_sgop, link_of

pytestmark = pytest.mark.django_db
Status = Unification.Status


def numbers_of(person: Person) -> set[str]:
    return set(Cns.objects.filter(person=person).values_list("number", flat=True))


def owners_of(numbers: set[str]) -> set[int]:
    """Whom the registry answers for each of these numbers."""
    found = {search.find(Criteria(cns=number), SearchKind.IDENTICAL)[0].person.pk for number in numbers}
    assert found == {owner.pk for n in numbers if (owner := lookup.find(cns=n, field="cns"))}
    return found


class TestUnify:
    def test_acceptance_02_two_definitive_become_one(self) -> None:
        first, second = make_pair()
        numbers = numbers_of(first) | numbers_of(second)
        assert Cns.objects.filter(number__in=numbers, kind="D").count() == 2
        unify(first, second, by=registrar())
        assert [row.number for row in Cns.objects.filter(person=first, kind="D")] == [first.cns]
        assert numbers_of(first) == numbers

    def test_acceptance_13_any_old_number_answers_for_the_one_record(self) -> None:
        first, second = make_pair()
        numbers = numbers_of(first) | numbers_of(second)
        unify(first, second, by=registrar())
        assert owners_of(numbers) == {first.pk}

    def test_the_survivor_keeps_what_it_says_and_takes_the_cpf(self) -> None:
        first, second = make_pair(phone="1133334444")
        unify(second, first, by=registrar())
        kept = fresh(second)
        assert (kept.cpf, kept.phone, kept.cns) == (first.cpf, "1133334444", second.cns)
        gone = fresh(first)
        assert (gone.cpf, gone.cns, gone.survivor_id, gone.is_standing) == (None, None, second.pk, False)

    def test_a_definitive_number_wins_wherever_it_comes_from(self) -> None:
        first, second = make_pair()
        Person.objects.filter(pk=first.pk).update(cns=None)
        Cns.objects.filter(person=first).update(kind="P", is_principal=False)
        unify(first, second, by=registrar())
        assert fresh(first).cns == second.cns

    def test_without_any_definitive_there_is_no_principal(self) -> None:
        first, second = make_pair()
        people = [first.pk, second.pk]
        Person.objects.filter(pk__in=people).update(cns=None)
        Cns.objects.filter(person__in=people).update(kind="P", is_principal=False)
        unify(first, second, by=registrar())
        assert fresh(first).cns is None
        assert len(numbers_of(first)) == 4

    def test_several_at_once(self) -> None:
        first, second = make_pair()
        third = make_person(cpf=None)
        done = unify(first, second, third, by=registrar())
        assert set(done.absorbed.all()) == {second, third}
        assert Cns.objects.filter(person=first, kind="D").count() == 1

    def test_it_is_written_on_each_record_and_in_the_trail(self) -> None:
        first, second = make_pair()
        user = make_registrar()
        done = unify(first, second, by=in_sgop(user))
        rows = Transaction.objects.filter(kind="UNIDO")
        assert {row.person_id for row in rows} == {first.pk, second.pk}
        assert {row.establishment_id for row in rows} == {link_of(user).establishment_id}
        absorbed = rows.get(person=second)
        assert absorbed.before["person"][0]["cns"] == second.cns
        assert absorbed.after["person"][0]["survivor_id"] == first.pk
        event = AuditEvent.objects.get(verb="unification.confirmed")
        assert (event.target_id, event.actor_id) == (str(done.pk), user.pk)

    def test_the_queries_do_not_grow_with_the_records(self) -> None:
        by = registrar()

        def statements(absorbed: int) -> int:
            first, others = make_person(), [make_person(cpf=None) for _ in range(absorbed)]
            with CaptureQueriesContext(connection) as captured:
                unify(first, *others, by=by)
            return len(captured)

        # The first one of all also reads what is kept.
        statements(1)
        assert statements(5) == statements(2)


class TestChains:
    def test_a_plus_b_then_c_plus_a_leaves_one_record(self) -> None:
        first, second = make_pair()
        third, by = make_person(cpf=None), registrar()
        numbers = numbers_of(first) | numbers_of(second) | numbers_of(third)
        unify(first, second, by=by)
        unify(third, first, by=by)
        assert {fresh(first).survivor_id, fresh(second).survivor_id} == {third.pk}
        assert owners_of(numbers) == {third.pk}
        assert Cns.objects.filter(number__in=numbers, is_principal=True).count() == 1

    def test_an_absorbed_record_is_not_unified_again(self) -> None:
        first, second = make_pair()
        by = registrar()
        unify(first, second, by=by)
        with pytest.raises(RuleBroken, match="já foi unificado"):
            unify(make_person(cpf=None), second, by=by)

    def test_they_are_undone_from_the_top(self) -> None:
        first, second = make_pair()
        third, by = make_person(cpf=None), registrar()
        before = photographs(first, second, third)
        below = unify(first, second, by=by)
        top = unify(third, first, by=by)
        with pytest.raises(RuleBroken, match="Existe unificação posterior"):
            undo(below, by=by)
        undo(top, by=by)
        assert fresh(second).survivor_id == first.pk
        undo(below, by=by)
        assert photographs(first, second, third) == before

    def test_a_second_one_into_the_same_survivor_stands_on_top(self) -> None:
        first, second = make_pair()
        third, by = make_person(cpf=None), registrar()
        below = unify(first, second, by=by)
        unify(first, third, by=by)
        with pytest.raises(RuleBroken, match="Existe unificação posterior"):
            services.preview_undo(unification_id=below.pk, by=by)


class TestUndo:
    @pytest.mark.parametrize("survivor", [0, 1])
    def test_nothing_edited_since_all_is_byte_for_byte_as_it_was(self, survivor: int) -> None:
        pair = make_pair()
        by, before = registrar(), photographs(*pair)
        done = unify(pair[survivor], pair[1 - survivor], by=by)
        assert photographs(*pair) != before
        undo(done, by=by)
        assert photographs(*pair) == before
        assert set(Transaction.objects.filter(kind="DESUNIDO").values_list("person", flat=True)) == {
            person.pk for person in pair
        }

    def test_what_was_edited_on_the_survivor_is_said_before_and_stays(self) -> None:
        first, second = make_pair()
        by, before = registrar(), photographs(first, second)
        done = unify(first, second, by=by)
        shown = fresh(first)
        changed = facts_of(shown, phone="1144445555", mother="Odete de Andrade Pinho")
        correct_person(person_id=first.pk, version=shown.version, record=changed, why="", by=by, at=now())
        stays = services.preview_undo(unification_id=done.pk, by=by).stays
        assert {change.what: change.after for change in stays} == {
            "nome da mãe": "Odete de Andrade Pinho",
            "telefone": "1144445555",
        }
        undo(done, by=by)
        now_is, was = photographs(first, second), before
        assert now_is[second.pk] == was[second.pk]
        assert now_is[first.pk]["cns"] == was[first.pk]["cns"]
        edited = {"phone": "1144445555", "mother": "Odete de Andrade Pinho"}
        after, told = now_is[first.pk]["person"][0], was[first.pk]["person"][0]
        assert {name for name in after if after[name] != (told | edited)[name]} <= {"version", "quality"}
        assert fresh(first).phone == "1144445555"
        assert fresh(first).version > shown.version

    def test_the_cpf_goes_back_to_whom_it_came_from(self) -> None:
        first, second = make_pair()
        by = registrar()
        undo(unify(second, first, by=by), by=by)
        assert (fresh(first).cpf, fresh(second).cpf) == (first.cpf, None)

    def test_an_edit_after_the_preview_is_told(self) -> None:
        first, second = make_pair()
        by = registrar()
        done = unify(first, second, by=by)
        shown = services.preview_undo(unification_id=done.pk, by=by).shown_hash
        changed = facts_of(fresh(first), phone="1144445555")
        correct_person(person_id=first.pk, version=fresh(first).version, record=changed, why="", by=by, at=now())
        with pytest.raises(RuleBroken, match="mudaram desde que foram mostrados"):
            undo(done, by=by, shown_hash=shown)
        assert fresh(second).survivor_id == first.pk

    def test_only_once(self) -> None:
        first, second = make_pair()
        by = registrar()
        done = unify(first, second, by=by)
        shown = services.preview_undo(unification_id=done.pk, by=by).shown_hash
        undo(done, by=by)
        with pytest.raises(NotAllowedNow):
            undo(done, by=by, shown_hash=shown)

    def test_the_pair_waits_again(self) -> None:
        first, second = make_pair()
        by = registrar()
        pair = suspect(pair=(first, second), score=95, at=now())
        assert pair is not None
        done = unify(first, second, by=by)
        assert SuspectedPair.objects.get().status == "unified"
        undo(done, by=by)
        assert [row.pk for row in SuspectedPair.objects.queue(now().date())] == [pair.pk]


class TestRefusals:
    def refused(self, code: str, survivor: Person, *absorbed: Person) -> None:
        by, people = registrar(), (survivor, *absorbed)
        before = photographs(*people)
        events = AuditEvent.objects.count()
        with pytest.raises(RuleBroken) as refusal, transaction.atomic():
            services.unify(
                survivor_id=survivor.pk,
                absorbed_ids=[person.pk for person in absorbed],
                reason="Iguais",
                shown_hash="",
                by=by,
                at=now(),
            )
        assert code in {broken.code for broken in refusal.value.broken}
        assert photographs(*people) == before
        assert (Unification.objects.count(), AuditEvent.objects.count()) == (0, events)

    def test_two_different_cpfs(self) -> None:
        self.refused("two_cpfs", make_person(), make_person())

    def test_one_record_alone(self) -> None:
        person = make_person()
        self.refused("less_than_two", person)
        self.refused("less_than_two", person, person)

    def test_active_with_inactive(self) -> None:
        self.refused("mixed", make_person(), make_person(cpf=None, is_active=False, inactive_reason="Erro"))

    def test_a_protected_record_only_survives(self) -> None:
        self.refused(
            "protected", make_person(), make_person(cpf=None, is_protected=True, protected_reason="Testemunha")
        )

    def test_whoever_has_an_account_only_survives(self) -> None:
        person = make_person(cpf=None)
        User.objects.create_user("x", kind="person", name=person.name, person=person)
        self.refused("held", make_person(), person)

    def test_whoever_has_a_profile_without_an_account_too(self) -> None:
        person = make_person(cpf=None)
        make_membership(person)
        self.refused("held", make_person(), person)

    def test_what_was_not_what_was_shown(self) -> None:
        first, second = make_pair()
        self.refused("changed_since_shown", first, second)

    def test_a_stranger(self) -> None:
        first, second = make_pair()
        with pytest.raises(NotPermitted):
            services.preview_unification(survivor_id=first.pk, people=[second.pk], by=in_sgop(make_user()))

    @pytest.mark.parametrize("profile", ["consultant"])
    def test_the_consultador_is_told_what_the_profile_does(self, profile: str) -> None:
        first, second = make_pair()
        by = in_sgop(make_registrar(profile))
        with pytest.raises(NotPermitted, match="consultador"):
            unify(first, second, by=by)
        done = unify(first, second, by=registrar())
        with pytest.raises(NotPermitted, match="consultador"):
            undo(done, by=by)


# What each table that points to a person makes of a unification.
HOLDS = {
    "accounts.User",
    "accounts.Membership",
    "accounts.ProfessionalLink",
    "cadsus.Operator",
    "egestor.DeploymentToken",
    "egestor.InstallationCode",
    "gerencia.EnrolledProfessional",
    "rnds.CredentialRequest",
    "siops.CertificationRequest",
    "siops.HealthManager",
    "siops.Technician",
}


def test_every_table_that_points_to_a_person_is_decided() -> None:
    """A record that one of these points to cannot be absorbed, so that nothing points to an absorbed record."""
    assert {model._meta.label for model, _ in services.tables_that_hold()} == HOLDS


class TestTheDatabase:
    """The invariants, whoever writes."""

    def test_nobody_points_to_an_absorbed_record(self) -> None:
        first, second = make_pair()
        unify(first, second, by=registrar())
        other = make_person(cpf=None, cns=None)
        with pytest.raises(IntegrityError, match="person_survivor_stands"), transaction.atomic():
            Person.objects.filter(pk=other.pk).update(survivor=second)

    def test_one_principal(self) -> None:
        person = make_person()
        with pytest.raises(IntegrityError, match="cns_one_principal"), transaction.atomic():
            make_cns_row(person, "D", is_principal=True)

    def test_the_principal_is_a_definitive_one_of_the_person(self) -> None:
        first, second = make_pair()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="person_cns_is_the_principal"), transaction.atomic():
            Person.objects.filter(pk=first.pk).update(cns=second.cns)

    @pytest.mark.parametrize("facts", [{"undone_by": None}, {"undone_at": None}, {"undo_reason": ""}, {"reason": ""}])
    def test_an_undone_one_says_who_when_and_why(self, facts: dict[str, Any]) -> None:
        first, second = make_pair()
        by = registrar()
        done = undo(unify(first, second, by=by), by=by)
        with pytest.raises(IntegrityError, match="unification_"), transaction.atomic():
            Unification.objects.filter(pk=done.pk).update(**facts)


BY = Actor.identified(User(pk=1), at=NOON)
PAIR: dict[str, dict[str, str]] = {
    "suspected": {"postpone": "suspected", "dismiss": "not_duplicate", "unify": "unified"},
    "not_duplicate": {"suspect_again": "suspected", "unify": "unified"},
    "unified": {"suspect_again": "suspected"},
}
UNIFICATION: dict[str, dict[str, str]] = {"unified": {"undo": "undone"}, "undone": {}}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "postpone": {"until": (NOON + timedelta(days=3)).date()},
    "dismiss": {"reason": "Gêmeos", "digest": "0", "by": BY, "at": NOON},
    "unify": {"by": BY, "at": NOON},
    "suspect_again": {"score": 90, "digest": "1", "at": NOON},
    "undo": {"reason": "Eram duas", "by": BY, "at": NOON},
}
CELLS = [
    (model, table, source, name)
    for model, table in ((SuspectedPair, PAIR), (Unification, UNIFICATION))
    for source in table
    for name in sorted({event for row in table.values() for event in row})
]


@pytest.mark.parametrize(("model", "table"), [(SuspectedPair, PAIR), (Unification, UNIFICATION)])
def test_the_table_names_every_state_and_every_transition(model: Any, table: dict[str, dict[str, str]]) -> None:
    assert set(table) == set(model.Status.values)
    events = {transition.name for transition in model._meta.get_field("status").get_all_transitions(model)}
    assert events == {event for row in table.values() for event in row}


@pytest.mark.parametrize(("model", "table", "source", "name"), CELLS)
def test_cell(model: Any, table: dict[str, dict[str, str]], source: str, name: str) -> None:
    walk_cell(model(status=source), name, table, ARGUMENTS[name])


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_each_into_the_other(self) -> None:
        first, second = make_pair()
        by = registrar()
        shown = services.preview_unification(survivor_id=first.pk, people=[second.pk], by=by).shown_hash
        users = [make_registrar(), make_registrar()]

        def work(user: User, survivor: Person, absorbed: Person) -> Any:
            return lambda: unify(survivor, absorbed, by=in_sgop(user), shown_hash=shown)

        results = at_once(work(users[0], first, second), work(users[1], second, first))
        done = [result for result in results if isinstance(result, Unification)]
        assert len(done) == 1
        assert [result.code for result in results if isinstance(result, RuleBroken)] == ["absorbed"]
        assert Person.objects.filter(pk__in=[first.pk, second.pk], survivor=None).count() == 1

    def test_a_chain_from_both_ends(self) -> None:
        """A+B and B+C at once: one of them sees what the other did, and no one has two principals."""
        first, second = make_pair()
        third = make_person(cpf=None)
        people = [first.pk, second.pk, third.pk]
        users = [make_registrar(), make_registrar()]
        results = at_once(
            lambda: unify(first, second, by=in_sgop(users[0])),
            lambda: unify(second, third, by=in_sgop(users[1])),
        )
        assert any(isinstance(result, Unification) for result in results)
        for person in Person.objects.filter(pk__in=people):
            assert Cns.objects.filter(person=person, kind="D").count() == (0 if person.survivor_id else 1)
