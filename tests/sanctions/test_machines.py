"""SM-6 and SM-7 (spec of the SIOPS, section 6): the whole tables, refused cells too, and what the database holds."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from sanctions.models import Deposit, Omission, SanctionEvent, Shortfall
from tests.cells import walk_cell
from tests.factories import make_entity
from tests.factories.declarations import make_period
from tests.sanctions.support import make_shortfall

OMISSION: dict[str, dict[str, str]] = {
    "notified": {"settle": "settled", "void": "settled", "report": "suspension_reported"},
    "suspension_reported": {
        "suspend": "transfers_suspended",
        "request_restoration": "restoration_requested",
        "void": "settled",
    },
    "transfers_suspended": {"request_restoration": "restoration_requested", "void": "settled"},
    "restoration_requested": {"restore": "restored"},
    "restored": {},
    "settled": {},
}
SHORTFALL: dict[str, dict[str, str]] = {
    "breached": {"condition": "conditioned", "regularize": "regularized"},
    "conditioned": {"complete": "deposited", "suspend": "proof_suspended", "regularize": "regularized"},
    "deposited": {"resume": "conditioned", "suspend": "proof_suspended", "regularize": "regularized"},
    "proof_suspended": {"regularize": "regularized"},
    "regularized": {"breach_again": "breached"},
}
MACHINES: list[tuple[type[models.Model], dict[str, dict[str, str]]]] = [(Omission, OMISSION), (Shortfall, SHORTFALL)]
ON = date(2027, 3, 10)


def events(machine: type[models.Model]) -> set[str]:
    field: Any = machine._meta.get_field("status")
    return {each.name for each in field.get_all_transitions(machine)}


@pytest.mark.parametrize(("machine", "table"), MACHINES)
def test_the_table_names_every_state_and_every_transition(machine: Any, table: dict[str, dict[str, str]]) -> None:
    assert set(table) == set(machine.Status.values)
    assert events(machine) == {name for row in table.values() for name in row}


@pytest.mark.parametrize(
    ("machine", "table", "source", "name"),
    [
        (machine, table, source, name)
        for machine, table in MACHINES
        for source in table
        for name in sorted({name for row in table.values() for name in row})
    ],
)
def test_cell(machine: Any, table: dict[str, dict[str, str]], source: str, name: str) -> None:
    walk_cell(machine(status=source), name, table, {"on": ON})


def test_every_occurrence_has_its_legal_basis() -> None:
    assert all(SanctionEvent(kind=kind).basis for kind in SanctionEvent.Kind)


@pytest.mark.django_db
class TestWhatTheDatabaseHolds:
    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"status": "suspension_reported"}, "omission_says_when"),
            ({"status": "restored", "closed_on": ON}, "omission_says_when"),
            ({"status": "settled"}, "omission_says_when"),
            ({"status": "suspension_reported", "reported_on": date(2027, 1, 31)}, "omission_in_order"),
        ],
    )
    def test_omissions(self, fields: dict[str, Any], constraint: str) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Omission.objects.create(
                entity=make_entity(), period=make_period(2026, 6), notified_on=date(2027, 1, 31), **fields
            )

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"amount": -1}, "shortfall_not_negative"),
            ({"status": "conditioned"}, "shortfall_says_when"),
            ({"status": "regularized"}, "shortfall_says_when"),
        ],
    )
    def test_shortfalls(self, fields: dict[str, Any], constraint: str) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            make_shortfall(**fields)

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"amount": 15_01}, "deposit_within_the_rate"),
            ({"amount": 0}, "deposit_within_the_rate"),
            ({"rate": 20}, "deposit_rate_of_the_law"),
        ],
    )
    def test_deposits(self, fields: dict[str, Any], constraint: str) -> None:
        given: dict[str, Any] = {"directed_on": ON, "told_on": ON, "transfer": 100_00, "rate": 15, "amount": 15_00}
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Deposit.objects.create(shortfall=make_shortfall(), **(given | fields))
