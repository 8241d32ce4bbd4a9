"""The delivery of every município in a bimestre: two queries, however many there are; silence is «Não transmitido»."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from common.legal_time import BRASILIA
from declarations.engine.money import brazilian, canonical
from declarations.models import Declaration, ReportingPeriod
from territory.models import Municipality, Uf
from territory.services import search_key
from transparency.delivery import (
    SHOWN,
    SILENCE,
    UNTOLD,
    Facts,
    Group,
    Standing,
    group_of,
    label_of,
    standing_of,
    term_of,
    was_in_time,
)

Status = Declaration.Status
UNSENT = (*Declaration.OPEN, Status.RETURNED)
OFFICIAL = (Status.HOMOLOGATED, Status.RECTIFIED)
# Its declaration is that of the Federal District, which is not simulated.
NOT_SIMULATED = "DF"


@dataclass(frozen=True, slots=True)
class Published:
    """What is on record of one município: the facts, and what of the version in force is shown in a list."""

    facts: Facts = SILENCE
    version: int | None = None
    percent: int | None = None


SILENT = Published()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A município in a bimestre, at one instant."""

    ibge: str
    name: str
    uf: str
    search_name: str
    published: Published
    closes_at: datetime
    at: datetime

    @property
    def facts(self) -> Facts:
        return self.published.facts if self.uf != NOT_SIMULATED else UNTOLD

    @property
    def standing(self) -> Standing:
        return standing_of(self.facts, closes_at=self.closes_at, at=self.at)

    @property
    def group(self) -> Group:
        return group_of(self.facts, self.closes_at)

    @property
    def label(self) -> str:
        return label_of(self.facts)

    @property
    def term(self) -> str:
        return term_of(self.facts, closes_at=self.closes_at, at=self.at)

    @property
    def tone(self) -> str:
        """Silence is no fault while there is time."""
        tone = SHOWN[self.group][1]
        return "neutral" if self.group == Group.SILENT and self.at < self.closes_at else tone

    @property
    def icon(self) -> str:
        return SHOWN[self.group][2]

    @property
    def has_annex(self) -> bool:
        return self.facts.homologated_at is not None

    @property
    def percent(self) -> str:
        known = self.published.percent
        return "" if known is None else f"{brazilian(known)} %"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """How many of a group there are, as a way to narrow the list."""

    group: Group
    count: int
    total: int

    @property
    def label(self) -> str:
        return SHOWN[self.group][0]

    @property
    def tone(self) -> str:
        return SHOWN[self.group][1]

    @property
    def icon(self) -> str:
        return SHOWN[self.group][2]

    @property
    def share(self) -> str:
        """Of all, half-up."""
        return f"{(self.count * 200 + self.total) // (self.total * 2)} %" if self.total else "–"


@dataclass(frozen=True, slots=True)
class UfLine:
    """A UF in a bimestre: how many municípios it has, and how many are in each group."""

    uf: Uf
    total: int
    counts: Mapping[Group, int]
    is_over: bool

    def of(self, group: Group) -> int:
        return self.counts.get(group, 0)

    @property
    def in_time(self) -> int:
        return self.of(Group.IN_TIME)

    @property
    def late(self) -> int:
        return self.of(Group.LATE)

    @property
    def waiting(self) -> int:
        return self.of(Group.WAITING)

    @property
    def silent(self) -> int:
        return self.of(Group.SILENT)

    @property
    def homologated(self) -> int:
        return self.in_time + self.late

    @property
    def share(self) -> int:
        """Percentage homologated, rounded down: 100 only when nobody is missing."""
        return self.homologated * 100 // self.total if self.total else 0

    @property
    def tone(self) -> str:
        if not self.total or self.of(Group.NO_INFORMATION) == self.total:
            return "neutral"
        if self.homologated:
            return "success" if self.homologated == self.total else "warning"
        return "danger" if self.is_over else "info"


def uf_called(acronym: str) -> Uf | None:
    """By its acronym, in whatever case."""
    return Uf.objects.filter(acronym=acronym.upper()).first()


def published_in(period: ReportingPeriod, uf: Uf | None = None) -> dict[str, Published]:
    """IBGE code → what is on record in the bimestre, for those that have anything; one query."""
    rows = Declaration.objects.filter(period=period, entity__municipality__isnull=False)
    if uf:
        rows = rows.filter(entity__municipality__uf=uf)
    return _published(rows, "entity__municipality")


def _published(rows: QuerySet[Declaration], by: str) -> dict[Any, Published]:
    """The versions of one município and bimestre, which differ in `by`, summed up."""
    facts = (
        rows.order_by()
        .values_list(by)
        .annotate(
            unsent=Count("pk", filter=Q(status__in=UNSENT)),
            waiting=Max("transmitted_at", filter=Q(status=Status.TRANSMITTED)),
            official=Max("homologated_at", filter=Q(status=Status.HOMOLOGATED)),
            first=Min("homologated_at", filter=Q(status__in=OFFICIAL)),
            former=Count("pk", filter=Q(status=Status.RECTIFIED)),
            in_force=Max("version", filter=Q(status=Status.HOMOLOGATED)),
            applied=Max("percent", filter=Q(status=Status.HOMOLOGATED)),
        )
    )
    return {
        key: Published(Facts(unsent > 0, waiting, official, first, former > 0), version, percent)
        for key, unsent, waiting, official, first, former, version, percent in facts
    }


