"""Which column of a spreadsheet is which of a folder, and the rows that follow from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from common.folding import fold
from declarations.engine import anexo12, records
from declarations.engine.declaration import Key, Table, is_known_year
from declarations.engine.money import CENTS
from declarations.engine.records import Column, Record
from declarations.engine.typed import TOO_LONG, WrongAmount, cents_typed
from declarations.folders import FOLDERS, Folder
from declarations.models.cells import LARGEST, SIGNED
from declarations.spreadsheets.reading import Sheet, Value
from declarations.spreadsheets.xlsx_reader import ERROR, FORMULA, NUMBER, TEXT

# Column of the record → column of the sheet, from 0.
Places = Mapping[str, int]
# What a spreadsheet keeps for an amount is this near to it, in cents.
NEAR = Decimal("0.001")
# Computed on the screen, never typed.
TOTALS = ("I", "II", "III", "XXIX", "XXXII")
HAS_FORMULA = "há uma fórmula, e o resultado dela não se toma. Cole só os valores (Colar especial) e envie de novo"
HAS_ERROR = "a planilha traz um erro"
NOT_CENTS = "há mais de duas casas decimais"
NEGATIVE = "não pode ser negativo"
TWICE = "{key} aparece duas vezes"
NOT_OURS = "{column} «{text}» não é de nenhuma linha da pasta"
# What whoever makes a spreadsheet calls the columns, besides the labels of the folders.
CALLED = {
    "codigo": ("código", "linha", "conta", "receita", "descrição", "especificação"),
    "subfuncao": ("subfunção", "função"),
    "categoria": ("categoria econômica", "natureza"),
    "fonte": ("fonte de recursos", "fonte"),
    "exercicio": ("exercício", "ano", "ano do empenho"),
    "quadro": ("quadro",),
    "tipo_gasto": ("tipo de gasto",),
    "historico": ("histórico", "observação"),
    "emp": ("empenhado", "empenhada"),
    "liq": ("liquidado", "liquidada"),
}


@dataclass
class Result:
    """Rows by key, each with the columns that the sheet has; rows of no line of the folder; what cannot be read."""

    rows: dict[Key, dict[str, int | None]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def columns_of(record: Record) -> list[Column]:
    """Those that a sheet may have: RPNP (g) follows from two others."""
    every = (*record.keys, *record.optional, *record.values)
    return [column for column in every if not _is_computed(record, column)]


def header_row(sheet: Sheet) -> int:
    """The first row with two texts or more."""
    for number, row in enumerate(sheet.rows):
        if sum(value is not None and value.kind == TEXT for value in row) > 1:
            return number
    return 0


def headers(sheet: Sheet, number: int) -> list[str]:
    """The texts of the header, by column; an empty one is named by its letter."""
    row = sheet.rows[number] if number < len(sheet.rows) else []
    return [value.text if value else f"Coluna {letter(place)}" for place, value in enumerate(row)]


def suggest(found: list[str], record: Record, kept: Mapping[str, str]) -> dict[str, int]:
    """By the mapping that was kept, or else by the names of the columns."""
    by_text = {_plain(text): place for place, text in reversed(list(enumerate(found)))}
    labels = {column.typed: column.label for column in _folder(record).columns}
    places: dict[str, int] = {}
    for column in columns_of(record):
        names = (kept.get(column.name, ""), column.name, labels.get(column.name, ""), *CALLED.get(column.name, ()))
        place = next((by_text[_plain(name)] for name in names if name and _plain(name) in by_text), None)
        if place is not None and place not in places.values():
            places[column.name] = place
    return places


def rows_of(sheet: Sheet, header: int, record: Record, places: Places, year: int) -> Result:
    """Every row below the header. One whose key is of no line (a title, a total) is left out, and told."""
    result = Result()
    read = _Reader(record, places, year)
    for number, row in enumerate(sheet.rows[header + 1 :], header + 2):
        given = {name: row[place] if place < len(row) else None for name, place in places.items()}
        if not any(given.values()):
            continue
        key, why = read.key(given)
        if why:
            result.skipped.append(f"linha {number}: {why}")
            continue
        amounts, faults = read.amounts(given, number)
        if key in result.rows:
            faults.append(f"linha {number}: " + TWICE.format(key=" ".join(key).strip()))
        result.problems += faults
        result.rows[key] = amounts
    return result


class _Reader:
    """The rows of one sheet for one folder."""

    def __init__(self, record: Record, places: Places, year: int) -> None:
        self.record, self.places, self.year = record, places, year
        self.keys = (*record.keys, *record.optional)
        self.known = {column.name: _known_texts(record, column) for column in self.keys}

    def key(self, given: Mapping[str, Value | None]) -> tuple[Key, str]:
        """The key of a row; or why no line of the folder has it."""
        parts = []
        for column in self.keys:
            value = given.get(column.name)
            text = "" if value is None else value.text.removesuffix(".0")
            part = self.known[column.name].get(_plain(text), text)
            is_known = column.takes(part) and (column.known is None or part in column.known)
            if (value is not None and value.kind == FORMULA) or not is_known or part in TOTALS:
                return (), NOT_OURS.format(column=column.name, text=text[:40])
            parts.append(part)
        key = tuple(parts)
        if self.record in (records.REMAINDERS, records.CONTROLS) and not is_known_year(self.record, key, self.year):
            return (), NOT_OURS.format(column="exercicio", text=key[-1])
        return key, ""

    def amounts(self, given: Mapping[str, Value | None], number: int) -> tuple[dict[str, int | None], list[str]]:
        found: dict[str, int | None] = {}
        faults = []
        for column in self.record.values:
            if column.name not in self.places or _is_computed(self.record, column):
                continue
            value = given[column.name]
            try:
                found[column.name] = cents = _cents(value)
                if cents < 0 and (self.record.name, column.name) not in SIGNED:
                    raise WrongAmount(NEGATIVE)
            except WrongAmount as wrong:
                text = f" («{value.text[:40]}»)" if value and value.text else ""
                faults.append(f"{letter(self.places[column.name])}{number}: {wrong}{text}")
        return found, faults


def merged(present: Table, result: Result, record: Record) -> Table:
    """What the sheet does not have stays as it is."""
    table = dict(present)
    names = [column.name for column in record.values]
    for key, amounts in result.rows.items():
        before = dict(zip(names, table.get(key, (0,) * len(names)), strict=True))
        row = before | amounts
        if record is records.EXPENSES:
            row["rpnp"] = max(int(row["empenhada"] or 0) - int(row["liquidada"] or 0), 0)
        table[key] = tuple(row[name] for name in names)
    return table


def label_of(record: Record, column: Column) -> str:
    """What the column is called on the screen."""
    labels = {each.typed: each.label for each in _folder(record).columns}
    return labels.get(column.name) or CALLED[column.name][0].capitalize()


def letter(place: int) -> str:
    """0 → A, 26 → AA."""
    first, last = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _folder(record: Record) -> Folder:
    return next(folder for folder in FOLDERS.values() if folder.table is record)


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("_", " ").replace(".", " ").split())


def _known_texts(record: Record, column: Column) -> dict[str, str]:
    """How a code may be written: itself, its label, or both."""
    labels: dict[str, str] = {}
    if column.name == "codigo":
        labels = {row.key[0]: row.label for row in _folder(record).rows(0, "", ()) if row.key}
    tables = {
        "subfuncao": anexo12.SUBFUNCTIONS,
        "categoria": anexo12.CATEGORIES,
        "fonte": anexo12.SOURCES,
        "tipo_gasto": records.COUNTED_TYPES | records.EXCLUDED_TYPES,
    }
    labels = tables.get(column.name, labels)
    found: dict[str, str] = {}
    for code, label in labels.items():
        short = re.sub("^(Receita Resultante do|Cota-Parte|despesas(?: de)?) ", "", label)
        for text in (code, label, short, f"{code} {label}", f"{code} - {label}", f"{code} – {label}"):
            found[_plain(text)] = code
    return found | {_plain(code): code for code in column.known or ()}


def _is_computed(record: Record, column: Column) -> bool:
    """RPNP (g) of an expense is what was committed and not settled."""
    return record is records.EXPENSES and column.name == "rpnp"


def _cents(value: Value | None) -> int:
    """Raises WrongAmount with what is wrong. An empty cell is zero."""
    if value is None:
        return 0
    if value.kind == FORMULA:
        raise WrongAmount(HAS_FORMULA)
    if value.kind == ERROR:
        raise WrongAmount(HAS_ERROR)
    if value.kind != NUMBER:
        return cents_typed(value.text) or 0
    exact = Decimal(value.text) * CENTS
    if not exact.is_finite() or abs(exact) > LARGEST:
        raise WrongAmount(TOO_LONG)
    near = exact.to_integral_value()
    if abs(exact - near) > NEAR:
        raise WrongAmount(NOT_CENTS)
    return int(near)
