"""The sanctions of the entities for the public: no person is named in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from declarations.engine.money import canonical
from sanctions.models import Omission, SanctionEvent
from sanctions.services import standings
from sanctions.services.standings import ShortfallRow
from territory.models import Municipality, Uf

HEADER = ("UF", "Ente", "Exercício", "Motivo", "Situação", "Desde", "Encerrado em", "Falta aplicar", "Depositado")
OMITTED, BELOW = "6º bimestre não homologado", "Abaixo do mínimo"


@dataclass(frozen=True)
class Lists:
    """Both lists, of one UF or of all."""

    omissions: list[Omission]
    shortfalls: list[ShortfallRow]


def lists_of(acronym: str) -> Lists:
    """Two queries, however many there are."""
    return Lists(list(standings.omissions(uf=acronym)), standings.in_reais(standings.shortfalls(uf=acronym)))


def ufs() -> list[Uf]:
    return list(Uf.objects.all())


def timeline_of(place: Municipality) -> list[SanctionEvent]:
    """All that happened to a município, the newest first; one query."""
    return list(SanctionEvent.objects.filter(entity__municipality=place).newest_first())


def as_lines(lists: Lists) -> Iterator[tuple[str, ...]]:
    for row in lists.omissions:
        yield (*_who(row), OMITTED, row.get_status_display(), _day(row.notified_on), _day(row.closed_on), "", "")
    for each in lists.shortfalls:
        case = each.shortfall
        situation = (case.get_status_display(), _day(case.found_on), _day(case.closed_on))
        yield (*_who(case), BELOW, *situation, case.in_reais, each.deposited)


def as_dicts(lists: Lists) -> list[dict[str, Any]]:
    """The same for programmes: amounts in reais as text, days in ISO 8601."""
    found: list[dict[str, Any]] = [
        _case(row, OMITTED, row.notified_on) | {"falta_aplicar": None} for row in lists.omissions
    ]
    return found + [
        _case(each.shortfall, BELOW, each.shortfall.found_on) | {"falta_aplicar": canonical(each.shortfall.amount)}
        for each in lists.shortfalls
    ]


def _case(row: Any, why: str, since: date) -> dict[str, Any]:
    uf, name, year = _who(row)
    return {
        "uf": uf,
        "ibge": row.entity.ibge,
        "ente": name,
        "exercicio": int(year),
        "motivo": why,
        "situacao": row.get_status_display(),
        "desde": since.isoformat(),
        "encerrado_em": row.closed_on.isoformat() if row.closed_on else None,
    }


def _who(row: Any) -> tuple[str, str, str]:
    return row.entity.uf.acronym, str(row.entity), str(row.period.year)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
