"""A municipality's own spreadsheet in the place of what was typed in a folder; what it does not have stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from declarations.engine import records
from declarations.engine.declaration import Table
from declarations.engine.records import Record
from declarations.models import ColumnMapping, Declaration
from declarations.permissions import Permission
from declarations.services.contents import content_of
from declarations.spreadsheets import mapping
from declarations.spreadsheets.mapping import Places, Result
from declarations.spreadsheets.reading import Sheet


def kept_columns(declaration: Declaration, record: Record) -> dict[str, str]:
    """The columns as the entity told them the last time; nothing the first time."""
    row = ColumnMapping.objects.filter(entity=declaration.entity_id, record=record.name).first()
    return dict(row.columns) if row else {}


def likely_folder(found: list[str]) -> Record:
    """The one of which most columns are known by name."""
    folders = [record for record in records.RECORDS.values() if not record.holds_text]
    return max(folders, key=lambda record: len(mapping.suggest(found, record, {})))


@transaction.atomic
def keep_columns(*, declaration_id: int, record: str, columns: Mapping[str, str], by: Actor, at: datetime) -> None:
    """Remember, for the entity, the header of each column. Raises NotPermitted."""
    declaration = Declaration.objects.select_for_update().get(pk=declaration_id)
    permissions.require(by, Permission.FILL_DECLARATION, declaration)
    ColumnMapping.objects.update_or_create(
        entity_id=declaration.entity_id,
        record=record,
        defaults={"columns": dict(columns), "changed_by_id": by.author_id, "changed_at": at},
    )
    audit.record("declaration.columns_kept", target=declaration, by=by, at=at, record=record)


def result_of(declaration: Declaration, sheet: Sheet, header: int, record: Record, places: Places) -> Result:
    """What the sheet says of the folder."""
    return mapping.rows_of(sheet, header, record, places, declaration.period.year)


def tables_from(declaration: Declaration, record: Record, result: Result) -> dict[str, Table]:
    """The folder as it would be."""
    return {record.name: mapping.merged(content_of(declaration).table(record), result, record)}
