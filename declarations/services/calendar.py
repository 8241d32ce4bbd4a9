"""The calendar of the bimestres as the clock of the room goes over it (spec of the SIOPS, section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction

from common.house import NOBODY, Due
from declarations.engine.periods import BIMESTERS, Period
from declarations.models import ReportingPeriod
from declarations.models.periods import DAY
from siops.services.registry import legal_date

FILLING = "os responsáveis pelo envio, no painel do ente"
LATE = "a transmissão passa a ser fora do prazo; nada se perde"


@transaction.atomic
def keep_calendar(*, at: datetime) -> int:
    """Write the bimestres of last year, this one and the next that are missing, as the law dates them."""
    year = legal_date(at).year
    known = set(ReportingPeriod.objects.of_years(year - 1, year, year + 1).values_list("year", "bimester"))
    wanted = (Period(each, bimester) for each in (year - 1, year, year + 1) for bimester in BIMESTERS)
    missing = [ReportingPeriod.legal(period) for period in wanted if tuple(period) not in known]
    return len(ReportingPeriod.objects.bulk_create(missing, ignore_conflicts=True))


def next_opening(after: datetime) -> datetime | None:
    first = ReportingPeriod.objects.opening_after(legal_date(after)).first()
    return first.opens_at if first else None


def openings(after: datetime, until: datetime) -> Iterator[Due]:
    """What opens in (after, until]."""
    rows = ReportingPeriod.objects.filter(opens_on__gt=legal_date(after), opens_on__lte=legal_date(until))
    for row in rows.order_by("opens_on"):
        yield Due(row.opens_at, f"Abre o envio do {row} ao SIOPS", FILLING, "a declaração pode ser aberta")


def deadlines(after: datetime, until: datetime) -> Iterator[Due]:
    """Terms (prazos) that end in (after, until]: nothing is recorded, each use asks."""
    rows = ReportingPeriod.objects.filter(
        closes_on__gte=legal_date(after), closes_on__lte=legal_date(until) - DAY
    ).order_by("closes_on")
    for row in rows:
        yield Due(row.closes_at, f"Termina o prazo do {row} no SIOPS", NOBODY, LATE)


def hold_period(period_id: int) -> None:
    """Keep the bimestre as it is until the transaction ends; many hold it at once, and none waits for another.

    Who judges a midnight (a prorogation, the sanctions) waits for them: what is stamped before it is seen by it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM declarations_reportingperiod WHERE id = %s FOR SHARE", [period_id])
