"""Many rows whose transitions were made in memory, written in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import connections, models

from siops.models.scoped import EntityScopedQuerySet

_M = TypeVar("_M", bound=models.Model)


class CaseQuerySet(EntityScopedQuerySet[_M]):
    """Cases that a routine moves together, however many there are."""

    def write(self, rows: Sequence[_M], *fields: str) -> None:
        """Write these fields of rows that nobody else moves now; the machine has judged each in memory."""
        if not rows:
            return
        connection = connections[self.db]
        wanted = ("id", *fields)
        columns = [field for name in wanted for field in self.model._meta.concrete_fields if field.name == name]
        arrays = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in columns)
        names = ", ".join(str(field.column) for field in columns)
        sets = ", ".join(f"{field.column} = given.{field.column}" for field in columns[1:])
        table = self.model._meta.db_table
        values = [[getattr(row, field.attname) for row in rows] for field in columns]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given({names}) WHERE {table}.id = given.id",  # noqa: S608 -- names of the model's own columns
                values,
            )
