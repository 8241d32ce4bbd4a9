"""Who may open a room: anybody on this machine; from elsewhere, whoever the open room's rules let. And who runs it."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from common.actor import ActorRequest
from common.exceptions import RuleBroken
from rooms import services, worlds
from rooms.models import Room
from rooms.permissions import Permission

View = Callable[..., HttpResponse]
KEY_COOKIE = "chave-da-sala"
MAY_NOT = (
    "Daqui só o instrutor e quem administra o simulador abrem salas. Peça o código de uma sala a quem a abriu, ou "
    "entre na sala aberta como instrutor."
)


def may_open(request: HttpRequest) -> bool:
    return _is_loopback(request) or cast("ActorRequest", request).actor.has_perm(Permission.OPEN)


def require_may_open(request: HttpRequest) -> None:
    if not may_open(request):
        raise RuleBroken(MAY_NOT, code="may_not_open")


def may_run(request: HttpRequest, room: Room) -> bool:
    """Whoever has the key of the room in this browser; inside the room, whoever runs it there."""
    key = request.COOKIES.get(KEY_COOKIE, "")
    return may_run_inside(request, room) or bool(key and services.is_key_of(room, key))


def proof_of(request: ActorRequest, room: Room) -> dict[str, Any]:
    """What shows to a service that who asks may run the room: who that is, inside it, else the key in this browser."""
    if may_run_inside(request, room):
        return {"by": request.actor}
    return {"key": request.COOKIES.get(KEY_COOKIE, "")}


def where_it_is_run(otherwise: Callable[[Room], HttpResponse]) -> Callable[[View], View]:
    """Inside the room for who runs it there; everybody else comes to the same page outside it, where a key counts."""

    def decorate(view: View) -> View:
        @login_not_required
        @never_cache
        @wraps(view)
        def wrapped(request: ActorRequest, *, code: str) -> HttpResponse:
            with worlds.control():
                world, room = worlds.current(), services.find_room(code=code, at=request.real_at)
                if room is None:
                    raise Http404
                if may_run(request, room):
                    return view(request, room=room)
            if world is not None and world.code:
                return redirect(request.get_full_path_info())
            return otherwise(room)

        return wrapped

    return decorate


def may_run_inside(request: HttpRequest, room: Room) -> bool:
    world = worlds.current()
    return bool(world and world.code == room.code and cast("ActorRequest", request).actor.has_perm(Permission.CHANGE))


def _is_loopback(request: HttpRequest) -> bool:
    """Behind a proxy everybody comes from it: there the address is the one the proxy told, on its unix socket."""
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
