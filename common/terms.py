"""How long something may wait (prazo): in hours, or in business days of Brasília (dias úteis)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from common import switches
from common.holidays import next_business_day
from common.legal_time import BRASILIA

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


class Term(Protocol):
    """A term that begins with the wait."""

    @property
    def words(self) -> str:
        """As a person reads it."""

    def due(self, since: datetime) -> datetime:
        """The first instant at which what waits since `since` is late."""

    def edge(self, at: datetime, share: float) -> datetime:
        """The last beginning of a wait that has used up that share of the term at `at`."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A term that runs day and night."""

    hours: int

    @property
    def words(self) -> str:
        return f"{self.hours} horas"

    def due(self, since: datetime) -> datetime:
        return since + timedelta(hours=self.hours)

    def edge(self, at: datetime, share: float) -> datetime:
        return at - timedelta(hours=self.hours) * share


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """A term that counts whole business days after the one on which the wait began, until the end of the last."""

    days: int

    @property
    def words(self) -> str:
        return f"{self.days} dias úteis"

    def due(self, since: datetime) -> datetime:
        return _midnight(_last_day(_day_of(since), self.days) + DAY)

    def edge(self, at: datetime, share: float) -> datetime:
        today, days = _day_of(at), max(1, round(self.days * share))
        begun = today - DAY
        while _last_day(begun, days) >= today:
            begun -= DAY
        return _midnight(begun + DAY) - INSTANT


def _day_of(at: datetime) -> date:
    return at.astimezone(BRASILIA).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=BRASILIA)


def _last_day(begun: date, days: int) -> date:
    last = begun
    for _ in range(days):
        last = next_business_day(last)
    return last


def desk_term() -> Term:
    """The term of what no source dates, as the room has it."""
    return BusinessDays(switches.now().desk_days)
