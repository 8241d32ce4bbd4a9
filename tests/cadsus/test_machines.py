"""The whole transition tables of spec 6.1, refused cells included, and what the database holds."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from cadsus.models import Machine, OperatorAccess
from common.actor import Actor
from tests.cells import walk_cell
from tests.factories import NOON
from tests.factories.cadsus import make_access, make_machine

BY = Actor.identified(User(pk=1), at=NOON)
WITH_REASON = {"reason": "Mudou de função", "at": NOON}
ACCESS: dict[str, dict[str, str]] = {
    "draft": {"ask": "pending"},
    "pending": {"approve": "approved", "deny": "denied", "cancel": "cancelled", "expire": "expired"},
    "approved": {"revoke": "revoked", "suspend": "suspended"},
    "suspended": {"resume": "pending"},
    "denied": {},
    "cancelled": {},
    "expired": {},
    "revoked": {},
}
MACHINE: dict[str, dict[str, str]] = {
    "pending": {"approve": "approved", "deny": "denied"},
    "approved": {"revoke": "revoked"},
    "denied": {},
    "revoked": {},
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "ask": {"profile": "registrar", "at": NOON},
    "approve": {"by": BY, "at": NOON},
    "deny": WITH_REASON | {"by": BY},
    "cancel": {"at": NOON},
    "expire": {"at": NOON},
    "revoke": WITH_REASON,
    "suspend": {"at": NOON},
    "resume": {"at": NOON},
}
CELLS = [
    (model, table, source, name)
    for model, table in ((OperatorAccess, ACCESS), (Machine, MACHINE))
    for source in table
    for name in sorted({event for row in table.values() for event in row})
]


@pytest.mark.parametrize(("model", "table"), [(OperatorAccess, ACCESS), (Machine, MACHINE)])
def test_the_table_names_every_state_and_every_transition(model: Any, table: dict[str, dict[str, str]]) -> None:
    assert set(table) == set(model.Status.values)
    events = {transition.name for transition in model._meta.get_field("status").get_all_transitions(model)}
    assert events == {event for row in table.values() for event in row}


@pytest.mark.parametrize(("model", "table", "source", "name"), CELLS)
def test_cell(model: Any, table: dict[str, dict[str, str]], source: str, name: str) -> None:
    walk_cell(model(status=source), name, table, ARGUMENTS[name])


@pytest.mark.django_db
class TestTheDatabase:
    def test_one_open_request_of_a_profile(self, worker: User) -> None:
        make_access(worker)
        with pytest.raises(IntegrityError, match="operator_access_one_open"), transaction.atomic():
            make_access(worker)
        make_access(worker, profile="consultant")

    @pytest.mark.parametrize("closed", ["denied", "cancelled", "expired", "revoked"])
    def test_a_closed_one_leaves_room_for_another(self, worker: User, closed: str) -> None:
        make_access(worker, status=closed)
        make_access(worker)

    def test_one_profile_of_a_unit_at_a_time(self, worker: User) -> None:
        make_access(worker, status="approved")
        with pytest.raises(IntegrityError, match="operator_access_one_profile"), transaction.atomic():
            make_access(worker, status="approved", profile="consultant")

    def test_one_draft_of_a_unit(self, worker: User) -> None:
        make_access(worker, status="draft")
        with pytest.raises(IntegrityError, match="operator_access_one_draft"), transaction.atomic():
            make_access(worker, status="draft")

    @pytest.mark.parametrize(
        "facts",
        [
            {"profile": ""},
            {"asked_at": None},
            {"decided_by": None},
            {"closed_at": None},
            {"reason": ""},
        ],
        ids=lambda facts: next(iter(facts)),
    )
    def test_a_revoked_access_has_its_facts(self, worker: User, facts: dict[str, Any]) -> None:
        access = make_access(worker, status="revoked")
        with pytest.raises(IntegrityError, match="operator_access"), transaction.atomic():
            OperatorAccess.objects.filter(pk=access.pk).update(**facts)

    def test_one_request_of_a_machine(self, worker: User) -> None:
        make_machine(worker, status="approved")
        with pytest.raises(IntegrityError, match="machine_one_open"), transaction.atomic():
            make_machine(worker)
