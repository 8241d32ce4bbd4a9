"""Saving what was typed, cell by cell: who changed a cell meanwhile is not written over (SM-4, «salvar»)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from declarations.engine import records
from declarations.engine.case import Case
from declarations.engine.declaration import is_known_year
from declarations.models import Cell, Declaration
from declarations.models.cells import LARGEST, SIGNED
from declarations.permissions import Permission
from declarations.services.contents import SEPARATOR, content_of, stored_percent

MOST = 2_000
TOO_MANY = "Cole no máximo 2.000 células por vez; para mais, importe uma planilha."
UNKNOWN = "A célula {name} não existe neste leiaute."
# What an edit changes of the version.
EDITED = [
    "status",
    "percent",
    "saved_at",
    "content_hash",
    "rules",
    "blocking",
    "warnings",
    "verified_at",
    "packed_at",
]
# What RPNP follows from, and itself.
RPNP = ("empenhada", "liquidada", "rpnp")
NEGATIVE = "Valor negativo não permitido na linha {line}."


class CellName(NamedTuple):
    """Which cell of a version: record, key of the row and column, as the file names them."""

    record: str
    key: str
    column: str

    def __str__(self) -> str:
        return f"{self.record}/{self.key}/{self.column}"

    @classmethod
    def read(cls, text: str) -> CellName:
        """Raises RuleBroken (unknown_cell) for a text that names none."""
        record, _, rest = text.partition("/")
        key, _, column = rest.rpartition("/")
        return cls(record, key, column)


@dataclass(frozen=True)
class Change:
    """A new amount for a cell, and the version of it that was seen: 0 when it was never typed."""

    name: CellName
    cents: int | None
    seen: int


@dataclass(frozen=True)
class Saved:
    """What came of it: the cells written, and those that somebody else had changed, as they are now."""

    written: dict[CellName, Cell]
    conflicts: dict[CellName, Cell]


def require_cell(name: CellName, year: int) -> None:
    """Raises RuleBroken (unknown_cell) when the layout has no such cell."""
    record = records.RECORDS.get(name.record)
    key = tuple(name.key.split(SEPARATOR))
    columns = (*record.keys, *record.optional) if record else ()
    is_known = (
        record is not None
        and not record.holds_text
        and name.column in {column.name for column in record.values}
        and len(key) == len(columns)
        and all(column.takes(part) for column, part in zip(columns, key, strict=True))
        and all(column.known is None or part in column.known for column, part in zip(columns, key, strict=True))
    )
    if is_known and record in (records.REMAINDERS, records.CONTROLS):
        is_known = is_known_year(record, key, year)
    if not is_known:
        raise RuleBroken(UNKNOWN.format(name=str(name)[:60]), code="unknown_cell")


def require_amount(name: CellName, cents: int | None) -> None:
    """Raises RuleBroken (negative, too_long) when the cell takes no such amount."""
    if cents is not None and cents < 0 and (name.record, name.column) not in SIGNED:
        raise RuleBroken(NEGATIVE.format(line=name.key.replace(SEPARATOR, " ").strip()), code="negative")
    if cents is not None and abs(cents) > LARGEST:
        raise RuleBroken(UNKNOWN.format(name=name), code="too_long")


@transaction.atomic
def save_cells(*, declaration_id: int, changes: Sequence[Change], by: Actor, at: datetime) -> Saved:
    """Write the cells that nobody else has changed since they were seen, and tell the others.

    Raises NotPermitted, NotAllowedNow once it was transmitted, or RuleBroken (too_many, unknown_cell, negative).
    """
    rows = Declaration.objects.select_for_update(of=("self",)).select_related("entity", "period")
    declaration: Declaration = rows.get(pk=declaration_id)
    permissions.require(by, Permission.FILL_DECLARATION, declaration)
    if not can_proceed(declaration.edit):
        raise NotAllowedNow(declaration.get_status_display())
    if len(changes) > MOST:
        raise RuleBroken(TOO_MANY, code="too_many")
    for change in changes:
        require_cell(change.name, declaration.period.year)
        require_amount(change.name, change.cents)

    stored = _stored(declaration, changes)
    saved = _sorted_out(changes, stored, by, at)
    if saved.written:
        write(declaration, [*saved.written.values(), *_remainders_of(saved.written, stored, by, at)])
        edit_again(declaration, at)
        declaration.save(update_fields=EDITED)
        audit.record("declaration.saved", target=declaration, by=by, at=at, cells=len(saved.written))
    return saved


def write(declaration: Declaration, cells: Iterable[Cell]) -> None:
    """Insert or replace, in one statement."""
    rows = list(cells)
    for row in rows:
        row.declaration = declaration
    Cell.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["declaration", "record", "key", "column"],
        update_fields=["cents", "version", "changed_by", "changed_at"],
    )


def edit_again(declaration: Declaration, at: datetime) -> None:
    """Back to RASCUNHO, with the percentage that follows from the rows as they are; whoever calls it saves EDITED."""
    case = Case(content_of(declaration))
    declaration.edit(percent=stored_percent(case), at=at)


def _stored(declaration: Declaration, changes: Sequence[Change]) -> dict[CellName, Cell]:
    """Every cell of the rows that change, as it is now."""
    keys = {change.name.key for change in changes}
    rows = declaration.cells.filter(key__in=keys, record__in={change.name.record for change in changes})
    return {CellName(row.record, row.key, row.column): row for row in rows.prefetch_related("changed_by")}


def _sorted_out(changes: Sequence[Change], stored: dict[CellName, Cell], by: Actor, at: datetime) -> Saved:
    written: dict[CellName, Cell] = {}
    conflicts: dict[CellName, Cell] = {}
    for change in changes:
        now = stored.get(change.name)
        if now is not None and now.cents == change.cents:
            continue
        if now is not None and now.version != change.seen:
            conflicts[change.name] = now
        else:
            written[change.name] = next_cell(now, change.name, change.cents, by, at)
    return Saved(written, conflicts)


def next_cell(now: Cell | None, name: CellName, cents: int | None, by: Actor, at: datetime) -> Cell:
    """The cell as it will be; whose it is, its caller says."""
    version = now.version + 1 if now else 1
    return Cell(**name._asdict(), cents=cents, version=version, changed_by_id=by.author_id, changed_at=at)


def _remainders_of(
    written: dict[CellName, Cell], stored: dict[CellName, Cell], by: Actor, at: datetime
) -> Iterator[Cell]:
    """RPNP (g) of the rows of expense that changed: empenhado menos liquidado, never typed."""

    def amount(name: CellName) -> int:
        row = written.get(name) or stored.get(name)
        return (row.cents if row else 0) or 0

    for key in sorted({name.key for name in written if name.record == records.EXPENSES.name}):
        committed, settled, left = (CellName(records.EXPENSES.name, key, each) for each in RPNP)
        cents = max(amount(committed) - amount(settled), 0)
        if left not in written and (left not in stored or stored[left].cents != cents):
            yield next_cell(stored.get(left), left, cents, by, at)
