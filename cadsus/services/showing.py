"""The two sides of a consultation as the screen and the paper show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cadsus.comparison import Piece, Row, Situation, is_filled, pieces
from cadsus.decision import Record
from common import documents
from common.ui import Tone
from registry.models.tables import CnsKind, Sex
from territory.models import Municipality

EMPTY = "não preenchido"


@dataclass(frozen=True)
class Tag:
    """A situation in words, with its colour and icon."""

    text: str
    tone: Tone
    icon: str


TAGS = {
    Situation.SAME: Tag("IGUAL", Tone.SUCCESS, "circle-check"),
    Situation.UPDATED: Tag("SERÁ ATUALIZADO", Tone.WARNING, "pen"),
    Situation.KEPT: Tag("MANTÉM O SISREDE", Tone.NEUTRAL, "circle-minus"),
    Situation.DIVERGENT: Tag("DIVERGENTE DA RECEITA", Tone.DANGER, "circle-xmark"),
    Situation.TO_UNIFY: Tag("UNIFICAR ANTES", Tone.DANGER, "circle-xmark"),
    Situation.EMPTY: Tag("NÃO PREENCHIDO", Tone.NEUTRAL, "circle-minus"),
}


@dataclass(frozen=True)
class ShownRow:
    """One field: the words of each side, what is new in those of the CADSUS, and what will become of it."""

    label: str
    local: str
    national: tuple[Piece, ...]
    is_changed: bool
    tag: Tag

    @property
    def national_text(self) -> str:
        return " ".join(piece.text for piece in self.national)


def shown(rows: Iterable[Row], *, cns_kind: str = "", definitives: Iterable[str] = ()) -> list[ShownRow]:
    """The rows in words. One query, for the names of the municípios, when there are any."""
    rows = list(rows)
    codes = {value for row in rows if row.field == "birth_city" for value in (row.local, row.national) if value}
    cities = {city.pk: str(city) for city in Municipality.objects.filter(pk__in=codes).select_related("uf")}
    return [_shown(row, cities, cns_kind, list(definitives)) for row in rows]


def _shown(row: Row, cities: dict[str, str], cns_kind: str, definitives: list[str]) -> ShownRow:
    local, national = (_words(row.field, value, cities) for value in (row.local, row.national))
    if row.field == "cns" and row.is_changed and row.local and cns_kind == CnsKind.PROVISIONAL:
        local += " (provisório)"
    if row.situation is Situation.TO_UNIFY and len(definitives) > 1:
        national = " e ".join(documents.format_cns(number) for number in definitives)
    if row.is_changed:
        by_word = row.field in ("name", "mother") and is_filled(row.field, row.local)
        new = tuple(pieces(row.local, row.national)) if by_word else (Piece(national, is_new=True),)
    else:
        new = (Piece(national, is_new=False),)
    return ShownRow(row.label, local, new, row.is_changed, TAGS[row.situation])


def _words(field: str, value: Any, cities: dict[str, str]) -> str:
    if not is_filled(field, value):
        return EMPTY
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if field == "sex":
        return str(Sex(value).label)
    if field == "birth_city":
        return cities.get(value, str(value))
    if field == "cpf":
        return documents.format_cpf(value)
    return documents.format_cns(value) if field == "cns" else str(value)


def other_numbers(record: Record) -> str:
    """The numbers of the record that are not copied and go on answering."""
    provisional = [f"{documents.format_cns(number)} (provisório)" for number in record.provisionals]
    unified = [f"{documents.format_cns(number)} (definitivo, unificado)" for number in record.other_definitives]
    return ", ".join((*provisional, *unified))
