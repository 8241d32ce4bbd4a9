"""Being in a world: for the length of the work, the thread's connection, links and cache are those of one room."""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.db import ProgrammingError, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.urls import get_script_prefix, set_script_prefix

from common.clock import REAL_TIME, RoomTime, in_room_time
from common.held import holding
from common.switches import Switches, changed, in_force
from rooms.models import Room
from rooms.pool import pool
from rooms.router import CONTROL, WORLD

PREFIX = "/s/"


class RoomNotFound(LookupError):
    """No open room has this code."""


class NotPrepared(RuntimeError):
    """The list of rooms does not exist yet: nothing was migrated here."""


@dataclass(frozen=True, slots=True)
class World:
    """An open room as its edges see it. The open room (sala aberta) has no code."""

    code: str
    title: str
    database: str
    generation: int
    time: RoomTime = REAL_TIME
    # None: those of the installation.
    switches: Switches | None = None

    @property
    def prefix(self) -> str:
        """The path before every address of this room: "/" or "/s/<code>/"."""
        return f"{PREFIX}{self.code}/" if self.code else "/"


_current: ContextVar[World | None] = ContextVar("world", default=None)


def current() -> World | None:
    """The world this work is in, or None outside every edge."""
    return _current.get()


class standing_in(AbstractContextManager[None]):  # noqa: N801 -- used as a function: with standing_in(…)
    """Be in `world` but for the connection: for who already has one to its database."""

    def __init__(self, world: World) -> None:
        self._prefix = world.prefix
        self._held = holding(_current, world), in_room_time(world.time), in_force(world.switches)

    def __enter__(self) -> None:
        self._outer = get_script_prefix()
        set_script_prefix(self._prefix)
        for each in self._held:
            each.__enter__()

    def __exit__(self, *_: object) -> None:
        for each in self._held:
            each.__exit__()
        set_script_prefix(self._outer)


class entered(AbstractContextManager[World]):  # noqa: N801 -- used as a function: with entered(…)
    """Be in `world` until the end of the block: connection, clock, switches, script prefix and cache keys."""

    def __init__(self, world: World) -> None:
        self._world, self._standing = world, standing_in(world)
        self._connected = _Connected(WORLD, world.database)

    def __enter__(self) -> World:
        self._connected.__enter__()
        self._standing.__enter__()
        return self._world

    def __exit__(self, *_: object) -> None:
        try:
            self._connected.__exit__()
        finally:
            self._standing.__exit__()


def control() -> AbstractContextManager[DatabaseWrapper]:
    """Be able to read and write the list of rooms until the end of the block."""
    return _Connected(CONTROL, control_database())


def control_database() -> str:
    """The database of DATABASE_URL: it has the list of rooms and no world."""
    return str(connections.settings[CONTROL]["NAME"])


def find(code: str) -> World:
    """The open room of that code; raises RoomNotFound, or NotPrepared before the first migration."""
    if code == Room.OPEN_ROOM and not settings.ROOMS_MOST:
        return only_world()
    try:
        with control():
            row = Room.objects.open().filter(code=code).first()
    except ProgrammingError as error:
        raise NotPrepared from error
    if row is None:
        raise NotPrepared if code == Room.OPEN_ROOM else RoomNotFound(code)
    return world_of(row)


def open_world() -> World:
    """The open room; raises NotPrepared before it was made."""
    return find(Room.OPEN_ROOM)


def only_world() -> World:
    """The database of DATABASE_URL as everybody's world: what an installation without rooms (SALAS_MAXIMO=0) has."""
    return World(Room.OPEN_ROOM, "Sala aberta", str(connections.settings[WORLD]["NAME"]), 1)


def every_world() -> list[World]:
    """The open room first, then the others by their code."""
    if not settings.ROOMS_MOST:
        return [only_world()]
    with control():
        return [world_of(row) for row in Room.objects.open().order_by("code")]


def world_of(row: Room) -> World:
    return World(row.code, row.title, str(row.database), row.generation, row.time, changed(row.switches))


def cache_key(key: str, prefix: str, version: int) -> str:
    """KEY_FUNCTION of the cache: nothing of one world is found in another, nor after a reset."""
    world = current()
    return f"{world.database if world else ''}:{prefix}:{version}:{key}"


class _Connected(AbstractContextManager[DatabaseWrapper]):
    """Until the end of the block the thread's connection of that alias is one to this database."""

    def __init__(self, alias: str, database: str) -> None:
        self._alias, self._database = alias, database

    def __enter__(self) -> DatabaseWrapper:
        self._outer, self._inner = connections[self._alias], pool.take(self._alias, self._database)
        connections[self._alias] = self._inner
        return self._inner

    def __exit__(self, *_: object) -> None:
        connections[self._alias] = self._outer
        pool.give(self._inner)
