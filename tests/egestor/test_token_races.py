"""What happens at once: of many generations one token lives, of many uses one counts, two sweeps share the rows."""

from typing import Any

import pytest
from django.db import connection, transaction

from common.exceptions import RuleBroken
from common.models import AuditEvent
from egestor.models import DeploymentToken
from egestor.services.expiry import record_expiries
from egestor.services.tokens import cancel_token, redeem_token
from tests.actors import acting
from tests.concurrency import at_once
from tests.egestor.support import Stage, instant, make_stage, stored
from tests.factories import NOON, make_establishment

pytestmark = pytest.mark.django_db(transaction=True)
Status = DeploymentToken.Status
END = instant("2026-11-24T00:00:00-03:00")


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def test_parallel_generations_leave_exactly_one_live_token(stage: Stage) -> None:
    results = at_once(*[stage.generate] * 6)
    assert all(isinstance(result, DeploymentToken) for result in results)
    assert DeploymentToken.objects.filter(status=Status.GENERATED).count() == 1
    assert DeploymentToken.objects.filter(status=Status.CANCELLED).count() == 5


def test_parallel_uses_count_once(stage: Stage) -> None:
    token = stage.generate()
    results = at_once(*[lambda: redeem_token(token_id=token.pk, by=acting(stage.manager), at=NOON)] * 6)
    refused = [result for result in results if isinstance(result, RuleBroken)]
    assert len(refused) == 5
    assert {refusal.message for refusal in refused} == {"Este token já foi utilizado."}
    assert AuditEvent.objects.filter(verb="token.used").count() == 1


def test_use_against_cancellation_has_one_winner(stage: Stage) -> None:
    token = stage.generate()
    results = at_once(
        lambda: redeem_token(token_id=token.pk, by=acting(stage.manager), at=NOON),
        lambda: cancel_token(token_id=token.pk, by=acting(stage.fund.user), at=NOON),
    )
    assert sum(isinstance(result, DeploymentToken) for result in results) == 1
    verb = {Status.USED: "token.used", Status.CANCELLED: "token.cancelled"}[Status(stored(token).status)]
    assert list(AuditEvent.objects.exclude(verb="token.generated").values_list("verb", flat=True)) == [verb]


def test_use_against_a_new_generation_has_one_winner(stage: Stage) -> None:
    token = stage.generate()
    used, generated = at_once(
        lambda: redeem_token(token_id=token.pk, by=acting(stage.manager), at=NOON), stage.generate
    )
    assert isinstance(generated, DeploymentToken)
    assert stored(token).status == (Status.USED if isinstance(used, DeploymentToken) else Status.CANCELLED)
    assert stored(generated).status == Status.GENERATED


def test_two_sweeps_at_once_take_each_token_once(stage: Stage) -> None:
    number = 60
    for _ in range(number):
        stage.generate(cnes=make_establishment(stage.fund.entity).cnes)
    results = at_once(*[lambda: record_expiries(at=END, batch=7)] * 2)
    left = record_expiries(at=END)
    assert sum(results) + left == number
    counts = [event.details["count"] for event in AuditEvent.objects.filter(verb="token.expired")]
    assert sum(counts) == number
    assert not DeploymentToken.objects.exclude(status=Status.EXPIRED).exists()


def test_a_sweep_leaves_the_row_that_somebody_holds_to_the_next_pass(stage: Stage) -> None:
    held = stage.generate()
    free = stage.generate(cnes=make_establishment(stage.fund.entity).cnes)
    with transaction.atomic():
        DeploymentToken.objects.select_for_update().get(pk=held.pk)
        assert at_once(lambda: record_expiries(at=END)) == [1]
    assert (stored(held).status, stored(free).status) == (Status.GENERATED, Status.EXPIRED)
    assert record_expiries(at=END) == 1


def test_each_batch_is_committed_on_its_own(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        stage.generate(cnes=make_establishment(stage.fund.entity).cnes)
    whole = type(DeploymentToken.objects.all()).expire_batch
    calls = []

    def break_at_the_second(self: Any, **arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 2:
            raise ConnectionError
        return whole(self, **arguments)

    monkeypatch.setattr(type(DeploymentToken.objects), "expire_batch", break_at_the_second, raising=True)
    with pytest.raises(ConnectionError):
        record_expiries(at=END, batch=3)
    assert DeploymentToken.objects.filter(status=Status.EXPIRED).count() == 3
    monkeypatch.undo()
    assert record_expiries(at=END, batch=3) == 1


def test_a_sweep_inside_another_transaction_is_refused(stage: Stage) -> None:
    stage.generate()
    with pytest.raises(RuntimeError), transaction.atomic():
        record_expiries(at=END)
    assert connection.in_atomic_block is False
