"""The clock of a room: it stands or runs, and goes forward only, through every due event at its own instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from common.actor import Actor
from common.clock import RoomTime, in_room_time
from common.exceptions import RuleBroken
from common.house import Due, DueKind, due_kinds
from common.legal_time import BRASILIA
from common.models import Heartbeat
from rooms import services
from rooms.models import Room
from rooms.router import CONTROL
from rooms.stock import lock
from rooms.worlds import control, entered, world_of

FARTHEST = timedelta(days=366)
ADVANCE_LOCK = 0x53616C6100000000
SHOWN = 500
WRITTEN_EACH = 0.2
# The sign of life of the visits to a world: until which instant of its time all that came due is on record.
RECORDED = "prazos"

BACKWARD = "O relógio da sala só anda para a frente: escolha um instante depois de {now}."
TOO_FAR = "O relógio da sala avança até 366 dias de cada vez."
BUSY = "O relógio desta sala já está avançando. Aguarde terminar."


@dataclass(frozen=True)
class Preview:
    """What will happen until `until`, in order; `more` when it is more than is shown."""

    now: datetime
    until: datetime
    due: tuple[Due, ...]
    more: bool

    @property
    def is_of_one_year(self) -> bool:
        """Whether its days need no year beside them."""
        return self.now.astimezone(BRASILIA).year == self.until.astimezone(BRASILIA).year


def preview(*, room: Room, until: datetime, at: datetime) -> Preview:
    """What the room's clock would go through from now to `until`; `at` is real. Raises RuleBroken (to)."""
    now = room.time.at(at)
    _check(now, until)
    with entered(world_of(room)):
        due = sorted((each for kind in due_kinds() for each in kind.upcoming(now, until)), key=lambda each: each.at)
    return Preview(now, until, tuple(due[:SHOWN]), more=len(due) > SHOWN)


def next_deadline(*, room: Room, at: datetime) -> datetime | None:
    """The first instant at which something is recorded by itself."""
    with entered(world_of(room)):
        return _next(room.time.at(at))


def coming_due(*, room: Room, at: datetime) -> Due | None:
    """What will be recorded first, with its instant; None when nothing is due."""
    with entered(world_of(room)):
        now = room.time.at(at)
        first = _next(now)
        if first is None:
            return None
        found = (each for kind in due_kinds() if kind.next_due for each in kind.upcoming(now, first))
        return next((each for each in found if each.at == first), None)


def record_due(*, at: datetime) -> int:
    """Record what came due in this world since the last visit, each thing at its own instant; returns at how many.

    `at` is of the room's time; where nothing came due nothing is locked. An advance goes the same way. What is due
    since before the last visit waits for `catch_up`: nothing that is over can be used meanwhile.
    """
    last = Heartbeat.objects.filter(name=RECORDED).values_list("at", flat=True).first()
    if last is None:
        catch_up(at=at)
    instants = sum(1 for _ in _passed(last or at, at))
    if last != at:
        _mark(at)
    return instants


def catch_up(*, at: datetime, spares_people: bool = False) -> None:
    """Record at `at` all that is due by then: what a lock, or a change of the rules or of a date, left behind."""
    _happen([kind for kind in due_kinds() if kind.apply], at, spares_people=spares_people)


def advance(
    *, code: str, key: str = "", by: Actor | None = None, to: datetime, spares_people: bool = False, at: datetime
) -> Room:
    """Bring the room's clock to `to`, letting everything due happen at its own instant. `at` is real.

    The way is on record before the first step, so that a killed process is followed by `resume`.
    Who runs the room from inside it is `by`; whoever else has its `key`. Raises RuleBroken (to, busy, no_room,
    wrong_key) or NotPermitted.
    """
    with control(), transaction.atomic(using=CONTROL):
        room = services.run_by(code=code, key=key, by=by, at=at)
        if room.advancing_to:
            raise RuleBroken(BUSY, code="busy")
        now = room.time.at(at)
        _check(now, to)
        room.runs_after_advancing = room.stopped_at is None
        room.stopped_at, room.advancing_to, room.spares_people = now, to, spares_people
        room.save(update_fields=["stopped_at", "advancing_to", "runs_after_advancing", "spares_people"])
    return resume(room_id=room.pk, at=at)


