"""The machine of a citizen's synchronization: every state × every event, and what the database holds."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django_fsm import can_proceed

from cadsus.models import Citizen, Justification, Synchronization
from tests.cadsus.sisrede import Network
from tests.clock import now
from tests.factories import make_person

Status = Citizen.Status
ANY = set(Status.values)
PENDING = {"pending_revenue", "pending_down", "pending_no_cns", "pending_unification", "pending_cpf"}
# Event → from which states, and to which.
TABLE = {
    "miss_number": (ANY, "pending_no_cns"),
    "find_several_numbers": (ANY, "pending_unification"),
    "miss_cpf": (ANY, "pending_cpf"),
    "diverge": (ANY, "pending_revenue"),
    # A CADSUS that does not answer takes nothing from who is synchronized.
    "get_no_answer": (ANY - {"synchronized", "stale"}, "pending_down"),
    "synchronize": (ANY, "synchronized"),
    "justify": ({"not_synchronized"} | PENDING, "justified"),
    "become_stale": ({"synchronized"}, "stale"),
}


def test_the_table_is_whole() -> None:
    field: Any = Citizen._meta.get_field("status")
    found: dict[str, tuple[set[str], str]] = {}
    for transition in field.get_all_transitions(Citizen):
        sources, _ = found.setdefault(transition.name, (set(), str(transition.target)))
        sources.add(str(transition.source))
    assert found == TABLE


@pytest.mark.parametrize("state", sorted(ANY))
def test_a_move_that_the_table_does_not_have_is_refused(state: str) -> None:
    citizen = Citizen(name="ANA", status=state)
    assert {event for event in TABLE if can_proceed(getattr(citizen, event))} == {
        event for event, (sources, _) in TABLE.items() if state in sources
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"status": "synchronized"},
        {"status": "stale"},
        {"status": "pending_down"},
        {"status": "justified", "finding": "M20"},
        {"kind": "newborn"},
        {"kind": "linked", "lives_outside": True},
        {"cns": "700000000000005"},
        {"cpf": "123"},
        {"name": ""},
    ],
)
def test_the_database_refuses_a_state_without_its_facts(network: Network, facts: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Citizen.objects.create(**({"name": "ANA", "establishment": network.unit} | facts))


@pytest.mark.django_db
def test_synchronizations_and_justifications_are_append_only(network: Network) -> None:
    citizen = network.citizen(make_person())
    network.synchronize(citizen)
    Justification.objects.create(
        citizen=citizen,
        code="J01",
        citizen_name=citizen.name,
        professional_name="DULCE",
        account=network.receptionist,
        at=now(),
        module="reception",
        establishment=network.unit,
    )
    for rows, change in (
        (Synchronization.objects.all(), {"document": "cnh"}),
        (Justification.objects.all(), {"code": "J02"}),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**change)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows._raw_delete(rows.db)
