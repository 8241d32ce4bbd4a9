"""The day of a certifier's counter as a queue: each waits since the period begins, whoever was missed too."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from common.legal_time import BRASILIA
from desk.services import queues
from desk.services.claims import take_next
from tests.actors import acting, signed_in
from tests.factories import make_staff
from tests.factories.siops import make_attendant, make_certification, make_health_manager

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)


def scheduled(role: str = "secretary", *, day: date = DAY, period: str = "morning", **fields: Any) -> Any:
    """Of whoever has that role in the entity; at a counter of its own, unless told."""
    return make_certification(make_health_manager(role), status="scheduled", scheduled_for=day, period=period, **fields)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=BRASILIA)


def listed(who: User, when: datetime) -> list[tuple[int, str]]:
    _, waiting = queues.waiting_of("posto")
    actor = acting(who, at=when)
    rows = queues.with_entity(queues.in_order(waiting, actor, when), waiting)
    return [(row.pk, queues.GROUPS[row.group].label) for row in rows]


@pytest.mark.parametrize(
    ("period", "when", "group"),
    [
        ("morning", at(7), "NO PRAZO"),
        ("morning", at(11, 11), "NO PRAZO"),
        ("morning", at(11, 12), "VENCE LOGO"),
        ("morning", at(12), "ATRASADO"),
        ("morning", at(14), "MUITO ATRASADO"),
        ("afternoon", at(14), "NO PRAZO"),
        ("afternoon", at(17), "ATRASADO"),
    ],
)
def test_the_wait_begins_with_the_period(period: str, when: datetime, group: str) -> None:
    row = scheduled(period=period)
    assert listed(make_attendant(row.certifier), when) == [(row.pk, group)]


def test_yesterday_comes_first_and_tomorrow_does_not_come() -> None:
    today = scheduled()
    missed = scheduled("head", day=DAY - timedelta(days=1), service_point=today.service_point)
    scheduled("head_substitute", day=DAY + timedelta(days=1), service_point=today.service_point)
    assert [pk for pk, _ in listed(make_attendant(today.certifier), at(9))] == [missed.pk, today.pk]


def test_an_attendant_has_the_queue_of_one_certifier_and_the_auditor_reads_all() -> None:
    row, other = scheduled(), scheduled("head")
    attendant, auditor = make_attendant(row.certifier), make_staff("auditor", staff_role="auditor")
    assert [pk for pk, _ in listed(attendant, at(9))] == [row.pk]
    assert {pk for pk, _ in listed(auditor, at(9))} == {row.pk, other.pk}
    assert take_next(key="posto", after=None, by=acting(attendant, at=at(9)), at=at(9)) == row.pk
    page = signed_in(auditor).get(reverse("siops:certifier_issue", args=[row.pk])).content.decode()
    assert row.protocol in page
    assert "Digitado pelo titular" not in page
