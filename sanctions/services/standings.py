"""Who is under which sanction: the lists of the ministry's module (MMTC-SIOPS) and, without an actor, of the public.

Sanctions and deposits are public (PRC 1/2017, art. 467): what these functions give names no person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Max, QuerySet, Sum

from declarations.engine.money import brazilian
from sanctions.models import Omission, SanctionEvent, Shortfall
from sanctions.models.events import SanctionEventQuerySet
from sanctions.models.omissions import OmissionQuerySet
from sanctions.models.shortfalls import ShortfallQuerySet

PLACE = ("entity__municipality__search_name", "entity__uf__name", "pk")
RELATED = ("period", "entity__municipality__uf", "entity__uf")


_Cases = TypeVar("_Cases", bound="QuerySet[Any]")


@dataclass(frozen=True)
class ShortfallRow:
    """A row of `shortfalls`, with what was deposited of it in reais."""

    shortfall: Shortfall
    deposited: str
    directed_on: date | None


@dataclass(frozen=True)
class Counter:
    """How many entities stand in one situation."""

    status: str
    label: str
    count: int


def omissions(*, uf: str = "", year: int | None = None, status: str = "") -> OmissionQuerySet:
    """Entities that did not homologate a 6º bimestre in time, the newest year first."""
    return (
        _narrowed(Omission.objects.all(), uf, year, status).select_related(*RELATED).order_by("-period__year", *PLACE)
    )


def shortfalls(*, uf: str = "", year: int | None = None, status: str = "") -> ShortfallQuerySet:
    """Entities below the minimum, each with `deposited` (in cents) and the day of the last parcel, `directed_on`."""
    rows = _narrowed(Shortfall.objects.all(), uf, year, status).select_related(*RELATED)
    summed = rows.annotate(deposited=Sum("deposits__amount", default=0), directed_on=Max("deposits__directed_on"))
    return summed.order_by("-period__year", *PLACE)


def in_reais(rows: Iterable[Any]) -> list[ShortfallRow]:
    return [ShortfallRow(row, brazilian(row.deposited), row.directed_on) for row in rows]


def timeline(*, entity_id: int) -> SanctionEventQuerySet:
    """All that happened to an entity, the newest first."""
    return SanctionEvent.objects.filter(entity=entity_id).newest_first()


def counters(machine: type[Omission] | type[Shortfall]) -> list[Counter]:
    """Each situation of a machine, in its order; one query."""
    rows = machine._default_manager.order_by().values_list("status").annotate(many=Count("pk"))
    found = dict(rows)
    return [Counter(str(status), str(status.label), found.get(str(status), 0)) for status in machine.Status]


def _narrowed(rows: _Cases, uf: str, year: int | None, status: str) -> _Cases:
    asked = {"entity__uf__acronym": uf, "period__year": year, "status": status}
    return rows.filter(**{name: value for name, value in asked.items() if value})
