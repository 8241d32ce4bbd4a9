"""Background work of the rooms: one visit to every world, and the keeping of their databases."""

import logging

from celery import current_app, shared_task
from django.db import DatabaseError

from common import clock
from rooms import clockwork, services, stock, worlds

log = logging.getLogger("ensaio.rooms")


@shared_task
def visit(names: list[str]) -> int:
    """Run the tasks of these names in each world, one visit for all of them; returns how many failed.

    What fails in one room is logged and does not keep the others waiting.
    """
    failed = 0
    for world in worlds.every_world():
        with worlds.entered(world):
            failed += sum(_failed(name, world) for name in names)
    return failed


@shared_task
def record_due() -> int:
    """Record what came due in the room since the last visit (prazos); returns at how many instants."""
    return clockwork.record_due(at=clock.now())


@shared_task
def catch_up() -> None:
    """Record what is due since before the last visit, if anything."""
    clockwork.catch_up(at=clock.now())


@shared_task
def keep_stock() -> list[str]:
    """End rooms whose time is over, finish what was left half-way, keep copies ready, drop what is nobody's."""
    at = clock.real_now()
    services.close_expired(at=at)
    clockwork.resume_all(at=at)
    return stock.tend(at=at)


def _failed(name: str, world: worlds.World) -> bool:
    try:
        current_app.tasks[name].run()
    except DatabaseError:
        # The room was reset or closed under the visit, or the database is away; the next visit finds what is due.
        log.warning("%s não terminou na sala %s", name, world.code or "aberta", exc_info=True)
        return True
    return False
