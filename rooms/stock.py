"""Databases of rooms: the golden world (mundo-modelo), ready copies of it, and the removal of what no row names.

A row names a database before the database is made, so that what no row names is nobody's and may be dropped: this is
all that a killed process leaves. DROP DATABASE waits for a checkpoint of the whole server, so it happens only in
`tend`, which no page waits for.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.module_loading import import_string

from rooms.models import Golden, Room, Spare
from rooms.pool import pool
from rooms.router import CONTROL
from rooms.worlds import World, control, entered

log = logging.getLogger("ensaio.rooms")

# The people of the golden world are dated: it is made anew each day, and a little later it is no longer copied.
REMADE_AFTER, COPIED_UNTIL = timedelta(hours=24), timedelta(hours=26)
# Nobody takes this long to copy; the process that began it is gone.
ABANDONED_AFTER = timedelta(minutes=5)
BEGINS = "ensaio_sala_"
IS_TEMPLATE = "SELECT datistemplate FROM pg_database WHERE datname = %s"
OWN_NUMBER = "SELECT oid FROM pg_database WHERE datname = current_database()"
# One statement: in a busy process each one more waits for its turn again.
TAKE = """
    WITH ready AS MATERIALIZED (
        SELECT spare.database FROM rooms_spare AS spare JOIN rooms_golden AS golden ON golden.database = spare.golden_id
        WHERE spare.is_ready AND golden.version = %s AND golden.made_at > %s
        ORDER BY spare.begun_at, spare.database LIMIT 1 FOR UPDATE OF spare SKIP LOCKED
    )
    DELETE FROM rooms_spare USING ready WHERE rooms_spare.database = ready.database RETURNING rooms_spare.database
"""
KEEPER_LOCK, GOLDEN_LOCK = 0x53616C617301, 0x53616C617302


def version() -> str:
    """Names the migrations and the seeds of this code: worlds of another version are migrated before they are used."""
    return str(import_string(settings.ROOM_VERSION)())


def may_create() -> bool:
    """Whether rooms are wanted and the account of DATABASE_URL may make databases; else the open room is alone."""
    if not settings.ROOMS_MOST:
        return False
    with control() as connection:
        return bool(_value(connection, "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"))


def ensure_golden(*, at: datetime, age: timedelta = COPIED_UNTIL) -> Golden:
    """The golden world of this version, not older than `age`; it is made now (about 15 seconds) when there is none.

    Whoever asks while it is being made waits for that one.
    """
    with control(), lock(GOLDEN_LOCK, wait=True):
        made_lately = Golden.objects.filter(version=version(), is_ready=True, made_at__gt=at - age)
        return made_lately.order_by("-made_at", "-pk").first() or _make_golden(at=at)


def make_spare(*, at: datetime) -> Spare:
    """One more ready copy of the golden world: 0.1 s and 15 MB."""
    golden = ensure_golden(at=at)
    with control() as connection:
        spare = Spare.objects.create(database=new_name(), golden=golden, begun_at=at)
        _run(connection, f'CREATE DATABASE "{spare.database}" TEMPLATE "{golden.database}"')
        spare.is_ready = True
        spare.save(update_fields=["is_ready"])
    return spare


def take_spare(*, at: datetime) -> str | None:
    """Inside a transaction of control: the name of a ready copy, from now on the caller's to name in a row."""
    taken = _value(connections[CONTROL], TAKE, version(), at - COPIED_UNTIL)
    return None if taken is None else str(taken)


def tend(*, at: datetime) -> list[str]:
    """One turn of the keeper: a golden world of today, ready copies, nothing forgotten. Returns what was dropped.

    Of two turns at once the second does nothing.
    """
    with control(), lock(KEEPER_LOCK, wait=False) as is_ours:
        if not is_ours or not may_create():
            return []
        golden = ensure_golden(at=at, age=REMADE_AFTER)
        _forget_what_is_over(golden, at)
        for _ in range(settings.ROOM_SPARES - Spare.objects.filter(golden=golden).count()):
            make_spare(at=at)
        return drop_orphans()


def _make_golden(*, at: datetime) -> Golden:
    """Build it under a row that is not ready, close it to sessions, and only then let it be copied."""
    log.info("preparando o mundo-modelo das salas")
    with control() as connection:
        golden = Golden.objects.create(database=new_name(), version=version(), made_at=at)
        _run(connection, f'CREATE DATABASE "{golden.database}" TEMPLATE template0')
        with entered(World("", "", golden.database, 0)):
            import_string(settings.ROOM_BUILDER)(at=at)
        pool.forget(golden.database)
        _run(connection, f'ALTER DATABASE "{golden.database}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false')
        golden.is_ready = True
        golden.save(update_fields=["is_ready"])
    return golden


def _forget_what_is_over(golden: Golden, at: datetime) -> None:
    """Rows of former golden worlds and their copies, and of copies that nobody finished."""
    Golden.objects.exclude(pk=golden.pk).delete()
    Spare.objects.filter(is_ready=False, begun_at__lt=at - ABANDONED_AFTER).delete()


def drop_orphans() -> list[str]:
    """Drop the databases of rooms that no row names; returns their names."""
    with control() as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [mark()])
            found = {name for (name,) in cursor.fetchall()}
        # The rows are read after the databases: one made meanwhile is not among those found.
        orphans = found - _named()
        return [name for name in sorted(orphans) if _drop(connection, name)]


def _named() -> set[str]:
    """In one statement: between two of them a copy would go from its own row to that of a room, and be in neither."""
    rooms, *others = (
        rows.values_list("database", flat=True)
        for rows in (Room.objects.open(), Spare.objects.all(), Golden.objects.all())
    )
    return set(map(str, rooms.union(*others)))


def _drop(connection: BaseDatabaseWrapper, database: str) -> bool:
    pool.forget(database)
    try:
        # One whose removal was cut short can be changed in nothing any more, only removed.
        if _value(connection, IS_TEMPLATE, database):
            _run(connection, f'ALTER DATABASE "{database}" IS_TEMPLATE false')
        _run(connection, f'DROP DATABASE "{database}" WITH (FORCE)')
    except DatabaseError:
        log.warning("o banco %s ainda não pôde ser apagado; a próxima volta tenta de novo", database)
        return False
    return True


def new_name() -> str:
    """A name that no database ever had."""
    return f"{mark()}{secrets.token_hex(8)}"


def mark() -> str:
    """Begins the name of every database made here; another installation on the same server has another number."""
    with control() as connection:
        number = _value(connection, OWN_NUMBER)
    return f"{BEGINS}{number}_"


@contextmanager
def lock(number: int, *, wait: bool) -> Iterator[bool]:
    """Hold an advisory lock of the server, which a killed process loses by itself; says whether it is ours."""
    with control() as connection:
        take = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
        is_ours = _value(connection, f"SELECT {take}({number})") is not False
        try:
            yield is_ours
        finally:
            if is_ours:
                _run(connection, f"SELECT pg_advisory_unlock({number})")


def _run(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _value(connection: BaseDatabaseWrapper, statement: str, *given: str | datetime) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        row = cursor.fetchone()
    return row[0] if row else None
