"""Look-ups that a busy door makes at each call, as prepared statements of the connection.

Planning such a look-up costs the database ten times what running it does, and Django prepares none. A cursor costs as
much again as the look-up itself, so this asks libpq: for reading only, since no transaction is begun for it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer

# The name of each statement that a connection prepared, by its text.
_names: WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]] = WeakKeyDictionary()
_numbers = count(1)


def rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query, planned once for each connection. JSON comes as text."""
    django = connections[DEFAULT_DB_ALIAS]
    django.ensure_connection()
    database: psycopg.Connection[Any] = django.connection
    names = _names.setdefault(database, {})
    with django.wrap_database_errors:
        try:
            if sql not in names:
                names[sql] = _prepare(database.pgconn, sql)
            adapted = Transformer(database)
            # The stubs leave out that a value may be NULL.
            values: Any = adapted.dump_sequence(parameters, [PyFormat.TEXT] * len(parameters))
            result = _checked(database.pgconn, database.pgconn.exec_prepared(names[sql], values))
        except psycopg.Error:
            # What the server no longer has, or no longer answers alike, is prepared anew by whoever asks next.
            names.pop(sql, None)
            raise
        adapted.set_pgresult(result)
        return adapted.load_rows(0, result.ntuples, tuple)


def _prepare(session: pq.abc.PGconn, sql: str) -> bytes:
    """Have it planned under a new name, each value of the type that its place in the query asks."""
    name = f"look_up_{next(_numbers)}".encode()
    _checked(session, session.prepare(name, _numbered(sql)))
    return name


def _checked(session: pq.abc.PGconn, result: pq.abc.PGresult) -> pq.abc.PGresult:
    if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        return result
    if session.status == pq.ConnStatus.BAD:
        raise psycopg.OperationalError(session.get_error_message())
    raise errors.error_from_result(result)


@lru_cache(maxsize=64)
def _numbered(sql: str) -> bytes:
    """The query as the server reads it: $1, $2… instead of each %s."""
    places = count(1)
    return re.sub("%[s%]", lambda found: f"${next(places)}" if found[0] == "%s" else "%", sql).encode()
