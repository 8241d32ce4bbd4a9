"""Any order of edits on both sides, looks and confirmations: the seven-field rule holds, through the services.

What the CADSUS fills is copied, what it does not fill stays, the address is nobody's but the SISRede's, and nothing of
it is written back. A check that ran out, or of data that changed since they were shown, copies nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cadsus.decision import Doubt
from cadsus.models import Citizen, Consultation
from cadsus.services.consulting import cancel_consultation, review
from cadsus.services.people import correct_person
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from registry.models import Person
from tests.cadsus.sisrede import Network, read
from tests.cadsus.web import facts_of, fresh, make_citizen, photographs, registrar, unify
from tests.clock import Clock, now, today

EXAMPLES, STEPS = 12, 20
HELD_FOR = timedelta(minutes=15)
FIELDS = ("cns", "name", "mother", "birth_date", "sex", "birth_city_id", "cpf")
UNKNOWN = "SEM INFORMAÇÃO"
EMPTY = {None, "", UNKNOWN}
ADDRESS = {"street": "RUA DAS ACÁCIAS", "district": "JATOBÁ"}
# Of a child: without CPF, so that neither the age nor the Receita has a word.
EDITS = st.one_of(
    st.tuples(st.just("name"), st.sampled_from(["Lia Ipê", "LIA  IPÊ", "Lia Ipé", "Lia Ipê da Silva", "Noé Umbu"])),
    st.tuples(st.just("mother"), st.sampled_from(["Ana Ipê", "ANA IPE", UNKNOWN])),
    st.tuples(st.just("sex"), st.sampled_from(["F", "M", "I"])),
    st.tuples(st.just("birth_date"), st.integers(3000, 3002)),
)
Values = dict[str, Any]


def values_of(row: Person | Citizen) -> Values:
    return {field: getattr(row, field) for field in FIELDS}


def squeezed(value: Any) -> Any:
    return " ".join(value.split()).upper() if isinstance(value, str) else value


def copied(ours: Values, theirs: Values) -> Values:
    """The rule, written again: a field that is filled and says something else."""
    is_new = {
        field: theirs[field] not in EMPTY
        and (field, theirs[field]) != ("sex", "I")
        and squeezed(theirs[field]) != squeezed(ours[field])
        for field in FIELDS
    }
    return {field: squeezed(theirs[field]) if is_new[field] else ours[field] for field in FIELDS}


class TwoSides(RuleBasedStateMachine):
    """One chart of the SISRede, the record that has its number, and whoever looks at both."""

    network: Network
    by: Actor
    hand: Clock
    begun_at: datetime

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.hand.move_to(self.begun_at)
        self.person = self.child()
        self.chart = self.network.citizen(self.person, cpf="11144477735", **ADDRESS)
        self.ours = values_of(read(self.chart))
        self.look: Consultation | None = None
        self.shown: tuple[str, Values] = ("", {})

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def child(self) -> Person:
        born = today() - timedelta(days=3000)
        return make_citizen(cpf=None, name="Lia Ipê", mother="Ana Ipê", sex="F", birth_date=born)

    def theirs(self) -> Values:
        return values_of(fresh(self.person))

    @rule(edit=EDITS)
    def correct_in_the_cadsus(self, edit: tuple[str, Any]) -> None:
        shown = fresh(self.person)
        record = facts_of(shown, **dated(edit))
        correct_person(person_id=shown.pk, version=shown.version, record=record, why="", by=self.by, at=now())

    @rule(edit=EDITS)
    def edit_in_the_sisrede(self, edit: tuple[str, Any]) -> None:
        changed = {field: squeezed(value) for field, value in dated(edit).items()}
        Citizen.objects.filter(pk=self.chart.pk).update(**changed)
        self.ours |= changed

    @rule(into_the_other=st.booleans())
    def unify(self, into_the_other: bool) -> None:
        """The number of the chart goes on answering, also by another record."""
        other = self.child()
        survivor, absorbed = (other, self.person) if into_the_other else (self.person, other)
        unify(fresh(survivor), fresh(absorbed), by=self.by)
        self.person = survivor

    @rule(minutes=st.sampled_from([1, 14, 15]))
    def wait(self, minutes: int) -> None:
        self.hand.shift(timedelta(minutes=minutes))

    @rule()
    def consult(self) -> None:
        self.look = self.network.consult(read(self.chart))
        self.shown = (review(self.look, at=now()).digest, self.theirs())

    @rule()
    def look_again(self) -> None:
        if self.look is not None:
            self.look = Consultation.objects.get(pk=self.look.pk)
            self.shown = (review(self.look, at=now()).digest, self.theirs())

    @rule()
    def cancel(self) -> None:
        if self.look is None:
            return
        if self.is_held():
            cancel_consultation(
                consultation_id=self.look.pk, place=self.network.reception, by=self.network.actor(), at=now()
            )
        self.look = None

    @rule()
    def confirm(self) -> None:
        if self.look is None:
            return
        digest, shown = self.shown
        may = self.is_held() and shown == self.theirs()
        national = photographs(self.person)
        try:
            with transaction.atomic():
                self.network.confirm(self.look, shown_digest=digest, confirmed=list(Doubt))
        except (RuleBroken, NotAllowedNow):
            assert not may
        else:
            assert may
            self.ours = copied(self.ours, shown)
            self.look = None
            assert read(self.chart).status == Citizen.Status.SYNCHRONIZED
            assert read(self.chart).cns_kind == "D"
        assert photographs(self.person) == national

    def is_held(self) -> bool:
        return self.look is not None and now() < self.look.at + HELD_FOR

    @invariant()
    def the_chart_says_what_the_rule_says(self) -> None:
        if hasattr(self, "chart"):
            chart = read(self.chart)
            assert values_of(chart) == self.ours
            assert {field: getattr(chart, field) for field in ADDRESS} == ADDRESS


def dated(edit: tuple[str, Any]) -> dict[str, Any]:
    """A birth is told by how many days ago it was."""
    field, value = edit
    return {field: today() - timedelta(days=value) if field == "birth_date" else value}


def test_any_order_keeps_the_seven_field_rule(network: Network, clock: Clock) -> None:
    TwoSides.network, TwoSides.by, TwoSides.hand, TwoSides.begun_at = network, registrar(), clock, now()
    run_state_machine_as_test(
        TwoSides,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
