"""What the clock of the room will go through: the same steps as `recording` makes, looked at before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import Min
from django.db.models.functions import TruncDate

from common.house import NOBODY, Due
from common.legal_time import BRASILIA
from declarations.engine.money import brazilian
from declarations.engine.periods import LAST
from declarations.models import Declaration
from sanctions.models import Omission, SanctionEvent
from sanctions.planning import OmissionCase, Step, ahead, counts_on
from sanctions.services.facts import (
    HOMOLOGATED,
    first_instant,
    last_bimesters,
    notification_day,
    omission_kinds,
    shortfall_cases,
    silent,
)
from sanctions.services.notices import TEMPLATES
from sanctions.services.reminders import reminder_days
from sanctions.terms import DAY, told_by_bank
from siops.services.registry import legal_date
from territory.models import Entity

Kind = SanctionEvent.Kind
TOLD = "Chefe do Executivo e Secretário de Saúde"
MANY = "{:,} entes"


def next_sanction(after: datetime) -> datetime | None:
    """The first midnight after an instant at which something is recorded, as the facts are now."""
    day = legal_date(after)
    days = [case.next_day(day) for case, _, _ in omission_kinds()]
    days += [case.next_day(day) for case in shortfall_cases()]
    days += [notification_day(period) for period in last_bimesters()]
    days += [counts_on(on, day) for on in _unjudged()]
    first = min((each for each in days if each is not None and each > day), default=None)
    return first_instant(first) if first else None


def sanctions(after: datetime, until: datetime) -> Iterator[Due]:
    """What will be recorded in (after, until] if nobody homologates anything more; entities alike in one line."""
    first, last = legal_date(after), legal_date(until)
    found: Counter[tuple[date, str, str]] = Counter()
    for case, many, entity in omission_kinds():
        _count(found, ahead(case, first, last), many, entity)
    for period in last_bimesters():
        on = notification_day(period)
        if not first < on <= last:
            continue
        late = silent(period, before=first_instant(on)).exclude(omissions__period=period)
        many = late.count()
        if many:
            case = OmissionCase(Omission(period=period, notified_on=on))
            entity = late.aggregate(one=Min("pk"))["one"]
            _count(found, [Step(Kind.NOTIFIED, on), *ahead(case, on, last)], many, entity)
    names = {row.pk: str(row) for row in _entities(found)}
    for (on, kind, one), many in sorted(found.items()):
        who = names[int(one)] if many == 1 else MANY.format(many).replace(",", ".")
        yield _due(on, Kind(kind), who)
    yield from _of_shortfalls(first, last)


def next_reminder(after: datetime) -> datetime | None:
    first = min((day for day, _, _ in reminder_days(legal_date(after))), default=None)
    return first_instant(first) if first else None


def reminders(after: datetime, until: datetime) -> Iterator[Due]:
    for day, what, told in reminder_days(legal_date(after)):
        if day <= legal_date(until):
            yield Due(first_instant(day), what, told, "1 e-mail a cada um")


def _of_shortfalls(first: date, last: date) -> Iterator[Due]:
    for on in sorted({max(on, first) + DAY for on in _unjudged()}):
        if on <= last:
            yield Due(first_instant(on), "Apuração do mínimo do 6º bimestre", NOBODY, "abaixo dele, descumprimento")
    for case in shortfall_cases():
        for step in ahead(case, first, last):
            yield _due(step.on, step.kind, str(case.row.entity), step.amount)


def _count(found: Counter[tuple[date, str, str]], steps: Iterable[Step], many: int, entity: int) -> None:
    for step in steps:
        found[step.on, str(step.kind), str(entity)] += many


def _due(on: date, kind: Kind, who: str, amount: int | None = None) -> Due:
    told = TOLD if kind in TEMPLATES else NOBODY
    effect = f"R$ {brazilian(amount)}, simulado" if amount is not None else EFFECTS.get(kind, "fica na linha do tempo")
    if kind == Kind.DIRECTED:
        effect += f"; o banco informa até {told_by_bank(on):%d/%m/%Y}"
    return Due(first_instant(on), f"{kind.label}: {who}", told, effect)


EFFECTS = {
    Kind.NOTIFIED: "começam os 30 dias",
    Kind.REPORTED: "o próximo decêndio não vem",
    Kind.SUSPENDED: "FPM, ITR, IPI-Exportação e voluntárias não vêm",
    Kind.RESTORED: "as transferências voltam",
}


def _unjudged() -> list[date]:
    """Days on which a 6º bimestre was homologated and is not judged yet."""
    rows = Declaration.objects.filter(
        status__in=HOMOLOGATED, period__bimester=LAST, homologated_at__isnull=False, assessment=None
    )
    return list(rows.order_by().values_list(TruncDate("homologated_at", tzinfo=BRASILIA), flat=True).distinct())


def _entities(found: Iterable[tuple[date, str, str]]) -> Iterable[Entity]:
    return Entity.objects.filter(pk__in={int(entity) for _, _, entity in found}).select_related(
        "municipality__uf", "uf"
    )
