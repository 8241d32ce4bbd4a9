"""The facts by which cases move, from the rows below: what was homologated and when, what was deposited and proven."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, DateField, Exists, F, Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from common import switches
from common.legal_time import BRASILIA
from declarations.engine import records
from declarations.engine.periods import LAST
from declarations.models import Cell, Declaration, ReportingPeriod
from sanctions.models import Omission, Shortfall
from sanctions.planning import OmissionCase, ShortfallCase
from territory.models import Entity

# Was official once: a rectification does not undo that it was homologated.
HOMOLOGATED = (Declaration.Status.HOMOLOGATED, Declaration.Status.RECTIFIED)
# What was applied so far in the year of a declaration: settled until the 5º bimestre, committed in the 6º.
STAGES = {False: "liq", True: "emp"}


def first_instant(day: date) -> datetime:
    """Of a day, in Brasília."""
    return datetime.combine(day, time(0), tzinfo=BRASILIA)


def notification_day(period: ReportingPeriod) -> date:
    """When whoever has not homologated a 6º bimestre is notified; the 31st of January as the law dates it."""
    return period.closes_on + timedelta(days=switches.now().notification_days)


def last_bimesters() -> QuerySet[ReportingPeriod]:
    return ReportingPeriod.objects.filter(bimester=LAST)


def homologated_of(period: ReportingPeriod, *, before: datetime) -> QuerySet[Declaration]:
    return Declaration.objects.filter(period=period, status__in=HOMOLOGATED, homologated_at__lt=before)


def silent(period: ReportingPeriod, *, before: datetime) -> QuerySet[Entity]:
    """Municípios that have homologated nothing of a bimestre; states do not declare here yet."""
    done = homologated_of(period, before=before).filter(entity=OuterRef("pk"))
    return Entity.objects.filter(~Exists(done), kind=Entity.Kind.MUNICIPALITY)


def _homologated_on() -> Subquery:
    """The day of the first homologation of an omission's bimestre."""
    rows = Declaration.objects.filter(
        entity=OuterRef("entity"), period=OuterRef("period"), status__in=HOMOLOGATED, homologated_at__isnull=False
    )
    first = rows.order_by().values("entity").annotate(first=Min("homologated_at"))
    return Subquery(first.values(on=TruncDate("first", tzinfo=BRASILIA)), output_field=DateField())


def omission_cases(entity_id: int | None = None) -> list[OmissionCase]:
    """Every open omission, of one entity or of all, each with its entity."""
    rows: QuerySet[Any] = Omission.objects.open().annotate(homologated_on=_homologated_on())
    if entity_id is not None:
        rows = rows.filter(entity=entity_id)
    related = ("period", "entity__municipality__uf", "entity__uf")
    return [OmissionCase(row, row.homologated_on) for row in rows.select_related(*related).order_by("pk")]


def omission_kinds() -> list[tuple[OmissionCase, int, int]]:
    """The open omissions that are alike, by their dates: (case, how many, the key of one of their entities)."""
    dates = ("status", "notified_on", "reported_on", "suspended_on", "requested_on", "period")
    rows = Omission.objects.open().annotate(homologated_on=_homologated_on()).order_by()
    alike = rows.values(*dates, "homologated_on").annotate(many=Count("pk"), one=Min("entity"))
    periods = {row.pk: row for row in last_bimesters()}
    found = []
    for each in alike:
        row = Omission(**{name: each[name] for name in dates if name != "period"}, period=periods[each["period"]])
        found.append((OmissionCase(row, each["homologated_on"]), each["many"], each["one"]))
    return found


def shortfall_cases(entity_id: int | None = None) -> list[ShortfallCase]:
    """Every open shortfall, of one entity or of all, each with its entity."""
    rows: QuerySet[Any] = Shortfall.objects.open().annotate(
        deposited=Sum("deposits__amount", default=0), directed_on=Max("deposits__directed_on")
    )
    if entity_id is not None:
        rows = rows.filter(entity=entity_id)
    related = ("period", "entity__municipality__uf", "entity__uf")
    shortfalls = list(rows.select_related(*related).order_by("pk"))
    proofs = _proofs(shortfalls)
    withheld = set(Omission.objects.filter(status__in=Omission.WITHHELD).values_list("entity", flat=True))
    return [
        ShortfallCase(row, row.deposited, row.directed_on, proofs.get(row.pk), row.entity_id in withheld)
        for row in shortfalls
    ]


def _proofs(shortfalls: Iterable[Shortfall]) -> dict[int, date]:
    """Shortfall → day of the first later declaration of which Q4 leaves nothing of that year to apply."""
    by_key = {(row.entity_id, f"Q4;{row.period.year}"): row for row in shortfalls}
    if not by_key:
        return {}
    cells = Cell.objects.filter(
        record=records.CONTROLS.name,
        key__in={key for _, key in by_key},
        declaration__entity__in={entity for entity, _ in by_key},
        declaration__status__in=HOMOLOGATED,
    ).annotate(
        entity=F("declaration__entity"),
        bimester=F("declaration__period__bimester"),
        homologated_on=TruncDate("declaration__homologated_at", tzinfo=BRASILIA),
    )
    lines: dict[tuple[int, str, int, date, bool], dict[str, int]] = {}
    for entity, key, declaration, on, bimester, column, cents in cells.values_list(
        "entity", "key", "declaration", "homologated_on", "bimester", "column", "cents"
    ):
        lines.setdefault((entity, key, declaration, on, bimester == LAST), {})[column] = cents or 0
    found: dict[int, date] = {}
    for (entity, key, _, on, is_last), amounts in lines.items():
        row = by_key.get((entity, key))
        if row is None or on < row.found_on:
            continue
        balance = amounts.get("saldo_inicial", 0)
        if 0 < balance <= amounts.get(STAGES[is_last], 0):
            found[row.pk] = min(on, found.get(row.pk, on))
    return found
