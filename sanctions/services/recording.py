"""What came due of the sanctions at one instant, written together: cases, deposits, timeline, e-mails, trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from common import audit
from common.actor import Actor
from declarations.engine.anexo12 import MINIMUM_RATE
from declarations.engine.case import Case
from declarations.engine.periods import LAST
from declarations.models import Declaration
from declarations.services.contents import contents_of
from sanctions.models import Assessment, Deposit, Omission, SanctionEvent, Shortfall
from sanctions.planning import Step, happen
from sanctions.services.facts import (
    HOMOLOGATED,
    first_instant,
    last_bimesters,
    notification_day,
    omission_cases,
    shortfall_cases,
    silent,
)
from sanctions.services.notices import Happened, tell
from sanctions.terms import rate_of, told_by_bank
from siops.services.registry import legal_date

Kind = SanctionEvent.Kind
_R = TypeVar("_R", Omission, Shortfall)


@transaction.atomic
def record_sanctions(*, at: datetime) -> int:
    """Record all that is due on the day of `at`; returns how many things happened. Again, it finds nothing to do.

    The calendar of the last bimestres is locked: a prorogation comes wholly before or after, and so does another sweep.
    First who is late, then what the homologations of the day before came to, then who is below the minimum.
    """
    day = legal_date(at)
    list(last_bimesters().select_for_update(no_key=True))
    happened = [*_notify(day), *_move_omissions(day), *_assess(day), *_move_shortfalls(day)]
    if happened:
        _write_timeline(happened)
        tell(happened, at=at)
        kinds = Counter(str(each.step.kind) for each in happened)
        routine = Actor.routine("sanctions.record_sanctions", at)
        audit.record_batch(
            "sanction.recorded", model=SanctionEvent, count=len(happened), by=routine, at=at, kinds=dict(kinds)
        )
    return len(happened)


def _notify(day: date) -> Iterator[Happened]:
    """Only on the very day: what was late before the room existed is not charged."""
    for period in last_bimesters():
        if notification_day(period) != day:
            continue
        late = silent(period, before=first_instant(day)).exclude(omissions__period=period)
        rows = [
            Omission(entity=entity, period=period, notified_on=day)
            for entity in late.select_related("municipality__uf", "uf").order_by("pk")
        ]
        for row in Omission.objects.bulk_create(rows):
            yield Happened(row, Step(Kind.NOTIFIED, day))


def _move_omissions(day: date) -> list[Happened]:
    happened = [Happened(case.row, step) for case in omission_cases() for step in happen(case, day)]
    Omission.objects.write(_rows(happened, Omission), *Omission.WRITTEN)
    return happened


def _move_shortfalls(day: date) -> list[Happened]:
    happened = []
    for case in shortfall_cases():
        happened += [Happened(case.row, step, case.deposited) for step in happen(case, day)]
    rows = _rows(happened, Shortfall)
    Shortfall.objects.write(rows, *Shortfall.WRITTEN)
    Deposit.objects.bulk_create(
        Deposit(
            shortfall_id=each.row.pk,
            directed_on=day,
            transfer=each.step.transfer,
            rate=rate_of(each.row.entity),
            amount=each.step.amount or 0,
            told_on=told_by_bank(day),
        )
        for each in happened
        if each.step.kind == Kind.DIRECTED
    )
    return happened


def _rows(happened: Sequence[Happened], kind: type[_R]) -> list[_R]:
    """Each moved row once."""
    return list({each.row.pk: each.row for each in happened if isinstance(each.row, kind)}.values())


def _assess(day: date) -> list[Happened]:
    """Judge each 6º bimestre homologated before the day and not judged yet; the last version of each counts."""
    waiting = Declaration.objects.filter(
        status__in=HOMOLOGATED, period__bimester=LAST, homologated_at__lt=first_instant(day), assessment=None
    ).select_related("period", "entity__municipality__uf", "entity__uf")
    found = list(waiting.order_by("homologated_at", "pk"))
    missing = _missing(found)
    made = Assessment.objects.bulk_create(
        Assessment(declaration=each, missing=missing[each.pk], assessed_on=day) for each in found
    )
    newest = {(each.declaration.entity_id, each.declaration.period_id): each for each in made}
    known = {
        (row.entity_id, row.period_id): row
        for row in Shortfall.objects.filter(entity__in={entity for entity, _ in newest}).select_related(
            "period", "entity__municipality__uf", "entity__uf"
        )
    }
    rows, happened = [], []
    for key, assessment in newest.items():
        row = known.get(key) or Shortfall(
            entity=assessment.declaration.entity, period=assessment.declaration.period, amount=0, found_on=day
        )
        if step := _judged(row, assessment.missing, day):
            rows.append(row)
            happened.append(Happened(row, step))
    Shortfall.objects.bulk_create(row for row in rows if row.pk is None)
    Shortfall.objects.write(rows, "found_on", *Shortfall.WRITTEN)
    return happened


def _judged(row: Shortfall, missing: int, day: date) -> Step | None:
    """What an assessment does to the shortfall of its year, which may be a new one; None when nothing changes."""
    is_settled = row.status == Shortfall.Status.REGULARIZED
    if row.amount == missing or (is_settled and missing < row.amount):
        return None
    is_new = row.pk is None
    if is_settled:
        row.breach_again(on=day)
    row.amount = missing
    return Step(Kind.BREACHED if is_new or is_settled else Kind.AMOUNT_CHANGED, day, missing)


def _missing(found: Sequence[Declaration]) -> dict[int, int]:
    """XIX, at the stage of the 6º bimestre. Where the truncated percentage reaches the minimum, nothing is missing."""
    below = [each for each in found if each.percent is None or each.percent < MINIMUM_RATE]
    contents = contents_of(below)
    return {each.pk: 0 for each in found} | {
        each.pk: -Case(contents[each.pk]).amount("XIX", "empenhada") for each in below
    }


def _write_timeline(happened: Sequence[Happened]) -> None:
    SanctionEvent.objects.bulk_create(
        SanctionEvent(
            entity_id=each.row.entity_id,
            year=each.period.year,
            kind=each.step.kind,
            on=each.step.on,
            amount=each.step.amount,
        )
        for each in happened
    )
