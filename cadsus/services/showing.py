"""The two sides of a consultation as the screen and the paper show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cadsus.comparison import Piece, Row, Situation, is_filled, pieces
from cadsus.decision import Record
from cadsus.services.consulting import Review
from common import documents
from common.ui import Tone
from registry.models.tables import CnsKind, Sex
from territory.models import Municipality

EMPTY = "não preenchido"
DEFINITIVE, PROVISIONAL = "(definitivo)", "(provisório)"
HOW_MANY = {2: "dois", 3: "três"}


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


def shown(review: Review) -> list[ShownRow]:
    """The rows in words. One query, for the names of the municípios, when there are any."""
    places = [value for row in review.rows if row.field == "birth_city" for value in (row.local, row.national) if value]
    cities = {city.pk: str(city) for city in Municipality.objects.filter(pk__in=places).select_related("uf")}
    return [_shown(row, cities, review) for row in review.rows]


def _shown(row: Row, cities: dict[str, str], review: Review) -> ShownRow:
    local, national = (_words(row.field, value, cities) for value in (row.local, row.national))
    if row.field == "cns":
        local, new = _numbers(row, local, national, review)
    elif row.is_changed and row.field in ("name", "mother") and is_filled(row.field, row.local):
        new = tuple(pieces(row.local, row.national))
    else:
        new = (Piece(national, is_new=row.is_changed),)
    return ShownRow(row.label, local, new, row.is_changed, TAGS[row.situation])


def _numbers(row: Row, local: str, national: str, review: Review) -> tuple[str, tuple[Piece, ...]]:
    """Each side with the kind of its number where they are two kinds; what is to be unified, number by number."""
    is_provisional = _is_provisional(review)
    if is_provisional:
        local = f"{local} {PROVISIONAL}"
    if row.situation is Situation.TO_UNIFY:
        return local, _to_unify(review.verdict.definitives)
    if row.is_changed and is_provisional:
        return local, (Piece(national, is_new=True), Piece(DEFINITIVE, is_new=False))
    return local, (Piece(national, is_new=row.is_changed),)


def _is_provisional(review: Review) -> bool:
    """Whether the chart has a provisional number; one that was typed is taken for one until it is looked up."""
    citizen, verdict = review.consultation.citizen, review.verdict
    record = verdict.record
    definitives = {*verdict.definitives, *((record.identity.cns, *record.other_definitives) if record else ())}
    return citizen.cns_kind == CnsKind.PROVISIONAL and citizen.cns not in definitives


def _to_unify(definitives: tuple[str, ...]) -> tuple[Piece, ...]:
    *others, last = (documents.format_cns(number) for number in definitives)
    label = Piece(f"{how_many(len(definitives))} definitivos:", is_new=False, is_label=True)
    return label, Piece(f"{', '.join(others)} e {last}", is_new=False)


def how_many(definitives: int) -> str:
    """A number in words, as far as it is one of a sentence."""
    return HOW_MANY.get(definitives, str(definitives))


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
    provisional = [f"{documents.format_cns(number)} {PROVISIONAL}" for number in record.provisionals]
    unified = [f"{documents.format_cns(number)} (definitivo, unificado)" for number in record.other_definitives]
    return ", ".join((*provisional, *unified))
