"""Opening, resetting and closing rooms. Each is one transaction of control, whatever the rooms weigh."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections, transaction
from django.utils.crypto import constant_time_compare

from common import permissions, vault
from common.actor import Actor
from common.exceptions import AllAtOnce, NotPermitted, RuleBroken
from common.text import has_unwelcome_characters
from rooms import stock
from rooms.models import Room
from rooms.permissions import Permission
from rooms.router import CONTROL
from rooms.worlds import control, control_database, current

# No letter that reads as another letter or digit: the code is dictated in a classroom.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH, PIN_DIGITS = 5, 6
LONGEST_DAYS = 90
WRONG_PINS, WRONG_PINS_WINDOW = 30, timedelta(minutes=10)
# What a room and the copy that replaces it need at least on the disk of the embedded server.
ROOM_BYTES, ROOM_FILES = 64 * 1024 * 1024, 2_500
CAP_LOCK = 0x53616C617303

NO_ROOM = "Esta sala não existe ou já foi encerrada."
WRONG_KEY = "A chave não é desta sala."
WRONG_PIN = "PIN incorreto."
TOO_MANY_PINS = "Muitos PINs errados nesta sala. Aguarde {minutes} minutos."
FULL = "Já há {most} salas abertas, o máximo desta instalação. Encerre uma ou aumente SALAS_MAXIMO."
ONE_ROOM = "Esta instalação só tem a sala aberta: a conta do banco de dados não pode criar outros bancos."
NO_SPACE = "Não há espaço em disco para mais uma sala."
TITLE = "Dê um título à sala, de até 80 letras."
PURPOSE = "A finalidade tem caracteres que não podem ser guardados."
DAYS = "O prazo da sala vai de 1 a 90 dias."


@dataclass(frozen=True)
class Opened:
    """A room just opened. Its key is shown only now; whoever has it resets and closes the room."""

    room: Room
    pin: str = field(repr=False)
    key: str = field(repr=False)


def open_room(*, title: str, purpose: str = "", days: int = 7, at: datetime) -> Opened:
    """Open a room for `days` days, copied from the golden world; raises RuleBroken."""
    rules = AllAtOnce()
    fits = 0 < len(title.strip()) <= Room.LONGEST_TITLE and not has_unwelcome_characters(title)
    rules.require(fits, RuleBroken(TITLE, field="title"))
    rules.require(not has_unwelcome_characters(purpose), RuleBroken(PURPOSE, field="purpose"))
    rules.require(1 <= days <= LONGEST_DAYS, RuleBroken(DAYS, field="days"))
    rules.settle()
    if not settings.ROOMS_MOST:
        raise RuleBroken(ONE_ROOM, code="one_room")
    _check_disk()
    key, pin = secrets.token_urlsafe(24), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"

    def write(database: str) -> Room:
        _one_at_a_time()
        if Room.objects.open().rehearsals().count() >= settings.ROOMS_MOST:
            raise RuleBroken(FULL.format(most=settings.ROOMS_MOST), code="full")
        return Room.objects.create(
            code="".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)),
            title=title.strip(),
            purpose=purpose.strip()[:200],
            database=database,
            version=stock.version(),
            key_digest=_digest(key),
            sealed_pin=vault.seal(pin.encode()),
            created_at=at,
            expires_at=at + timedelta(days=days),
        )

    return Opened(_with_spare(write, at=at), pin=pin, key=key)


def reset_room(*, code: str, key: str, at: datetime) -> Room:
    """Give the room a fresh world; requests in flight end in the former one. Raises RuleBroken."""

    def prove() -> Room:
        return owned(code=code, key=key, at=at)

    return _with_spare(lambda database: _renew(prove(), database, at), at=at, prove=prove)


def reset_open_room(*, at: datetime) -> Room:
    """The same for the open room, which belongs to whoever runs the house."""
    return _with_spare(lambda database: _renew(_locked(Room.OPEN_ROOM), database, at), at=at)


def ensure_open_room(*, at: datetime) -> Room:
    """The open room, made from the golden world unless it is there.

    Where the account may not make databases it is the database of DATABASE_URL itself, which the caller migrates.
    """
    with control():
        found = Room.objects.open().filter(code=Room.OPEN_ROOM).first()
        if found:
            return found
        if not stock.may_create():
            return _write_open_room(control_database(), at)
    return _with_spare(lambda database: _write_open_room(database, at), at=at)


def close_room(*, code: str, key: str, at: datetime) -> Room:
    """End the room; its database is dropped by the keeper. Raises RuleBroken."""
    with control(), transaction.atomic(using=CONTROL):
        return end(room=owned(code=code, key=key, at=at), at=at)


def prove_key(*, code: str, key: str, at: datetime) -> Room:
    """The room of that code, when the key is its own. Raises RuleBroken."""
    with control(), transaction.atomic(using=CONTROL):
        return owned(code=code, key=key, at=at)


def is_key_of(room: Room, key: str) -> bool:
    return constant_time_compare(_digest(key), room.key_digest)


def close_expired(*, at: datetime) -> list[str]:
    """End the rooms whose time is over; returns their codes."""
    with control(), transaction.atomic(using=CONTROL):
        over = Room.objects.open().rehearsals().filter(expires_at__lte=at).select_for_update(skip_locked=True)
        for room in over:
            end(room=room, at=at)
    return [room.code for room in over]


def check_pin(*, code: str, pin: str, at: datetime) -> Room:
    """The room, when the PIN is right; wrong ones are counted for each room. Raises RuleBroken, after counting."""
    with control():
        with transaction.atomic(using=CONTROL):
            room = _locked(code)
            if room.is_over_at(at):
                raise RuleBroken(NO_ROOM, code="no_room", field="code")
            since = room.wrong_pins_since
            if since is None or at >= since + WRONG_PINS_WINDOW:
                since, room.wrong_pins = at, 0
            if room.wrong_pins >= WRONG_PINS:
                minutes = -((at - since - WRONG_PINS_WINDOW) // timedelta(minutes=1))
                raise RuleBroken(TOO_MANY_PINS.format(minutes=minutes), code="too_many_pins", field="pin")
            is_right = constant_time_compare(pin, pin_of(room))
            if not is_right:
                room.wrong_pins, room.wrong_pins_since = room.wrong_pins + 1, since
                room.save(update_fields=["wrong_pins", "wrong_pins_since"])
        if not is_right:
            raise RuleBroken(WRONG_PIN, code="wrong_pin", field="pin")
    return room


def find_room(*, code: str, at: datetime) -> Room | None:
    """The room of that code while it may be entered; the open room is not looked for."""
    with control():
        room = Room.objects.open().filter(code=code).first()
    return None if room is None or room.is_over_at(at) else room


def pin_of(room: Room) -> str:
    return vault.unseal(room.sealed_pin).decode()


def owned(*, code: str, key: str, at: datetime) -> Room:
    """The open room of `code`, locked, if `key` is its own; raises RuleBroken (no_room, wrong_key)."""
    room = _locked(code)
    if room.is_over_at(at):
        raise RuleBroken(NO_ROOM, code="no_room")
    if not is_key_of(room, key):
        raise RuleBroken(WRONG_KEY, code="wrong_key", field="key")
    return room


def run_by(*, code: str, key: str, by: Actor | None, at: datetime) -> Room:
    """The open room of `code`, locked, for its key or for `by`, who stands in it and may run it there.

    Raises RuleBroken (no_room, wrong_key) or NotPermitted.
    """
    if by is None:
        return owned(code=code, key=key, at=at)
    room, world = _locked(code), current()
    if world is None or world.code != room.code or room.is_over_at(at):
        raise NotPermitted(permission=Permission.CHANGE)
    permissions.require(by, Permission.CHANGE)
    return room


def _with_spare(write: Callable[[str], Room], *, at: datetime, prove: Callable[[], object] = lambda: None) -> Room:
    """Run `write` with a ready database in one transaction of control; one is made first when none is ready.

    Nothing is made for who cannot `prove` that it is theirs. Where none may be made, RuleBroken (one_room).
    """
    while True:
        with control(), transaction.atomic(using=CONTROL):
            database = stock.take_spare(at=at)
            if database is not None:
                return write(database)
            prove()
        if not stock.may_create():
            raise RuleBroken(ONE_ROOM, code="one_room")
        stock.make_spare(at=at)


def _renew(room: Room, database: str, at: datetime) -> Room:
    room.database, room.generation, room.version = database, room.generation + 1, stock.version()
    room.reset_at, room.ahead, room.stopped_at, room.advancing_to = at, timedelta(0), None, None
    room.save(update_fields=["database", "generation", "version", "reset_at", "ahead", "stopped_at", "advancing_to"])
    return room


def _write_open_room(database: str, at: datetime) -> Room:
    room, _ = Room.objects.get_or_create(
        code=Room.OPEN_ROOM,
        defaults={"title": "Sala aberta", "database": database, "version": stock.version(), "created_at": at},
    )
    return room


def end(*, room: Room, at: datetime) -> Room:
    """Take the database from the room; inside a transaction of control, or alone."""
    room.status, room.database, room.closed_at = Room.Status.CLOSED, None, at
    room.save(update_fields=["status", "database", "closed_at"])
    return room


def _locked(code: str) -> Room:
    room = Room.objects.open().select_for_update().filter(code=code).first()
    if room is None:
        raise RuleBroken(NO_ROOM, code="no_room", field="code")
    return room


def _one_at_a_time() -> None:
    """Two who open the last room that fits wait for each other."""
    with connections[CONTROL].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CAP_LOCK])


def _check_disk() -> None:
    """Ask the disk before it is full; a database server elsewhere looks after its own."""
    disk = os.statvfs(settings.DATA_DIR)
    has_files = disk.f_files == 0 or disk.f_favail >= ROOM_FILES
    if disk.f_bavail * disk.f_frsize < ROOM_BYTES or not has_files:
        raise RuleBroken(NO_SPACE, code="no_space")


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
