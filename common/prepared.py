"""Statements that the same work makes each time, prepared once for each connection. Django itself prepares none.

Planning a look-up costs the database ten times what running it does. `rows` is for what a busy door asks at each call:
a cursor costs as much again as the look-up itself, so this asks libpq, for reading only, since no transaction is begun
for it. `composed` asks the same way for what the ORM reads, written by it once. `statements` is for a long act,
whatever it reads and writes.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cache, lru_cache
from itertools import count
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet, Value
from django.db.models.query import ModelIterable
from psycopg import errors, pq
from psycopg._preparing import Prepare
from psycopg.adapt import PyFormat, Transformer

# The name of each statement that a connection prepared, by its text.
_names: WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]] = WeakKeyDictionary()
# The same of those of an act, by their text and the types of their values.
_acts: WeakKeyDictionary[psycopg.Connection[Any], dict[tuple[bytes, tuple[int, ...]], bytes]] = WeakKeyDictionary()
_numbers = count(1)


@contextmanager
def statements() -> Iterator[None]:
    """Until the end of the block every statement of this connection is prepared, with values that the server binds.

    For acts made of the same statements each time. A value whose type only its own text would tell needs a cast.
    """
    django = connections[DEFAULT_DB_ALIAS]
    django.ensure_connection()
    database: psycopg.Connection[Any] = django.connection
    usual, database.cursor_factory = database.cursor_factory, _PreparingCursor
    try:
        yield
    finally:
        database.cursor_factory = usual


class _PreparingCursor(psycopg.Cursor[Any]):
    """Prepares what it executes. psycopg's own way would take all statements of the connection away at a rollback."""

    _key: tuple[bytes, tuple[int, ...]] = b"", ()

    def execute(self, *given: Any, **named: Any) -> Any:
        try:
            return super().execute(*given, **named)
        except psycopg.Error:
            # What the server does not have, or no longer answers alike, is prepared anew by whoever comes next.
            _acts.get(self._conn, {}).pop(self._key, None)
            raise

    def _get_prepared(self, pgq: Any, prepare: bool | None = None) -> tuple[Prepare, bytes]:
        known, self._key = _acts.setdefault(self._conn, {}), (pgq.query, pgq.types)
        if name := known.get(self._key):
            return Prepare.YES, name
        known[self._key] = name = f"act_{next(_numbers)}".encode()
        return Prepare.SHOULD, name


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


class _Given(Value):
    """In the place of a value that each call brings, by its name."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


def composed(write: Callable[..., QuerySet[Any]]) -> Callable[..., list[Any]]:
    """A look-up that the ORM writes once, and not at each call: composing it costs more than running it.

    `write` makes of its arguments, by name, a queryset of rows or of tuples, whatever the values: they come later.
    """

    @cache
    def once() -> tuple[QuerySet[Any], Any, str, tuple[Any, ...]]:
        queryset = write(**{name: _Given(name) for name in inspect.signature(write).parameters})
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        return queryset, compiler, *compiler.as_sql()

    def ask(**values: Any) -> list[Any]:
        queryset, compiler, sql, places = once()
        if connections[DEFAULT_DB_ALIAS].queries_logged:
            # Who counts what Django asks counts this too.
            connections[DEFAULT_DB_ALIAS].queries_log.append({"sql": sql, "time": "0"})
        found = rows(sql, [values[place.value] if isinstance(place, _Given) else place for place in places])
        if queryset._fields is not None:  # type: ignore[attr-defined]  # Django's own, left out of the stubs
            return list(compiler.results_iter([found], tuple_expected=True))
        answered = copy(compiler)
        answered.execute_sql = lambda **_: [found]
        query = SimpleNamespace(get_compiler=lambda using: answered)
        asked: Any = SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})
        return list(ModelIterable(asked))

    return ask
