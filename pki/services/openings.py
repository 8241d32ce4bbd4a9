"""Opening strangers' PKCS#12: two at once in a process, one for an account, and nothing locked meanwhile.

The work takes up to containers.LONGEST_SECONDS. A few callers wait a moment for a free place, so that a class that
uploads at the same time is served; the others are sent away at once with the time after which to come back.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from common.actor import Actor
from common.exceptions import Busy
from pki.authority import containers

MOST_AT_ONCE, MOST_WAITING = 2, 4
PATIENCE_SECONDS = 2.0
RETRY_SECONDS = math.ceil(containers.LONGEST_SECONDS)
ONE_FOR_ACCOUNT = "Já há um certificado seu sendo aberto. Aguarde alguns segundos e envie de novo."
ALL_BUSY = "Há muitos certificados sendo abertos agora. Aguarde alguns segundos e envie de novo."

_LOCK_CLASS = 7_003
_places = threading.BoundedSemaphore(MOST_AT_ONCE)
_waiting = threading.BoundedSemaphore(MOST_WAITING)


def open_container(content: bytes, password: str, *, by: Actor | None = None) -> containers.Contents:
    """Open a container for the account `by`; raises Busy, NotAContainer or WrongPassword.

    Call it before the transaction that keeps the result, never inside one.
    """
    with _only_one(by), _place():
        return containers.open_container(content, password)


@contextmanager
def _only_one(by: Actor | None) -> Iterator[None]:
    """One opening for an account, counted by the database: another process knows of it too, and a crash forgets it."""
    account_id = by.account_id if by is not None else None
    if account_id is None:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_CLASS, account_id])
        if not cursor.fetchone()[0]:
            raise Busy(ONE_FOR_ACCOUNT, retry_after=RETRY_SECONDS)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_CLASS, account_id])


@contextmanager
def _place() -> Iterator[None]:
    """One of the places of this process, after a short wait when few others wait."""
    if not _places.acquire(blocking=False):
        _wait_for_place()
    try:
        yield
    finally:
        _places.release()


def _wait_for_place() -> None:
    if not _waiting.acquire(blocking=False):
        raise Busy(ALL_BUSY, retry_after=RETRY_SECONDS)
    try:
        if not _places.acquire(timeout=PATIENCE_SECONDS):
            raise Busy(ALL_BUSY, retry_after=RETRY_SECONDS)
    finally:
        _waiting.release()
