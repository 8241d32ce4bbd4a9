"""What every page knows about its room."""

from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common.clock import REAL_TIME
from common.requests import instants_of
from rooms import worlds
from rooms.permissions import Permission
from rooms.worlds import World


def room(request: HttpRequest) -> dict[str, Any]:
    """The room of the page, for its strip; none where there is but one world."""
    world = worlds.current()
    if world is None or not settings.ROOMS_MOST:
        return {}
    return {**strip_of(world, instants_of(request.META).at), "runs_the_clock": partial(_runs_the_clock, request, world)}


def _runs_the_clock(request: HttpRequest, world: World) -> bool:
    """Whether the strip leads to the clock: only a member of the team may run a room from inside it."""
    actor = getattr(request, "actor", None)
    return bool(world.code and actor and request.user.is_authenticated and actor.has_perm(Permission.CHANGE))


def strip_of(world: World, now: datetime) -> dict[str, Any]:
    """The strip that says a room: its name, the time in it, and whether that is another than the real one."""
    return {"room_here": world, "room_time": now, "room_clock_differs": world.time != REAL_TIME}
