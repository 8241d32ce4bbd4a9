"""The workers of the lots. Two at most for each lot; a turn lasts some seconds and goes to the end of the queue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from celery import shared_task
from django.db import connection

from common import clock
from lots.models import Lot
from lots.models.lots import PER_SECOND, Pace
from lots.services import running
from rooms import worlds

WORKERS = 2
TURN, WAIT = 5.0, 0.2
# Of the advisory locks of the database, those that are places at a lot.
PLACES = 0x4C6F7465


@shared_task
def work(lot_id: int) -> int:
    """One turn; returns how many people were visited. Who finds no free place leaves."""
    visited, goes_on = 0, False
    with _place_at(lot_id) as is_free:
        lot = Lot.objects.running().filter(pk=lot_id).first() if is_free else None
        end = monotonic() + TURN
        while lot is not None:
            with _as_the_room_is_now():
                worked = running.work_slice(lot_id=lot_id, at=clock.now())
            if worked is None:
                break
            visited += worked.people
            sleep(rest_of(worked, lot.pace))
            if goes_on := monotonic() > end:
                break
    if goes_on:
        work.delay(lot_id)
    return visited


@shared_task
def offer_turns() -> None:
    """Two turns for each running lot: what killed workers left goes on, and turns too many find no place."""
    for pk in Lot.objects.running().order_by("pk").values_list("pk", flat=True):
        for _ in range(WORKERS):
            work.delay(pk)


def rest_of(worked: running.Worked, pace: str) -> float:
    """Seconds until the next slice, so that both workers together keep the pace."""
    if worked.waits:
        return WAIT
    if pace == Pace.FULL:
        return 0.0
    return max(0.0, worked.people * WORKERS / PER_SECOND[Pace(pace)] - worked.took)


@contextmanager
def _place_at(lot_id: int) -> Iterator[bool]:
    """One of the places of the lot, until the end of the block or the death of the process."""
    with connection.cursor() as cursor:
        taken = next((place for place in range(WORKERS) if _take(cursor, place, lot_id)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [PLACES + taken, lot_id])


def _take(cursor: Any, place: int, lot_id: int) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [PLACES + place, lot_id])
    return bool(cursor.fetchone()[0])


@contextmanager
def _as_the_room_is_now() -> Iterator[None]:
    """The clock and the switches of this instant, not of when the turn began."""
    world = worlds.current()
    if world is None:
        yield
    else:
        with worlds.entered(worlds.find(world.code)):
            yield
