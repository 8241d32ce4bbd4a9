"""Any sequence of unifications, corrections and undoings loses no number, and what is undone is as it was.

A model of its own knows only who stands for whom, and what each record said before each unification.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cadsus.models import Unification
from cadsus.services import unification as services
from cadsus.services.people import correct_person
from common.actor import Actor
from common.exceptions import RuleBroken
from registry.models import Cns, Person
from registry.snapshot import Photograph
from tests.cadsus.web import facts_of, fresh, make_citizen, make_cns_row, photographs, registrar, undo, unify
from tests.clock import now

PEOPLE = 5
EXAMPLES = 10
somebody = st.integers(0, PEOPLE - 1)


@dataclass
class Done:
    """A unification in force, as the model knows it."""

    row: Unification
    before: dict[int, Photograph]
    survivor: int
    absorbed: int
    is_edited: bool = False


class Duplicates(RuleBasedStateMachine):
    """Five records of one person: one with a CPF, one without a definitive number."""

    by: Actor

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.people = [make_citizen(**({} if n == 0 else {"cpf": None})) for n in range(PEOPLE - 1)]
        self.people.append(make_citizen(cpf=None, cns=None))
        for person in self.people:
            make_cns_row(person)
        self.numbers = set(Cns.objects.filter(person__in=self.people).values_list("number", flat=True))
        self.stands_for = {person.pk: person.pk for person in self.people}
        self.stack: list[Done] = []
        self.phones = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @rule(survivor=somebody, absorbed=somebody)
    def unify(self, survivor: int, absorbed: int) -> None:
        into, who = self.people[survivor], self.people[absorbed]
        before = photographs(*self.people)
        can = into != who and self.stands(into) and self.stands(who)
        if not can:
            with pytest.raises(RuleBroken), transaction.atomic():
                unify(fresh(into), fresh(who), by=self.by)
            assert photographs(*self.people) == before
            return
        row = unify(fresh(into), fresh(who), by=self.by)
        self.stack.append(Done(row, before, into.pk, who.pk))
        self.stands_for = {pk: into.pk if root == who.pk else root for pk, root in self.stands_for.items()}

    @rule(whom=somebody)
    def correct(self, whom: int) -> None:
        person = fresh(self.people[whom])
        if not self.stands(person):
            return
        self.phones += 1
        record = facts_of(person, phone=f"11{40_000_000 + self.phones}")
        correct_person(person_id=person.pk, version=person.version, record=record, why="", by=self.by, at=now())
        for done in self.stack:
            done.is_edited |= done.survivor == person.pk

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        if not self.stack:
            return
        done = data.draw(st.sampled_from(self.stack))
        is_below = any(
            done.survivor in (later.survivor, later.absorbed) for later in self.stack[self.stack.index(done) + 1 :]
        )
        if is_below:
            with pytest.raises(RuleBroken, match="Existe unificação posterior"):
                services.preview_undo(unification_id=done.row.pk, by=self.by)
            return
        stays = services.preview_undo(unification_id=done.row.pk, by=self.by).stays
        assert bool(stays) is done.is_edited
        phone = fresh(Person(pk=done.survivor)).phone
        undo(done.row, by=self.by)
        self.stack.remove(done)
        self.is_as_it_was(done, phone)
        self.stands_for = {person.pk: fresh(person).survivor_id or person.pk for person in self.people}

    def is_as_it_was(self, done: Done, phone: str) -> None:
        after = photographs(*self.people)
        assert after[done.absorbed] == done.before[done.absorbed]
        was, is_now = done.before[done.survivor], after[done.survivor]
        if not done.is_edited:
            assert is_now == was
            return
        kept = {"phone": phone} | {name: is_now["person"][0][name] for name in ("version", "quality")}
        assert is_now == was | {"person": [was["person"][0] | kept]}

    def stands(self, person: Person) -> bool:
        return self.stands_for[person.pk] == person.pk

    @invariant()
    def every_number_answers_for_whoever_stands(self) -> None:
        rows = Cns.objects.filter(number__in=self.numbers).select_related("person")
        assert {row.number for row in rows} == self.numbers
        assert all(row.person.survivor_id is None for row in rows)

    @invariant()
    def nobody_has_two_principals_and_the_record_says_which(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for person in Person.objects.filter(pk__in=self.stands_for).prefetch_related("cns_numbers"):
            principal = [row.number for row in person.cns_numbers.all() if row.is_principal]
            definitive = [row.number for row in person.cns_numbers.all() if row.kind == "D"]
            assert principal == definitive == ([person.cns] if person.cns else [])

    @invariant()
    def one_has_the_cpf_and_the_model_knows_who_stands(self) -> None:
        rows = {person.pk: person for person in Person.objects.filter(pk__in=self.stands_for)}
        assert {pk: row.survivor_id or pk for pk, row in rows.items()} == self.stands_for
        assert [pk for pk, row in rows.items() if row.cpf] == [self.stands_for[self.people[0].pk]]


@pytest.mark.django_db
def test_any_sequence() -> None:
    by = registrar()

    class Machine(Duplicates):
        pass

    Machine.by = by
    quick: Any = settings(
        max_examples=EXAMPLES,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Machine, settings=quick)
