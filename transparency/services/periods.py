"""The bimestres that the public may choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from declarations.models import ReportingPeriod


@dataclass(frozen=True)
class Choice:
    """The calendar, and the bimestre chosen in it."""

    period: ReportingPeriod
    periods: list[ReportingPeriod]

    @property
    def years(self) -> list[int]:
        return sorted({each.year for each in self.periods}, reverse=True)

    @property
    def bimesters(self) -> list[int]:
        return sorted({each.bimester for each in self.periods})

    def facts_at(self, at: datetime) -> tuple[object, ...]:
        """What a page says of the calendar, and on which side of the term it stands."""
        days = tuple((each.year, each.bimester, each.opens_on, each.closes_on) for each in self.periods)
        return (days, str(self.period), self.period.has_opened_at(at), at >= self.period.closes_at)

    @property
    def asked(self) -> dict[str, str]:
        """What asks for the same bimestre on another page."""
        return {"ano": str(self.period.year), "bimestre": str(self.period.bimester)}

    @property
    def query(self) -> str:
        return urlencode(self.asked)


def choose(at: datetime, year: int | None = None, bimester: int | None = None) -> Choice | None:
    """The one asked for, else the newest that has opened; None when the calendar has no such one. One query."""
    periods = list(ReportingPeriod.objects.order_by("year", "bimester"))
    if year or bimester:
        found = [each for each in periods if each.year == year and each.bimester == bimester]
    else:
        found = [each for each in periods if each.has_opened_at(at)] or periods[:1]
    return Choice(found[-1], periods) if found else None
