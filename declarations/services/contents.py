"""What a version declares, between the rows of the database and the engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.utils.crypto import salted_hmac

from declarations.engine import catalogue, records
from declarations.engine.case import Case
from declarations.engine.declaration import Declaration as Content
from declarations.engine.declaration import Identity, Table
from declarations.engine.layouts import Amount
from declarations.models import Cell, Declaration, Justification

SEPARATOR = ";"
# In hundredths.
LARGEST_PERCENT = 2**31 - 1
# Of one record: row → column → cents.
Rows = dict[str, dict[str, Amount]]


def identity_of(declaration: Declaration) -> Identity:
    """Needs the entity and the period."""
    return Identity(
        ibge7=declaration.entity.ibge,
        year=declaration.period.year,
        bimester=declaration.period.bimester,
        version=declaration.version,
        layout=declaration.layout,
        rules=catalogue.VERSION,
        technician_hash=technician_hash(declaration.opened_by_id),
    )


def technician_hash(account_id: int) -> str:
    """Who fills, in the file: the same in the same installation, and nothing from which a CPF could be found."""
    return "sha256:" + salted_hmac("declarations.technician", str(account_id), algorithm="sha256").hexdigest()


def content_of(declaration: Declaration) -> Content:
    """The rows of a version, without totals; two queries."""
    return contents_of([declaration])[declaration.pk]


def contents_of(declarations: Iterable[Declaration]) -> dict[int, Content]:
    """Key of a version → its rows, without totals; two queries for all of them. Each needs its entity and period."""
    versions = {each.pk: each for each in declarations}
    found: dict[int, dict[str, Rows]] = {pk: {} for pk in versions}
    cells = Cell.objects.filter(declaration__in=versions)
    for pk, record, key, column, cents in cells.values_list("declaration_id", "record", "key", "column", "cents"):
        found[pk].setdefault(record, {}).setdefault(key, {})[column] = cents
    said: dict[int, Table] = {pk: {} for pk in versions}
    justifications = Justification.objects.filter(declaration__in=versions)
    for pk, rule_code, line, text in justifications.values_list("declaration_id", "rule_code", "line", "text"):
        said[pk][rule_code, line] = (text,)
    return {pk: _content(each, found[pk], said[pk]) for pk, each in versions.items()}


def _content(declaration: Declaration, found: dict[str, Rows], said: Table) -> Content:
    tables = {name: _table(records.RECORDS[name], rows) for name, rows in found.items()}
    tables[records.JUSTIFICATIONS.name] = said
    return Content(identity_of(declaration), {name: table for name, table in tables.items() if table})


def stored_percent(case: Case, stage: str = "") -> int | None:
    """The percentage at a stage, the official one unless told, as columns keep it; none without a base.

    A base of cents under amounts of sixteen digits makes more than a column holds: the largest stands for it.
    """
    percent = case.values.get(f"PCT:{stage or case.stage}")
    return None if percent is None else max(-LARGEST_PERCENT, min(percent, LARGEST_PERCENT))


def typed_hash(content: Content) -> str:
    """SHA-256 of the rows alone, whatever their order, the version, the rules and what else is known."""
    rows = {
        name: [[*key, *values] for key, values in sorted(table.items()) if any(value is not None for value in values)]
        for name, table in content.tables.items()
    }
    kept = {name: each for name, each in rows.items() if each}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _table(record: records.Record, rows: Rows) -> Table:
    """A cell never typed is zero; a row of which every cell was left blank is none."""
    columns = [column.name for column in record.values]
    table: Table = {}
    for key in sorted(rows):
        row = rows[key]
        if any(value is not None for value in row.values()):
            table[tuple(key.split(SEPARATOR))] = tuple(row.get(column, 0) for column in columns)
    return table


def cells_of(
    declaration: Declaration, tables: Mapping[str, Table], *, by_id: int | None, at: datetime
) -> Iterator[Cell]:
    """The rows of a version for the database; not saved."""
    for name, table in tables.items():
        record = records.RECORDS[name]
        for key, values in () if record.holds_text else table.items():
            for column, cents in zip(record.values, values, strict=True):
                yield Cell(
                    declaration=declaration,
                    record=name,
                    key=SEPARATOR.join(key),
                    column=column.name,
                    cents=cents,
                    changed_by_id=by_id,
                    changed_at=at,
                )
