"""The calendar of the bimestres, and the clock of the room over it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.exceptions import NotPermitted, RulesBroken
from common.models import AuditEvent
from declarations.engine.periods import Period
from declarations.models import ReportingPeriod
from declarations.services import calendar
from declarations.services.proroguing import change_term
from tests.actors import acting
from tests.clock import now
from tests.factories import siops
from tests.factories.declarations import make_period
from tests.in_room import below

pytestmark = pytest.mark.django_db(databases=["default", "control"])
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def test_three_years_are_kept_and_nothing_is_written_twice() -> None:
    assert calendar.keep_calendar(at=AT) == 18
    assert calendar.keep_calendar(at=AT) == 0
    assert set(ReportingPeriod.objects.values_list("year", flat=True)) == {2025, 2026, 2027}
    assert calendar.keep_calendar(at=AT + timedelta(days=365)) == 6


@pytest.mark.parametrize(
    ("year", "bimester", "ends_on", "opens_on", "closes_on"),
    [
        (2026, 1, date(2026, 2, 28), date(2026, 3, 10), date(2026, 3, 30)),
        # 29 February, and the same 30 March.
        (2028, 1, date(2028, 2, 29), date(2028, 3, 10), date(2028, 3, 30)),
        # Monday the 30th; a Saturday would stay.
        (2026, 5, date(2026, 10, 31), date(2026, 11, 10), date(2026, 11, 30)),
        (2026, 6, date(2026, 12, 31), date(2027, 1, 10), date(2027, 1, 30)),
    ],
)
def test_the_days_of_the_law(year: int, bimester: int, ends_on: date, opens_on: date, closes_on: date) -> None:
    row = ReportingPeriod.legal(Period(year, bimester))
    row.save()
    assert (row.ends_on, row.opens_on, row.closes_on) == (ends_on, opens_on, closes_on)


@pytest.mark.parametrize("zone", ["-03:00", "Z"])
def test_both_days_are_whole_in_brasilia(zone: str) -> None:
    period = make_period(2026, 5)
    begins, ends = ("10T00:00", "01T00:00") if zone == "-03:00" else ("10T03:00", "01T03:00")
    opens_at = datetime.fromisoformat(f"2026-11-{begins}:00{zone}")
    closes_at = datetime.fromisoformat(f"2026-12-{ends}:00{zone}")
    assert [period.has_opened_at(at) for at in (opens_at - INSTANT, opens_at, opens_at + INSTANT)] == [
        False,
        True,
        True,
    ]
    assert [period.is_open_at(at) for at in (closes_at - INSTANT, closes_at, closes_at + INSTANT)] == [
        True,
        False,
        False,
    ]


def test_the_clock_of_the_room_meets_openings_and_terms_in_order() -> None:
    calendar.keep_calendar(at=AT)
    assert calendar.next_opening(AT) == datetime.fromisoformat("2027-01-10T00:00-03:00")
    until = datetime.fromisoformat("2027-01-31T00:00-03:00")
    due = [*calendar.openings(AT, until), *calendar.deadlines(AT, until)]
    assert [(each.at.date(), each.what) for each in due] == [
        (date(2027, 1, 10), "Abre o envio do 6º bimestre de 2026 ao SIOPS"),
        (date(2026, 12, 1), "Termina o prazo do 5º bimestre de 2026 no SIOPS"),
        (date(2027, 1, 31), "Termina o prazo do 6º bimestre de 2026 no SIOPS"),
    ]
    assert list(calendar.deadlines(AT, until - INSTANT)) == due[1:][:1]
    assert list(calendar.openings(due[0].at, until)) == []


class TestProrogation:
    REASON = "Prorrogado pela Portaria simulada nº 1."

    def test_the_coordination_moves_the_term_and_everything_follows(self, client: Client) -> None:
        period, user = make_period(2026, 5), siops.make_coordinator()
        client.force_login(user)
        address = below(reverse("declarations:period_change", args=[period.pk]))
        days = {"opens_on": "2026-11-10", "closes_on": "2026-12-31", "reason": self.REASON}
        text = client.post(address, days, follow=True).content.decode()
        assert "Prazo do 5º bimestre de 2026 mudado." in text
        moved = ReportingPeriod.objects.get(pk=period.pk)
        assert moved.is_open_at(datetime.fromisoformat("2026-12-31T23:59:59-03:00"))
        assert moved.prorogued
        event = AuditEvent.objects.get(verb="period.moved")
        assert (event.details["former"], event.details["now"]) == ("2026-11-10/2026-11-30", "2026-11-10/2026-12-31")
        assert [each.at.date() for each in calendar.deadlines(AT, AT + timedelta(days=60))] == [date(2027, 1, 1)]

    def test_every_rule_at_once_and_no_trace(self) -> None:
        period = make_period(2026, 5)
        asked: dict[str, Any] = {"opens_on": date(2026, 10, 31), "closes_on": date(2026, 10, 30), "reason": "curto"}
        with pytest.raises(RulesBroken) as refusal:
            change_term(period_id=period.pk, **asked, by=acting(siops.make_coordinator()), at=now())
        assert [each.code for each in refusal.value.broken] == ["too_early", "backwards", "too_short"]
        assert ReportingPeriod.objects.get(pk=period.pk).prorogued is None
        assert not AuditEvent.objects.exists()

    def test_nobody_else(self) -> None:
        days: dict[str, Any] = {"opens_on": date(2026, 11, 10), "closes_on": date(2026, 12, 31), "reason": self.REASON}
        with pytest.raises(NotPermitted):
            change_term(period_id=make_period().pk, **days, by=acting(siops.make_checker()), at=now())
