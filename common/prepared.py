"""Look-ups that a busy door makes at each call, as prepared statements of the connection.

Planning such a look-up costs the database ten times what running it does, and Django prepares none: hence the cursor.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query, planned once for each connection. JSON comes as text."""
    connection.ensure_connection()
    database: psycopg.Connection[Any] = connection.connection
    with connection.wrap_database_errors, psycopg.Cursor(database) as cursor:
        usual, database.prepare_threshold = database.prepare_threshold, 0
        try:
            cursor.execute(sql, list(parameters))
        finally:
            database.prepare_threshold = usual
        return cursor.fetchall()
