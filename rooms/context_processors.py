"""What every page knows about its room."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common.clock import REAL_TIME
from common.requests import instants_of
from rooms import worlds
from rooms.worlds import World


def room(request: HttpRequest) -> dict[str, Any]:
    """The room of the page, for its strip; none where there is but one world."""
    world = worlds.current()
    return strip_of(world, instants_of(request.META).at) if world is not None and settings.ROOMS_MOST else {}


def strip_of(world: World, now: datetime) -> dict[str, Any]:
    """The strip that says a room: its name, the time in it, and whether that is another than the real one."""
    return {"room_here": world, "room_time": now, "room_clock_differs": world.time != REAL_TIME}
