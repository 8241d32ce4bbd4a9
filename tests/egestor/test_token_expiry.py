"""The sweep that records expiry: what it takes, what it leaves, and that running it twice changes nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.models import AuditEvent, OutboxMessage
from egestor.models import DeploymentToken
from egestor.services.expiry import record_expiries
from egestor.services.tokens import cancel_token, redeem_token
from tests.actors import acting
from tests.egestor.support import Stage, instant, make_stage, stored, traces
from tests.factories import NOON, make_establishment, make_other_entity

pytestmark = pytest.mark.django_db
Status = DeploymentToken.Status
END = instant("2026-11-24T00:00:00-03:00")


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def generate_many(stage: Stage, number: int) -> list[DeploymentToken]:
    return [stage.generate(cnes=make_establishment(stage.fund.entity).cnes) for _ in range(number)]


def test_one_microsecond_early_nothing_is_due(stage: Stage) -> None:
    stage.generate()
    before = traces()
    assert record_expiries(at=END - timedelta(microseconds=1)) == 0
    assert traces() == before


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), timedelta(days=400)])
def test_at_the_end_it_is_recorded_and_the_value_erased(stage: Stage, late: timedelta) -> None:
    token = stage.generate()
    assert record_expiries(at=END + late) == 1
    token = stored(token)
    assert (token.status, token.sealed_value, token.expires_at) == (Status.EXPIRED, None, END)


def test_only_generated_tokens_are_touched(stage: Stage) -> None:
    used, cancelled, due = generate_many(stage, 3)
    redeem_token(token_id=used.pk, by=acting(stage.manager), at=NOON)
    cancel_token(token_id=cancelled.pk, by=acting(stage.fund.user), at=NOON)
    tomorrow = stage.generate(END)
    assert record_expiries(at=END) == 1
    assert [stored(token).status for token in (used, cancelled, due, tomorrow)] == [
        Status.USED,
        Status.CANCELLED,
        Status.EXPIRED,
        Status.GENERATED,
    ]


def test_running_it_again_changes_nothing(stage: Stage) -> None:
    generate_many(stage, 3)
    assert record_expiries(at=END) == 3
    before = traces()
    assert record_expiries(at=END) == 0
    assert traces() == before


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 7, 8])
def test_every_batch_size_takes_all_and_leaves_one_event_per_batch(stage: Stage, batch: int) -> None:
    generate_many(stage, 7)
    assert record_expiries(at=END, batch=batch) == 7
    events = AuditEvent.objects.filter(verb="token.expired")
    assert sum(event.details["count"] for event in events) == 7
    assert max(event.details["count"] for event in events) == min(batch, 7)
    assert len(events) == -(-7 // batch)
    assert {(event.actor, event.system_actor) for event in events} == {(None, "egestor.record_expiries")}


def test_tokens_of_several_days_are_taken_in_small_batches(stage: Stage) -> None:
    for day in range(5):
        stage.generate(NOON + timedelta(days=day), cnes=make_establishment(stage.fund.entity).cnes)
    assert record_expiries(at=END + timedelta(days=3), batch=2) == 4
    assert DeploymentToken.objects.filter(status=Status.GENERATED).count() == 1


def test_the_scope_limits_it_to_some_entities(stage: Stage) -> None:
    other = make_stage(make_other_entity())
    mine, theirs = stage.generate(), other.generate()
    assert record_expiries(at=END, scope=[]) == 0
    assert record_expiries(at=END, scope=[other.fund.entity_id]) == 1
    assert (stored(mine).status, stored(theirs).status) == (Status.GENERATED, Status.EXPIRED)
    assert record_expiries(at=END) == 1


def test_nothing_due_costs_one_question(stage: Stage) -> None:
    stage.generate()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        record_expiries(at=NOON)
    assert len(queries) == 1


def test_no_mail_is_written(stage: Stage) -> None:
    stage.generate()
    OutboxMessage.objects.all().delete()
    record_expiries(at=END)
    assert not OutboxMessage.objects.exists()
