"""The answer to what went wrong, where the cause may be that the room began again under the request."""

import sys

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from common import outage
from common.house import is_for_machines
from common.requests import say_to_machine
from rooms import worlds

RESTARTED = "A sala foi reiniciada."


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of what nobody caught: 409 when the world of the request is gone, else what is usual."""
    if not (outage.is_outage(sys.exc_info()[1]) and _is_over(worlds.current())):
        return outage.server_error(request)
    if is_for_machines(request.path_info):
        answer = say_to_machine(request, 409, "room_restarted", RESTARTED)
    else:
        answer = HttpResponse(render_to_string("rooms/restarted.html", {"message": RESTARTED}), status=409)
    add_never_cache_headers(answer)
    return answer


def _is_over(world: worlds.World | None) -> bool:
    """Whether the room has another world by now, or none."""
    if world is None:
        return False
    try:
        return worlds.find(world.code).database != world.database
    except worlds.RoomNotFound:
        return True
    except DatabaseError:
        return False
