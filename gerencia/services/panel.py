"""Who adhered, by UF, for the desk of the SAPS: counters on the page, every entity in the CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from common.legal_time import BRASILIA
from common.sheets import csv_lines
from gerencia.models import EnrolledProfessional, Enrolment, Offer
from territory.models import Entity, Uf
from territory.services import search_key

Kind, Status = Entity.Kind, Enrolment.Status
HEADER = ("UF", "Ente", "IBGE", "Tipo", "Situação", "Como aderiu", "Aderiu em", "Profissionais inscritos")


@dataclass(frozen=True)
class UfLine:
    """One UF: its municípios that adhered, its state (or the DF), and those that were by ofício or withdrew."""

    uf: Uf
    municipalities: int
    has_state: bool
    by_letter: int
    withdrawn: int

    @property
    def total(self) -> int:
        return self.municipalities + self.has_state


def lines(offer: Offer) -> list[UfLine]:
    """Every UF, also where nobody adhered; two queries."""
    rows = Enrolment.objects.filter(offer=offer, status__in=(Status.ENROLLED, Status.WITHDRAWN))
    counted: Counter[tuple[str, str]] = Counter()
    for uf, kind, status, via in rows.values_list("entity__uf", "entity__kind", "status", "via"):
        if status == Status.WITHDRAWN:
            counted[uf, "withdrawn"] += 1
            continue
        counted[uf, "municipality" if kind == Kind.MUNICIPALITY else "state"] += 1
        counted[uf, "letter"] += via == Enrolment.Via.LETTER
    return [
        UfLine(
            uf,
            counted[uf.ibge, "municipality"],
            bool(counted[uf.ibge, "state"]),
            counted[uf.ibge, "letter"],
            counted[uf.ibge, "withdrawn"],
        )
        for uf in sorted(Uf.objects.all(), key=lambda uf: search_key(uf.name))
    ]


def sheet(offer: Offer, *, at: datetime) -> Iterator[str]:
    """Every entity with a row in the offer, as CSV; no cell of it is a formula for a spreadsheet."""
    present = EnrolledProfessional.objects.present().filter(enrolment__offer=offer)
    professionals = Counter(present.values_list("enrolment", flat=True))
    rows = Enrolment.objects.filter(offer=offer).select_related("entity__municipality__uf", "entity__uf")
    cells = (_cells(row, professionals[row.pk]) for row in rows.order_by("entity__uf__acronym", "entity"))
    return csv_lines(about=f"{offer} – até {_day(at)}", header=HEADER, rows=cells)


def _cells(row: Enrolment, professionals: int) -> list[str]:
    entity = row.entity
    return [
        entity.uf.acronym,
        str(entity),
        entity.ibge,
        entity.get_kind_display(),
        row.get_status_display(),
        row.get_via_display(),
        _day(row.enrolled_at) if row.enrolled_at else "",
        str(professionals),
    ]


def _day(at: datetime) -> str:
    return f"{at.astimezone(BRASILIA):%d/%m/%Y %H:%M}"