def resume(*, room_id: int, at: datetime) -> Room:
    """Go on with an advance at the real instant `at`; of two who go on with one the second finds nothing left to do."""
    with lock(ADVANCE_LOCK + room_id, wait=True), control():
        room = Room.objects.get(pk=room_id)
        if room.status == Room.Status.OPEN and room.advancing_to and room.stopped_at:
            with entered(world_of(room)):
                if _walk(room, here=room.stopped_at, target=room.advancing_to) and _arrive(room, room.advancing_to, at):
                    _mark(room.advancing_to)
        return Room.objects.get(pk=room_id)


def resume_all(*, at: datetime) -> int:
    """What killed processes left half-way; returns how many."""
    with control():
        left = list(Room.objects.open().filter(advancing_to__isnull=False).values_list("pk", flat=True))
    for pk in left:
        resume(room_id=pk, at=at)
    return len(left)


def stop(*, code: str, key: str = "", by: Actor | None = None, at: datetime) -> Room:
    """Let the clock stand where it is."""
    with control(), transaction.atomic(using=CONTROL):
        room = services.run_by(code=code, key=key, by=by, at=at)
        room.stopped_at = room.time.at(at)
        room.save(update_fields=["stopped_at"])
    return room


def run(*, code: str, key: str = "", by: Actor | None = None, at: datetime) -> Room:
    """Let the clock run on from where it stands."""
    with control(), transaction.atomic(using=CONTROL):
        room = services.run_by(code=code, key=key, by=by, at=at)
        if room.advancing_to:
            raise RuleBroken(BUSY, code="busy")
        if room.stopped_at is not None:
            room.ahead, room.stopped_at = room.stopped_at - at, None
            room.save(update_fields=["ahead", "stopped_at"])
    return room


def _walk(room: Room, *, here: datetime, target: datetime) -> bool:
    """Let everything due until `target` happen, each at its own instant; False when the room is no longer there.

    Where the clock stands is written now and then: whoever goes on after a death finds nothing to do twice.
    """
    # First what the background work had not recorded yet when the clock stopped.
    catch_up(at=here, spares_people=room.spares_people)
    written = monotonic()
    for reached in _passed(here, target, spares_people=room.spares_people):
        if monotonic() - written > WRITTEN_EACH:
            if not _write(room, stopped_at=reached):
                return False
            written = monotonic()
    return True


def _passed(here: datetime, target: datetime, *, spares_people: bool = False) -> Iterator[datetime]:
    """Let everything due in (here, target] happen, in order; gives each instant once all of it has happened."""
    recorded = [kind for kind in due_kinds() if kind.next_due]
    coming: dict[str, datetime | None] = {}
    asked = recorded
    while True:
        coming |= {kind.name: kind.next_due(here) for kind in asked if kind.next_due}
        here = min(filter(None, coming.values()), default=target + FARTHEST)
        if here > target:
            return
        happening = [kind for kind in recorded if coming[kind.name] == here]
        _happen(happening, here, spares_people=spares_people)
        yield here
        # After letters alone, which a long way has each day, all others come due when they were to.
        asked = happening if all(kind.only_tells for kind in happening) else recorded


def _happen(kinds: list[DueKind], at: datetime, *, spares_people: bool) -> None:
    with in_room_time(RoomTime(stopped_at=at)):
        for kind in kinds:
            happen = kind.spare if spares_people and kind.spare else kind.apply
            if happen:
                happen(at=at)


def _mark(at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=RECORDED, defaults={"at": at})


def _arrive(room: Room, target: datetime, at: datetime) -> bool:
    if room.runs_after_advancing:
        return _write(room, advancing_to=None, stopped_at=None, ahead=target - at)
    return _write(room, advancing_to=None, stopped_at=target)


def _write(room: Room, **fields: object) -> bool:
    """Only while it is the same way in the same world: a reset or the end of the room ends the advance."""
    same = Room.objects.open().filter(pk=room.pk, generation=room.generation, advancing_to=room.advancing_to)
    return same.update(**fields) == 1


def _next(after: datetime) -> datetime | None:
    found = (kind.next_due(after) for kind in due_kinds() if kind.next_due)
    return min((instant for instant in found if instant), default=None)


def _check(now: datetime, to: datetime) -> None:
    if to <= now:
        raise RuleBroken(BACKWARD.format(now=f"{now.astimezone(BRASILIA):%d/%m/%Y %H:%M}"), code="to", field="to")
    if to - now > FARTHEST:
        raise RuleBroken(TOO_FAR, code="to", field="to")
