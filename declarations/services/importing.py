"""Taking the rows of a file or of an example in place of those of a version: read, shown, taken as shown (T12)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from declarations.engine import manifest, opening, packing, records
from declarations.engine.context import Context
from declarations.engine.declaration import Table
from declarations.engine.faults import Fault
from declarations.engine.records import Record
from declarations.engine.report import of_session
from declarations.models import Declaration, Justification
from declarations.permissions import Permission
from declarations.services.contents import SEPARATOR, content_of
from declarations.services.knowledge import context_of
from declarations.services.saving import EDITED, CellName, edit_again, next_cell, write

CHANGED = "Os dados mudaram desde a prévia. Confira a prévia de novo."
# How much of a sheet its header may be.
HEADER = 400
TEXTS = records.JUSTIFICATIONS.name


@dataclass(frozen=True)
class Taken:
    """What a file or an example would put into the version: whole records, by name; or why it cannot be read."""

    tables: Mapping[str, Table]
    faults: list[Fault]


@dataclass(frozen=True)
class Difference:
    """One cell as it is and as it would be."""

    name: CellName
    before: int | None
    after: int | None


def read_upload(declaration: Declaration, filename: str, data: bytes, at: datetime) -> Taken:
    """An `.opsz`, or one of its CSVs alone, which is read by the same rules."""
    record = record_of(filename, data) if filename.lower().endswith(".csv") else None
    if record is None:
        return _read(data, context_of(declaration, at))
    taken = _read(_packed_with(declaration, record, data), None)
    return replace(taken, tables={record.name: taken.tables.get(record.name, {})} if taken.tables else {})


def _read(data: bytes, context: Context | None) -> Taken:
    """Of a whole file every record is taken, those that it leaves out as empty."""
    content, faults = opening.read(data)
    if content is None:
        return Taken({}, faults.listed)
    refused = list(of_session(content, context)) if context else []
    every: dict[str, Table] = {name: {} for name in records.RECORDS}
    return Taken({} if refused else every | content.tables, refused)


def record_of(filename: str, sheet: bytes) -> Record | None:
    """The one whose header begins the sheet, of two alike the one that is named; none for somebody else's sheet."""
    first = sheet[:HEADER].partition(b"\n")[0].decode("utf-8", "replace").strip()
    alike = [each for each in records.RECORDS.values() if first in (";".join(each.header), ";".join(each.full_header))]
    return next((each for each in alike if filename.lower().endswith(each.file)), alike[0] if alike else None)


def _packed_with(declaration: Declaration, record: Record, sheet: bytes) -> bytes:
    """The package of a version with one sheet in place of its own."""
    content = content_of(declaration)
    files = {each.file: packing.sheet(each, content.table(each)) for each in records.RECORDS.values()}
    files[record.file] = sheet
    listed = {name: _listed(each) for name, each in files.items()}
    text = manifest.write(content.identity, listed, declaration.opened_at)
    return packing.zipped({records.MANIFEST: text, **files})


def _listed(sheet: bytes) -> manifest.Listed:
    rows = sheet.count(b"\n") + (not sheet.endswith(b"\n")) - 1
    return manifest.Listed(hashlib.sha256(sheet).hexdigest(), len(sheet), rows)


def differences(declaration: Declaration, tables: Mapping[str, Table]) -> list[Difference]:
    """The cells that would change, in the order of the records; a row that is not in a table would be blank."""
    stored = {
        CellName(row.record, row.key, row.column): row.cents for row in declaration.cells.filter(record__in=tables)
    }
    wanted = dict(_cells(tables))
    names = dict.fromkeys((*wanted, *stored))
    found = (Difference(name, stored.get(name), wanted.get(name)) for name in names)
    return [each for each in found if each.before != each.after]


def _cells(tables: Mapping[str, Table]) -> Iterator[tuple[CellName, int | None]]:
    for name, table in tables.items():
        record = records.RECORDS[name]
        for key, values in () if record.holds_text else table.items():
            for column, cents in zip(record.values, values, strict=True):
                yield CellName(name, SEPARATOR.join(key), column.name), cents if isinstance(cents, int) else None


def shown_hash(declaration: Declaration) -> str:
    """Of the rows as they are: what a preview was made of."""
    return content_of(declaration).content_hash


@transaction.atomic
def take_tables(
    *, declaration_id: int, tables: Mapping[str, Table], shown: str, source: str, by: Actor, at: datetime
) -> int:
    """Put whole records in the place of those of the version; returns how many cells changed.

    Raises NotPermitted, NotAllowedNow once it was transmitted, or RuleBroken (changed_since_shown).
    """
    rows = Declaration.objects.select_for_update(of=("self",)).select_related("entity", "period")
    declaration: Declaration = rows.get(pk=declaration_id)
    permissions.require(by, Permission.FILL_DECLARATION, declaration)
    if not can_proceed(declaration.edit):
        raise NotAllowedNow(declaration.get_status_display())
    if shown_hash(declaration) != shown:
        raise RuleBroken(CHANGED, code="changed_since_shown")

    stored = {CellName(row.record, row.key, row.column): row for row in declaration.cells.filter(record__in=tables)}
    changes = differences(declaration, tables)
    write(declaration, [next_cell(stored.get(each.name), each.name, each.after, by, at) for each in changes])
    if TEXTS in tables:
        _take_texts(declaration, tables[TEXTS])
    edit_again(declaration, at)
    declaration.save(update_fields=EDITED)
    audit.record("declaration.imported", target=declaration, by=by, at=at, cells=len(changes), source=source)
    return len(changes)


def _take_texts(declaration: Declaration, table: Table) -> None:
    declaration.justifications.all().delete()
    Justification.objects.bulk_create(
        Justification(declaration=declaration, rule_code=code, line=line, text=str(text))
        for (code, line), (text,) in table.items()
    )
