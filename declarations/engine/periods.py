"""Bimestres: when each ends, opens for sending and closes (spec of the SIOPS, section 4)."""

from datetime import date, timedelta
from typing import NamedTuple

OPENS_AFTER = timedelta(days=10)
CLOSES_AFTER = timedelta(days=30)
BIMESTERS = range(1, 7)
YEARS = range(2000, 2100)
LAST = 6


class Period(NamedTuple):
    """One bimestre of a year, in the order of time."""

    year: int
    bimester: int

    @property
    def is_final(self) -> bool:
        """The 6º, by which the minimum of the law is judged."""
        return self.bimester == LAST

    @property
    def ends_on(self) -> date:
        month_after = self.bimester * 2 + 1
        following = date(self.year + month_after // 13, (month_after - 1) % 12 + 1, 1)
        return following - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.bimester}º bimestre de {self.year}"


class Term(NamedTuple):
    """First and last day for sending, both whole, in Brasília; a weekend does not extend it."""

    opens_on: date
    closes_on: date


def legal_term(period: Period) -> Term:
    """10 and 30 days after the end of the bimestre, when nobody has prorogued it."""
    return Term(period.ends_on + OPENS_AFTER, period.ends_on + CLOSES_AFTER)
