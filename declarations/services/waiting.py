"""The 24 hours after a transmission (switch HOMOLOGACAO_24H): until when, from when, and the reminders E6.

The source says «em 24h após o envio», which may be read as within or as after: the room chooses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import transaction
from django.db.models import F, Q

from common import switches
from common.actor import Actor
from common.exceptions import RuleBroken
from common.house import Due
from common.switch_choices import Homologation24h
from common.ui import Tone
from declarations.models import Declaration
from declarations.services.letters import tell_waiting

HOUR, DAY, NO_TIME = timedelta(hours=1), timedelta(hours=24), timedelta()
# The first reminder; the others come at 24 hours and then each day.
FIRST = {Homologation24h.WITHIN: 20 * HOUR, Homologation24h.AFTER: DAY}
OUTSIDE = "FORA DAS 24H"
NOTHING_SENT = "Não há dados transmitidos para {bimester}º bimestre de {year}."
TOLD = "o Secretário de Saúde e o substituto"


@dataclass(frozen=True)
class Badge:
    """What a page says of the 24 hours."""

    text: str
    tone: str


def find_waiting(*, entity_id: int, year: int, bimester: int, by: Actor) -> Declaration:
    """The version of that bimestre that waits. Raises RuleBroken (nothing_sent)."""
    rows = Declaration.objects.visible_to(by).waiting()
    found = rows.filter(entity=entity_id, period__year=year, period__bimester=bimester).first()
    if found is None:
        raise RuleBroken(NOTHING_SENT.format(bimester=bimester, year=year), code="nothing_sent")
    return found


def available_at(declaration: Declaration) -> datetime:
    """The first instant at which a transmitted version may be homologated."""
    after = switches.now().homologation_24h is Homologation24h.AFTER
    return declaration.sent_at + (DAY if after else NO_TIME)


def badge_of(declaration: Declaration, at: datetime) -> Badge | None:
    """Of a version that waits, how long it still may (or has to); of a homologated one, that it waited too long."""
    mode = switches.now().homologation_24h
    if mode is Homologation24h.OFF or declaration.transmitted_at is None:
        return None
    waits = declaration.status == Declaration.Status.TRANSMITTED
    left = declaration.sent_at + DAY - (at if waits else declaration.homologated_at or at)
    if mode is Homologation24h.AFTER:
        return Badge(f"DISPONÍVEL EM {_hours(left)}", Tone.INFO) if waits and left > NO_TIME else None
    if left < NO_TIME:
        return Badge(OUTSIDE, Tone.WARNING)
    return Badge(f"FALTAM {_hours(left)}", Tone.INFO) if waits else None


def remind(*, at: datetime) -> int:
    """Write the reminder due by `at` of each version that waits; returns how many versions.

    Each mark is told once; whoever was not reminded while the portal slept gets the last one only.
    """
    first = FIRST.get(switches.now().homologation_24h)
    if first is None:
        return 0
    told_early = Q(reminded_at__lt=F("transmitted_at") + DAY, transmitted_at__lte=at - DAY)
    untold = Q(reminded_at=None) | Q(reminded_at__lte=at - DAY) | told_early
    due = Declaration.objects.waiting().filter(untold, transmitted_at__lte=at - first)
    return sum(_remind(declaration_id=pk, at=at) for pk in list(due.values_list("pk", flat=True)))


def next_reminder(after: datetime) -> datetime | None:
    """The first mark of any waiting version strictly after `after`."""
    found = (next(_marks(row.sent_at, after), None) for row in Declaration.objects.waiting())
    return min((instant for instant in found if instant is not None), default=None)


def reminders(after: datetime, until: datetime) -> Iterator[Due]:
    """Every reminder in (after, until], as if nobody homologated meanwhile; those of each day told together."""
    for row in Declaration.objects.waiting().select_related("period", "entity__municipality__uf", "entity__uf"):
        marks = list(takewhile(lambda instant: instant <= until, _marks(row.sent_at, after)))
        daily = [instant for instant in marks if instant > row.sent_at + DAY]
        what = f"{row.period} de {row.entity} sem homologação há {{waited}}"
        for instant in marks[: len(marks) - len(daily)]:
            yield Due(instant, what.format(waited=_waited(instant - row.sent_at)), TOLD, "lembrete por e-mail")
        if daily:
            effect = "lembrete por e-mail" if len(daily) == 1 else f"{len(daily)} lembretes por e-mail, um por dia"
            yield Due(daily[0], what.format(waited=_waited(daily[0] - row.sent_at)), TOLD, effect)


@transaction.atomic
def _remind(*, declaration_id: int, at: datetime) -> int:
    """Ask again under the lock: another may have reminded, or somebody homologated."""
    rows = Declaration.objects.waiting().select_for_update(of=("self",)).select_related("period", "entity")
    declaration = rows.filter(pk=declaration_id).first()
    mark = _due_mark(declaration, at) if declaration else None
    if declaration is None or mark is None:
        return 0
    declaration.reminded_at = mark
    declaration.save(update_fields=["reminded_at"])
    tell_waiting(declaration, hours=(mark - declaration.sent_at) // HOUR, at=at)
    return 1


def _due_mark(declaration: Declaration, at: datetime) -> datetime | None:
    """The last mark that has come, unless it was told."""
    first = FIRST.get(switches.now().homologation_24h)
    waited = at - declaration.sent_at
    if first is None or waited < first:
        return None
    mark = declaration.sent_at + (waited // DAY * DAY or first)
    is_told = declaration.reminded_at is not None and declaration.reminded_at >= mark
    return None if is_told else mark


def _marks(sent: datetime, after: datetime) -> Iterator[datetime]:
    """The marks strictly after `after`, without end; none when the room does not count."""
    first = FIRST.get(switches.now().homologation_24h)
    if first is None:
        return
    if first != DAY and sent + first > after:
        yield sent + first
    mark = sent + DAY * max(1, (after - sent) // DAY + 1)
    while True:
        yield mark
        mark += DAY


def _waited(length: timedelta) -> str:
    """Of a reminder: in hours until the first one of each day, then in days."""
    return _hours(length) if length <= DAY else f"{length // DAY} dias"


def _hours(length: timedelta) -> str:
    """Whole hours, at least one."""
    return f"{max(1, -(-length // HOUR))} h"
