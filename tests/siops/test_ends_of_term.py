"""A term of office that ends by its date: told at that moment, once, to whom it was of; foreseen by the clock."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from common.house import due_kinds
from common.models import AuditEvent, OutboxMessage
from siops.models import HealthManager
from siops.services.ends_of_term import tell_ends_of_term
from siops.services.managers import change_term, end_manager
from tests.concurrency import at_once
from tests.factories import NOON
from tests.factories.siops import acting_of, make_health_manager
from tests.siops.managers_support import Role

LAST_DAY = date(2026, 12, 10)
# The first instant without the office.
MIDNIGHT = datetime(2026, 12, 11, tzinfo=ZoneInfo("America/Sao_Paulo"))
TICK = timedelta(microseconds=1)
KIND = next(kind for kind in due_kinds() if kind.name == "end_of_term")

pytestmark = pytest.mark.django_db


def told() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(subject__contains="deixou de valer").order_by("pk"))


@pytest.mark.parametrize("role", [*HealthManager.SUBSTITUTES, Role.COUNCIL])
def test_the_owner_is_told_once_from_the_first_instant_without_the_office(role: str) -> None:
    record = make_health_manager(role, ends_on=LAST_DAY)
    assert tell_ends_of_term(at=MIDNIGHT - TICK) == 0
    assert HealthManager.objects.in_office_at(MIDNIGHT - TICK).filter(pk=record.pk).exists()
    assert tell_ends_of_term(at=MIDNIGHT) == 1
    assert tell_ends_of_term(at=MIDNIGHT) == 0
    assert tell_ends_of_term(at=MIDNIGHT + timedelta(days=30)) == 0
    (message,) = told()
    assert (message.to_email, message.addressee) == (record.email, record.person.user)
    assert "a vigência terminou em 10/12/2026" in message.body
    assert "11/12/2026" in message.body
    assert AuditEvent.objects.filter(verb="manager.term_over", target_id=str(record.pk)).count() == 1


def test_other_dates_bring_the_office_back_and_end_it_again() -> None:
    head = make_health_manager(Role.HEAD)
    record = make_health_manager(Role.HEAD_SUBSTITUTE, head.entity, ends_on=LAST_DAY)
    assert tell_ends_of_term(at=MIDNIGHT) == 1
    later = LAST_DAY + timedelta(days=5)
    by = acting_of(head, at=MIDNIGHT)
    change_term(manager_id=record.pk, starts_on=LAST_DAY, ends_on=later, by=by, at=MIDNIGHT)
    assert tell_ends_of_term(at=MIDNIGHT + timedelta(days=5) - TICK) == 0
    assert tell_ends_of_term(at=MIDNIGHT + timedelta(days=5)) == 1


def test_who_was_ended_before_is_not_told_again() -> None:
    head = make_health_manager(Role.HEAD)
    record = make_health_manager(Role.HEAD_SUBSTITUTE, head.entity, ends_on=LAST_DAY)
    end_manager(manager_id=record.pk, by=acting_of(head), at=NOON)
    assert len(told()) == 1
    assert tell_ends_of_term(at=MIDNIGHT) == 0


def test_the_clock_foresees_whom_it_will_tell_and_stops_there() -> None:
    record = make_health_manager(Role.SECRETARY_SUBSTITUTE, ends_on=LAST_DAY)
    (due,) = KIND.upcoming(NOON, MIDNIGHT)
    assert (due.at, due.told, due.effect) == (MIDNIGHT, record.email, "perde o acesso; 1 e-mail")
    assert list(KIND.upcoming(NOON, MIDNIGHT - TICK)) == []
    assert list(KIND.upcoming(MIDNIGHT, MIDNIGHT + timedelta(days=300))) == []
    assert KIND.next_due is not None
    assert KIND.next_due(NOON) == KIND.next_due(MIDNIGHT - TICK) == MIDNIGHT
    assert KIND.next_due(MIDNIGHT) is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_it_once() -> None:
    make_health_manager(Role.HEAD_SUBSTITUTE, ends_on=LAST_DAY)
    assert sum(at_once(*[lambda: tell_ends_of_term(at=MIDNIGHT)] * 4)) == 1
    assert len(told()) == 1
