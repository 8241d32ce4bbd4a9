"""What happens at once: one request, one decision, one link."""

from typing import Any

import pytest

from cadsus.models import Machine, OperatorAccess
from cadsus.services import asking, deciding
from cadsus.services.links import start_link
from common.exceptions import Refusal
from common.models import OutboxMessage
from tests.clock import today
from tests.concurrency import at_once
from tests.factories import NOON, make_establishment, make_person
from tests.factories.cadsus import (
    in_sgop,
    make_access,
    make_municipal_it,
    make_operator,
    make_unit_manager,
    make_worker,
)

pytestmark = pytest.mark.django_db(transaction=True)


def done(results: list[Any]) -> int:
    """How many were not refused."""
    return len([result for result in results if not isinstance(result, Refusal)])


def test_parallel_requests_for_a_machine_make_one() -> None:
    unit = make_establishment()
    worker = make_worker(unit)
    make_operator(worker)
    facts: dict[str, Any] = {"cnes": unit.cnes, "name": "COLETA 1", "is_recognised": True, "at": NOON}
    assert done(at_once(*[lambda: asking.ask_machine(**facts, by=in_sgop(worker))] * 4)) == 1
    assert Machine.objects.count() == 1


def test_parallel_starts_make_one_draft_and_parallel_clicks_one_request() -> None:
    unit = make_establishment()
    worker = make_worker(unit)
    make_operator(worker)
    drafts = at_once(*[lambda: asking.start_access(cnes=unit.cnes, by=in_sgop(worker), at=NOON)] * 4)
    assert len({draft.pk for draft in drafts}) == 1
    facts: dict[str, Any] = {"access_id": drafts[0].pk, "profile": "registrar", "at": NOON}
    assert done(at_once(*[lambda: asking.ask_access(**facts, by=in_sgop(worker))] * 4)) == 1


def test_approval_denial_and_cancellation_have_one_winner() -> None:
    unit = make_establishment()
    worker, manager = make_worker(unit), make_unit_manager(unit)
    pk = make_access(worker).pk
    results = at_once(
        lambda: deciding.approve_access(request_id=pk, by=in_sgop(manager), at=NOON),
        lambda: deciding.deny_access(request_id=pk, reason="Não trabalha aqui", by=in_sgop(manager), at=NOON),
        lambda: asking.cancel_access(access_id=pk, by=in_sgop(worker), at=NOON),
    )
    assert done(results) == 1
    assert OutboxMessage.objects.count() <= 1
    assert OperatorAccess.objects.get().status in {"approved", "denied", "cancelled"}


def test_a_link_is_begun_once() -> None:
    unit = make_establishment()
    it, person = make_municipal_it(unit), make_person()
    facts: dict[str, Any] = {
        "cpf": person.cpf,
        "cnes": unit.cnes,
        "cbo": "422105",
        "functions": ["reception"],
        "at": NOON,
    }
    starts = [lambda: start_link(**facts, started_on=today(), by=in_sgop(it))] * 4
    assert done(at_once(*starts)) == 1
