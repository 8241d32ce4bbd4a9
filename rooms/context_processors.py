"""What every page knows about its room."""

from typing import Any

from django.http import HttpRequest

from common.clock import REAL_TIME
from common.requests import instants_of
from rooms import worlds


def room(request: HttpRequest) -> dict[str, Any]:
    """The room of the page, for its strip; the open room has none."""
    world = worlds.current()
    if world is None or not world.code:
        return {}
    return {
        "room_here": world,
        "room_time": instants_of(request.META).at,
        "room_clock_differs": world.time != REAL_TIME,
    }
