"""The only place that reads the clock. Views, admin, API, tasks and commands call now(); all else takes `at`.

A room has a time of its own: what the law or a manual dates is in it. X.509, TLS, JWT, sessions, limits, health and log
lines are in the real time.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from common.held import holding


@dataclass(frozen=True, slots=True)
class RoomTime:
    """The clock of a room: how far ahead of the real one it runs, or the instant at which it stands still."""

    ahead: timedelta = timedelta(0)
    stopped_at: datetime | None = None

    def at(self, real: datetime) -> datetime:
        """The room's instant at the real instant `real`."""
        return self.stopped_at or real + self.ahead


@dataclass(frozen=True, slots=True)
class Instants:
    """One moment in both times: `at` is the room's, `real` that of the real world."""

    at: datetime
    real: datetime


REAL_TIME = RoomTime()
_room: ContextVar[RoomTime] = ContextVar("room_time", default=REAL_TIME)


def now() -> datetime:
    """The present instant of the room, in UTC."""
    return _room.get().at(real_now())


def real_now() -> datetime:
    """The present instant of the real world, in UTC."""
    return datetime.now(UTC)


def instants() -> Instants:
    """The present moment in both times, from one reading of the clock."""
    real = real_now()
    return Instants(_room.get().at(real), real)


def ahead() -> timedelta:
    """How far the room is ahead of the real time, now."""
    time = _room.get()
    return time.ahead if time.stopped_at is None else time.stopped_at - real_now()


def real(at: datetime) -> datetime:
    """The real instant of an instant of the room: what X.509, limits and lists of revoked certificates are dated by."""
    return at - ahead()


def in_room_time(time: RoomTime) -> holding[RoomTime]:
    """Until the end of the block now() is the room's."""
    return holding(_room, time)
