"""A folder of a declaration as a grid: what was typed, what follows from it, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import NamedTuple

from common.legal_time import BRASILIA
from declarations.engine import records
from declarations.engine.case import Case
from declarations.engine.following import Followed, Reference, following
from declarations.engine.layouts import Amounts, cell, line_of
from declarations.engine.money import brazilian
from declarations.engine.report import Report, judge
from declarations.engine.samples import completed
from declarations.folders import Column, Folder, Place, Row, place_of
from declarations.models import Cell, Declaration
from declarations.services.contents import SEPARATOR, content_of
from declarations.services.knowledge import context_of
from declarations.services.saving import CellName

CONFLICT = "{who} gravou {text} às {when}. Salve outra vez para ficar com o seu valor."
LARGER = "maior que a {column} ({amount})"
# Column → the one that it may not pass, and its name.
WITHIN = {"liquidada": ("empenhada", "empenhada"), "paga": ("liquidada", "liquidada")}
RPNP = "rpnp"
PERCENT = " %"


@dataclass(frozen=True)
class Typing:
    """What a person sent and was not taken: texts as typed, and why."""

    texts: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


class Stored(NamedTuple):
    """What a cell says now, and its version."""

    cents: int | None
    version: int


@dataclass(frozen=True)
class GridCell:
    """One cell of the page, and of which cell of the demonstrativo it is. With a `name` it is typed."""

    cell: str
    column: Column
    label: str
    text: str
    name: str = ""
    version: int = 0
    stored: str = ""
    error: str = ""
    mark: str = ""
    # Of the same row, the cell that this one may not pass, and what is said when it does.
    within: str = ""
    beyond: str = ""
    # Which row it is in, when an earlier one has the same cell.
    again: str = ""

    @property
    def anchor(self) -> str:
        return self.cell + self.again

    @property
    def is_wrong(self) -> bool:
        return bool(self.error or self.mark)

    @property
    def seen(self) -> str:
        """What the page was drawn with: the version, and the text as it stood."""
        return f"{self.version}|{self.stored}"


@dataclass(frozen=True)
class GridRow:
    label: str
    is_total: bool
    cells: list[GridCell]


@dataclass(frozen=True)
class Grid:
    """The rows of a folder, and the declaration as judged at this instant."""

    rows: list[GridRow]
    report: Report

    @property
    def case(self) -> Case:
        if self.report.case is None:
            raise TypeError("what was judged has a case")
        return self.report.case


def judged(declaration: Declaration, at: datetime) -> Report:
    """Every rule over what was typed, with what the portal knows; the totals are computed, never typed."""
    context = context_of(declaration, at)
    return judge(completed(content_of(declaration), context), context)


def grid_of(
    declaration: Declaration, folder: Folder, source: str, *, at: datetime, typing: Typing | None = None
) -> Grid:
    """The page of a folder (of one source, where it has them)."""
    report = judged(declaration, at)
    values = report.case.values if report.case else {}
    stored = _stored(declaration, folder)
    known = {tuple(name.key.split(SEPARATOR)) for name in stored}
    if folder.table is records.REMAINDERS and declaration.period.period.is_final:
        # The restos a pagar that the year itself leaves are inscribed on its last day.
        known.add((str(declaration.period.year),))
    rows = [
        _row(row, folder, values, stored, typing or Typing())
        for row in folder.rows(declaration.period.year, source, known)
    ]
    return Grid(_with_own_anchors(rows), report)


def _stored(declaration: Declaration, folder: Folder) -> dict[CellName, Stored]:
    rows = declaration.cells.filter(record=folder.table.name).values_list("record", "key", "column", "cents", "version")
    return {CellName(*row[:3]): Stored(*row[3:]) for row in rows}


def _with_own_anchors(rows: list[GridRow]) -> list[GridRow]:
    """Several rows may be of one line (tipos de gasto, the oldest years): the first has its anchor."""
    used: set[str] = set()
    for number, row in enumerate(rows):
        for place, each in enumerate(row.cells):
            if each.cell in used:
                within = f"{each.within}-{number}" if each.within else ""
                row.cells[place] = replace(each, again=f"-{number}", within=within)
            used.add(each.cell)
    return rows


def _row(row: Row, folder: Folder, values: Amounts, stored: dict[CellName, Stored], typing: Typing) -> GridRow:
    label = row.label
    if row.key is None:
        total = [GridCell(cell(row.line, c.name), c, label, shown(values, row.line, c)) for c in folder.columns]
        return GridRow(label, True, total)
    key = SEPARATOR.join(row.key)
    own = {c.name: stored.get(CellName(folder.table.name, key, c.typed or c.name)) for c in folder.columns}
    amounts = {name: each.cents for name, each in own.items() if each is not None}
    cells = []
    for column in folder.columns:
        of = cell(row.line, column.name)
        if not column.typed:
            text = shown(amounts if column.name == RPNP else values, row.line, column)
            cells.append(GridCell(of, column, label, text))
            continue
        name = str(CellName(folder.table.name, key, column.typed))
        now = own[column.name]
        text = typed_text(now.cents if now else None)
        within, beyond = _limit(column.name, row.line)
        cells.append(
            GridCell(
                of,
                column,
                label,
                typing.texts.get(name, text),
                name,
                now.version if now else 0,
                text,
                typing.errors.get(name, ""),
                mark_of(column.name, amounts),
                within,
                beyond,
            )
        )
    return GridRow(label, False, cells)


def shown(values: Mapping[str, int | None], line: str, column: Column) -> str:
    """A computed cell; what does not apply is a dash. `values` are by cell, or by column of the row itself."""
    value = values.get(cell(line, column.name), values.get(column.name))
    if value is None:
        return "–" if cell(line, column.name) in values else brazilian(0)
    return brazilian(value) + (PERCENT if column.name == "pct" else "")


def typed_text(cents: int | None) -> str:
    return "" if cents is None else brazilian(cents)


def mark_of(column: str, amounts: Mapping[str, int | None]) -> str:
    """Empenhada ≥ liquidada ≥ paga, told beside the cell as SIM-I08 and SIM-I09 will (tolerance of R$ 0,01)."""
    if column not in WITHIN:
        return ""
    limit, words = WITHIN[column]
    amount, most = amounts.get(column) or 0, amounts.get(limit) or 0
    return LARGER.format(column=words, amount=brazilian(most)) if amount > most + 1 else ""


def _limit(column: str, line: str) -> tuple[str, str]:
    """The same for the script of the page: which cell of the row, and the words around its amount."""
    limit, words = WITHIN.get(column, ("", ""))
    return (cell(line, limit), LARGER.format(column=words, amount="{}")) if limit else ("", "")


def followed_in(grid: Grid) -> list[Followed]:
    """The computed cells of the page in terms of those that are typed there, for its script.

    RPNP (g) of a row follows from its own amounts, and is summed in the lines above it.
    """
    shown: dict[str, list[Reference]] = {}
    places: dict[str, list[str]] = {}
    remainders: list[Followed] = []
    number = count()
    for row in grid.rows:
        own: dict[str, int] = {}
        for each in row.cells:
            if each.name:
                own[each.column.name] = next(number)
                shown.setdefault(each.cell, []).append(own[each.column.name])
            elif each.column.name == RPNP and not row.is_total:
                remainders.append(_remainder(each.anchor, own))
                shown.setdefault(each.cell, []).append(each.anchor)
            else:
                # One that several rows repeat is counted once.
                shown.setdefault(each.cell, [each.anchor])
                places.setdefault(each.cell, []).append(each.anchor)
    return [*remainders, *following(grid.case.layout, grid.case.values, shown, places)]


def _remainder(anchor: str, own: Mapping[str, int]) -> Followed:
    committed, settled = own["empenhada"], own["liquidada"]
    return Followed(anchor, "positive", [("0", [(1, committed), (-1, settled)])])


def conflict_text(now: Cell) -> str:
    """Who changed the cell meanwhile, what it says now, and when."""
    who = now.changed_by.name if now.changed_by else "Outra sessão"
    when = f"{now.changed_at.astimezone(BRASILIA):%H:%M:%S}"
    return CONFLICT.format(who=who, text=typed_text(now.cents) or "em branco", when=when)


def findings_in(report: Report, slug: str) -> list[tuple[str, Place]]:
    """Blocking causes whose cell is in the folder: the message and the place."""
    found = []
    for group in report.groups:
        hit = group.cause.hit
        if group.cause.blocks and hit.cells:
            place = place_of(hit.cells[0])
            if place.slug == slug:
                found.append((hit.message or line_of(hit.cells[0]), place))
    return found
