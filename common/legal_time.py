"""The legal clock of the credentialing: Brasília time (horário oficial de Brasília), whatever the municipality."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

BRASILIA = ZoneInfo("America/Sao_Paulo")


def end_of_legal_day(at: datetime, *, cutoff: time = time(0)) -> datetime:
    """The first instant that is no longer part of the Brasília day of `at` ("até às 23:59h").

    `cutoff` 00:00 reads the rule as "through the minute 23:59"; 23:59 cuts one minute earlier.
    """
    today = at.astimezone(BRASILIA).date()
    day = today if cutoff > time(0) else today + timedelta(days=1)
    end = datetime.combine(day, cutoff, tzinfo=BRASILIA)
    return end if end > at else end + timedelta(days=1)
