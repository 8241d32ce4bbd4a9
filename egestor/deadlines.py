"""How a deadline is said: legal time first, local time beside it when it differs."""

from datetime import datetime, timedelta

from common.legal_time import BRASILIA
from territory.models import Entity

SOON = timedelta(hours=2)


def last_minute(expires_at: datetime) -> datetime:
    """The minute people are told: an exclusive 00:00 is read as 23:59 of the day before, any other limit as it is."""
    legal = expires_at.astimezone(BRASILIA)
    return expires_at - timedelta(minutes=1) if (legal.hour, legal.minute) == (0, 0) else expires_at


def validity_text(expires_at: datetime, entity: Entity) -> str:
    """ "Válido até 23:59 (horário de Brasília) — 21:59 no horário local (Acre)"; the second only if different."""
    shown = last_minute(expires_at)
    legal, local = shown.astimezone(BRASILIA), shown.astimezone(entity.time_zone)
    text = f"Válido até {legal:%H:%M} (horário de Brasília)"
    if legal.utcoffset() == local.utcoffset():
        return text
    day = "" if local.date() == legal.date() else f" de {local:%d/%m/%Y}"
    return f"{text} — {local:%H:%M}{day} no horário local ({_place(entity)})"


def day_text(expires_at: datetime, at: datetime) -> str:
    """ "de hoje" when the validity ends in the Brasília day of `at`, otherwise "de dd/mm/aaaa"."""
    last = last_minute(expires_at).astimezone(BRASILIA)
    return "de hoje" if last.date() == at.astimezone(BRASILIA).date() else f"de {last:%d/%m/%Y}"


def remaining_text(left: timedelta) -> str:
    """Whole minutes that are left, rounded down: "1 hora e 35 minutos", "30 minutos", "menos de 1 minuto"."""
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    parts = [_counted(hours, "hora"), _counted(minutes, "minuto")]
    return " e ".join(part for part in parts if part) or "menos de 1 minuto"


def moment_text(at: datetime | None) -> str:
    """ "23/11/2026 às 14:05", in Brasília."""
    return f"{at.astimezone(BRASILIA):%d/%m/%Y às %H:%M}" if at else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}" if number else ""


def _place(entity: Entity) -> str:
    """The UF, or the municipality when its clock is not the UF's."""
    municipality = entity.municipality
    if municipality is not None and municipality.time_zone != entity.uf.time_zone:
        return municipality.name
    return entity.uf.name
