"""What the tests of deadlines and sanctions share: cases, homologations at an instant, the room going through time."""

from datetime import date, datetime, timedelta
from typing import Any

from common.house import DueKind
from common.legal_time import BRASILIA
from declarations.engine import records
from declarations.engine.beginnings import consistent
from declarations.engine.declaration import Table
from declarations.models import Declaration, ReportingPeriod
from sanctions.house import DUE_KINDS
from sanctions.models import SanctionEvent, Shortfall
from territory.models import Entity
from tests.factories import make_entity
from tests.factories.declarations import make_declaration, make_period

SECOND = timedelta(seconds=1)


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=BRASILIA)


def make_shortfall(entity: Entity | None = None, **fields: Any) -> Shortfall:
    """Of 2026, just found."""
    defaults: dict[str, Any] = {"amount": 100_000_00, "found_on": date(2027, 2, 1)}
    made: Shortfall = Shortfall.objects.create(
        entity=entity or make_entity(), period=make_period(2026, 6), **(defaults | fields)
    )
    return made


def homologate(
    entity: Entity,
    at: datetime,
    *,
    period: ReportingPeriod | None = None,
    percent: int | None = 2_000,
    tables: dict[str, Table] | None = None,
    version: int = 1,
) -> Declaration:
    """A declaration that goes through its machine and is official at an instant; above the minimum unless told."""
    period = period or make_period(2026, 6)
    former = Declaration.objects.homologated().filter(entity=entity, period=period).first()
    if former is not None:
        former.rectify()
        former.save(update_fields=["status"])
    made = make_declaration(
        entity, period, status="transmitted", tables={} if tables is None else tables, percent=percent, version=version
    )
    made.homologate(by_id=made.transmitted_by_id or 0, at=at)
    made.save(update_fields=["status", "homologated_by", "homologated_at"])
    return made


def below_minimum(period: ReportingPeriod) -> dict[str, Table]:
    """The consistent example with a quarter of its expense."""
    tables = consistent(period.period)
    name = records.EXPENSES.name
    less = {key: (*row[:2], *(int(value or 0) // 4 for value in row[2:])) for key, row in tables[name].items()}
    return tables | {name: less}


def go(here: datetime, target: datetime) -> datetime:
    """As the clock of a room goes: everything due in (here, target], each at its own instant."""
    while True:
        found = [(due, kind) for kind in DUE_KINDS if (due := _next(kind, here))]
        first = min((due for due, _ in found), default=None)
        if first is None or first > target:
            return target
        for due, kind in found:
            if due == first and kind.apply:
                kind.apply(at=due)
        here = first


def day_by_day(here: datetime, target: datetime) -> datetime:
    """The same without looking ahead: every midnight, whether something is due or not."""
    due = here.astimezone(BRASILIA).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while due <= target:
        for kind in DUE_KINDS:
            if kind.apply:
                kind.apply(at=due)
        due += timedelta(days=1)
    return target


def _next(kind: DueKind, here: datetime) -> datetime | None:
    return kind.next_due(here) if kind.next_due else None


def story(entity: Entity) -> list[tuple[str, str]]:
    """(day, what happened), in order."""
    rows = SanctionEvent.objects.filter(entity=entity).order_by("on", "pk")
    return [(f"{row.on:%d/%m/%Y}", row.kind) for row in rows]
