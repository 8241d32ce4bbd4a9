"""The log of calls (registro de chamadas): noted in memory, written in batches by a thread, in the room of each call.

An answer never waits for its line. What was not written when the process is killed is lost, at most about a second of
calls; a room that began again in between loses its lines with its world.
"""

from __future__ import annotations

import atexit
import base64
import json
import logging
import threading
import time
from collections import deque
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Model, Q

from common import documents, prepared
from common.redaction import redact
from common.text import searchable
from interop import messages
from interop.models import Exchange, Message
from pki.models import Certificate
from rooms import worlds

if TYPE_CHECKING:
    from interop.calls import Call

log = logging.getLogger("ensaio.interop")

# While the database is away the oldest lines give way.
MOST_WAITING = 2000
# So many of those that wait may bring their messages, which are long: a tester has all of them, a load test the first.
MOST_WITH_MESSAGES = 100
KEPT_FOR = timedelta(days=30)
KEPT_AT_MOST = 10_000
# Of no use to who reads the log, and long.
LEFT_OUT = ("cert_chain",)

_HOLDERS = f"SELECT sha256, holder_document FROM {Certificate._meta.db_table} WHERE sha256 = ANY(%s)"  # noqa: S608 -- own text


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not field.primary_key]


def _statement(model: type[Model]) -> str:
    return f"COPY {model._meta.db_table} ({', '.join(_columns(model))}) FROM STDIN"


_COLUMNS, _MESSAGE_COLUMNS = _columns(Exchange), _columns(Message)
_COPY, _COPY_MESSAGES = _statement(Exchange), _statement(Message)


@dataclass(frozen=True, slots=True)
class Line:
    """A call that ended, and the world it was in (None in a process that has no rooms)."""

    call: Call
    status: int
    milliseconds: float
    content: messages.Content | None = None
    world: worlds.World | None = field(default_factory=worlds.current)


# A credential explains itself in the same words at each call.
_redacted = lru_cache(maxsize=512)(redact)
_waiting: deque[Line] = deque(maxlen=MOST_WAITING)
_arrived, _starting, _writing = threading.Event(), threading.Lock(), threading.Lock()
_writer: list[threading.Thread] = []


def takes_messages() -> bool:
    """Whether a line may still bring its message."""
    return len(_waiting) < MOST_WITH_MESSAGES


def note(line: Line) -> None:
    """Remember a line, to be written soon."""
    _waiting.append(line)
    if not _arrived.is_set():
        _arrived.set()
        if settings.EXCHANGES_PAUSE:
            _ensure_writer()


def write() -> int:
    """Write what waits; returns how many lines. A room that is gone, or a database that is away, loses its own."""
    with _writing:
        lines = [_waiting.popleft() for _ in range(len(_waiting))]
        for world in dict.fromkeys(line.world for line in lines):
            _write_in(world, [line for line in lines if line.world == world])
    return len(lines)


def _write_in(world: worlds.World | None, lines: list[Line]) -> None:
    try:
        with worlds.entered(world) if world else nullcontext():
            _copy(lines)
            _copy_messages([line for line in lines if line.content])
    except DatabaseError:
        log.warning("%d chamadas ficaram sem registro", len(lines), exc_info=True)


def prune(*, at: datetime) -> int:
    """Erase old or too many lines, by the real instant `at`, and messages before them; returns how many lines."""
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True)
    Message.objects.filter(pk__in=newest[messages.KEPT_AT_MOST :]).delete()
    Message.objects.over_at(at).delete()
    lines = Exchange.objects.order_by("-pk").values_list("pk", flat=True)
    old = Exchange.objects.filter(Q(real_at__lt=at - KEPT_FOR) | Q(pk__in=lines[KEPT_AT_MOST:]))
    Message.objects.filter(exchange__in=old.values("request_id")).delete()
    return old.delete()[0]


def claims_of(token: str) -> dict[str, Any]:
    """What a JWT says, unverified, without certificates and with its documents masked; {} when it is none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        told = {name: value for name, value in claims.items() if name not in LEFT_OUT}
    except (IndexError, ValueError, AttributeError):
        return {}
    return told | ({"sub": _masked(str(told["sub"]))} if "sub" in told else {})


def _copy(lines: list[Line]) -> None:
    """COPY: a fraction of what the ORM costs, and every call pays for its line."""
    holders = _holders(lines)
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for line in lines:
            values = _values(line, holders)
            copy.write_row([values[column] for column in _COLUMNS])


def _copy_messages(lines: list[Line]) -> None:
    """After their lines, which they belong to."""
    if not lines:
        return
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(_COPY_MESSAGES) as copy:
        for line in lines:
            if line.content:
                values = {
                    "exchange_id": line.call.request_id,
                    "link": messages.new_link(),
                    "again_of": line.content.again_of,
                    "sealed": messages.seal(line.content),
                }
                copy.write_row([values[column] for column in _MESSAGE_COLUMNS])


def _holders(lines: list[Line]) -> dict[str, str]:
    """Masked document by fingerprint, of the certificates that are on record in this room."""
    shown = {line.call.fingerprint for line in lines} - {""}
    rows = prepared.rows(_HOLDERS, [list(shown)]) if shown else []
    return {sha256: _masked(document) for sha256, document in rows}


def _values(line: Line, holders: dict[str, str]) -> dict[str, Any]:
    call = line.call
    return {
        "request_id": call.request_id,
        "door": call.door.name,
        "method": searchable(call.method, limit=10),
        "path": searchable(redact(call.path), limit=200),
        "at": call.at,
        "real_at": call.real_at,
        "fingerprint": call.fingerprint,
        "holder": holders.get(call.fingerprint, ""),
        "status": line.status,
        "milliseconds": round(line.milliseconds, 1),
        "scenario": call.scenario,
        "code": call.code,
        "explanation": _redacted(call.explanation)[:400],
        "claims": json.dumps(claims_of(call.token), ensure_ascii=False),
    }


def _masked(document: str) -> str:
    is_cpf = len(document) == documents.CPF_LENGTH
    return documents.mask_cpf(document) if is_cpf else documents.mask_cnpj(document)


def _ensure_writer() -> None:
    """One thread for each process, begun by its first call: a server that forks has none before."""
    with _starting:
        if _writer and _writer[0].is_alive():
            return
        _writer[:] = [threading.Thread(target=_keep_writing, name="exchanges", daemon=True)]
        _writer[0].start()
        atexit.register(write)


def _keep_writing() -> None:
    while settings.EXCHANGES_PAUSE:
        _arrived.wait()
        time.sleep(settings.EXCHANGES_PAUSE)
        _arrived.clear()
        try:
            write()
        except Exception:
            # The next line finds a writer all the same.
            log.exception("o registro de chamadas falhou")
