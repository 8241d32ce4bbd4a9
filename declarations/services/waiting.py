"""The 24 hours after a transmission (switch HOMOLOGACAO_24H): until when, from when, and the reminders E6.

The source says «em 24h após o envio», which may be read as within or as after: the room chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import connection, transaction
from django.db.models import Count, F, Min, Q

from common import switches
from common.actor import Actor
from common.exceptions import RuleBroken
from common.house import Due
from common.switch_choices import Homologation24h
from common.ui import Tone
from declarations.models import Declaration, ReportingPeriod
from declarations.services.letters import tell_waiting
from territory.models import Entity

HOUR, DAY, NO_TIME = timedelta(hours=1), timedelta(hours=24), timedelta()
# The first reminder; the others come at 24 hours and then each day.
FIRST = {Homologation24h.WITHIN: 20 * HOUR, Homologation24h.AFTER: DAY}
OUTSIDE = "FORA DAS 24H"
NOTHING_SENT = "Não há dados transmitidos para {bimester}º bimestre de {year}."
TOLD = "o Secretário de Saúde e o substituto"
MANY = "{:,} entes"
# How many versions are reminded in one transaction.
BATCH = 200
# As `_marks` has it, of the first of all.
_NEXT_MARK = """
    SELECT min(
        CASE WHEN transmitted_at + %(first)s::interval > %(after)s THEN transmitted_at + %(first)s::interval
        ELSE transmitted_at + interval '24 hours'
            * (floor(extract(epoch FROM %(after)s - transmitted_at) / 86400) + 1)::double precision END
    )
    FROM declarations_declaration WHERE status = %(waiting)s
"""


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
    due = Declaration.objects.waiting().filter(untold, transmitted_at__lte=at - first).order_by("pk")
    keys = list(due.values_list("pk", flat=True))
    return sum(_remind(keys[start : start + BATCH], at=at) for start in range(0, len(keys), BATCH))


def next_reminder(after: datetime) -> datetime | None:
    """The first mark of any waiting version strictly after `after`."""
    first = FIRST.get(switches.now().homologation_24h)
    if first is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            _NEXT_MARK, {"first": f"{first // HOUR} hours", "after": after, "waiting": Declaration.Status.TRANSMITTED}
        )
        found: datetime | None = cursor.fetchone()[0]
    return found


def reminders(after: datetime, until: datetime) -> Iterator[Due]:
    """Every reminder in (after, until], as if nobody homologated meanwhile; those of each day told together.

    Entities alike stand in one line.
    """
    alike = Declaration.objects.waiting().order_by().values_list("transmitted_at", "period")
    rows = list(alike.annotate(many=Count("pk"), one=Min("entity")))
    periods = ReportingPeriod.objects.in_bulk({period for _, period, _, _ in rows})
    entities = Entity.objects.select_related("municipality__uf", "uf").in_bulk({one for *_, one in rows})
    for sent, period, many, one in rows:
        who = str(entities[one]) if many == 1 else MANY.format(many).replace(",", ".")
        marks = list(takewhile(lambda instant: instant <= until, _marks(sent, after)))
        daily = [instant for instant in marks if instant > sent + DAY]
        what = f"{periods[period]} de {who} sem homologação há {{waited}}"
        for instant in marks[: len(marks) - len(daily)]:
            yield Due(instant, what.format(waited=_waited(instant - sent)), TOLD, "lembrete por e-mail")
        if daily:
            effect = "lembrete por e-mail" if len(daily) == 1 else f"{len(daily)} lembretes por e-mail, um por dia"
            yield Due(daily[0], what.format(waited=_waited(daily[0] - sent)), TOLD, effect)


@transaction.atomic
def _remind(keys: Sequence[int], *, at: datetime) -> int:
    """Ask again under the lock: another may have reminded, or somebody homologated."""
    rows = Declaration.objects.waiting().select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    due = []
    for row in rows.select_related("period", "entity__municipality__uf", "entity__uf"):
        mark = _due_mark(row, at)
        if mark is not None:
            row.reminded_at = mark
            due.append((row, (mark - row.sent_at) // HOUR))
    Declaration.objects.bulk_update([row for row, _ in due], ["reminded_at"])
    tell_waiting(due, at=at)
    return len(due)


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