def history_of(place: Municipality, periods: Iterable[ReportingPeriod], at: datetime) -> list[tuple[Any, Delivery]]:
    """Each bimestre that has opened, newest first, with the delivery of one município; one query."""
    found = _published(Declaration.objects.filter(entity__municipality=place), "period")
    opened = sorted((each for each in periods if each.has_opened_at(at)), key=attrgetter("period"), reverse=True)
    return [(each, _delivery(place, found.get(each.pk, SILENT), each.closes_at, at)) for each in opened]


def _delivery(place: Municipality, published: Published, closes_at: datetime, at: datetime) -> Delivery:
    return Delivery(place.ibge, place.name, place.uf.acronym, place.search_name, published, closes_at, at)


def place_of(ibge: str) -> Municipality | None:
    return Municipality.objects.filter(ibge=ibge).select_related("uf").first()


def deliveries_of(period: ReportingPeriod, at: datetime, uf: Uf | None = None) -> list[Delivery]:
    """Every município of the UF, or of Brazil, by name; two queries."""
    published, closes_at = published_in(period, uf), period.closes_at
    places = Municipality.objects.all() if uf is None else Municipality.objects.filter(uf=uf)
    rows = places.order_by("search_name", "ibge").values_list("ibge", "name", "uf__acronym", "search_name")
    return [
        Delivery(ibge, name, acronym, search, published.get(ibge, SILENT), closes_at, at)
        for ibge, name, acronym, search in rows
    ]


def counted(deliveries: list[Delivery]) -> list[Narrowed]:
    """Each group with how many there are; «Sem informação» only where there is any."""
    counts = Counter(each.group for each in deliveries)
    groups = [group for group in Group if group != Group.NO_INFORMATION or counts[group]]
    return [Narrowed(group, counts[group], len(deliveries)) for group in groups]


def narrowed(deliveries: list[Delivery], *, text: str = "", group: str = "") -> list[Delivery]:
    """Those whose name holds what was typed, accents aside, and that are in the group."""
    key = search_key(text)
    return [each for each in deliveries if key in each.search_name and (not group or each.group == group)]


def ufs_in(period: ReportingPeriod, at: datetime) -> list[UfLine]:
    """Every UF by name, with its counts; three queries."""
    totals = dict(Municipality.objects.order_by().values_list("uf").annotate(Count("pk")))
    counts: dict[str, Counter[Group]] = {}
    for code, published in published_in(period).items():
        counts.setdefault(code[:2], Counter())[group_of(published.facts, period.closes_at)] += 1
    is_over = at >= period.closes_at
    return [_line(uf, totals.get(uf.pk, 0), counts.get(uf.pk, Counter()), is_over) for uf in Uf.objects.all()]


def _line(uf: Uf, total: int, counts: Counter[Group], is_over: bool) -> UfLine:
    """Who is not on record is silent."""
    if uf.acronym == NOT_SIMULATED:
        return UfLine(uf, total, {Group.NO_INFORMATION: total}, is_over)
    silent = total - sum(counts.values()) + counts[Group.SILENT]
    return UfLine(uf, total, counts | {Group.SILENT: silent}, is_over)


HEADER = (
    "UF",
    "Código IBGE",
    "Município",
    "Situação (SM-5)",
    "Situação",
    "Prazo",
    "Primeira homologação",
    "Versão",
    "Percentual aplicado",
)


def as_lines(deliveries: list[Delivery]) -> Iterator[tuple[str, ...]]:
    """What a list says of each, under HEADER."""
    for each in deliveries:
        first = each.facts.first_homologated_at
        yield (
            each.uf,
            each.ibge,
            each.name,
            each.standing.value,
            each.label,
            each.term,
            f"{first.astimezone(BRASILIA):%d/%m/%Y}" if first else "",
            str(each.published.version or ""),
            each.percent,
        )


def as_dicts(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    """The same for programmes, with instants and exact figures."""
    return [
        {
            "uf": each.uf,
            "ibge": each.ibge,
            "municipio": each.name,
            "situacao": each.standing.value,
            "rotulo": each.label,
            "no_prazo": was_in_time(each.facts, each.closes_at) if each.has_annex else None,
            "homologado_em": _iso(each.facts.homologated_at),
            "primeira_homologacao_em": _iso(each.facts.first_homologated_at),
            "versao": each.published.version,
            "percentual": None if each.published.percent is None else canonical(each.published.percent),
        }
        for each in deliveries
    ]


def _iso(instant: datetime | None) -> str | None:
    return instant.astimezone(BRASILIA).isoformat() if instant else None
