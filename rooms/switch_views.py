"""«Interruptores da sala»: for who holds the key of the room and, from inside it, for who runs it there."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common import switches as vocabulary
from common.actor import ActorRequest
from common.exceptions import NotPermitted, RuleBroken
from common.forms.shared import put_refusal
from rooms import access, services, switchboard, worlds
from rooms.forms import SwitchesForm
from rooms.models import Room
from rooms.permissions import Permission

SAVED = "Os interruptores da sala foram salvos. Já valem, para todos da sala."
RESTORED = "Todos os interruptores da sala voltaram ao padrão."
NOT_YOURS = "Os interruptores mudam a sala para todos, e só quem responde por ela os muda."


def where_it_is_run(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Inside the room for who runs it there; everybody else comes to the same page outside it, where a key counts."""

    @login_not_required
    @never_cache
    @wraps(view)
    def wrapped(request: ActorRequest, *, code: str) -> HttpResponse:
        with worlds.control():
            world, room = worlds.current(), _room(code, request.real_at)
            if access.may_run(request, room):
                return view(request, room=room)
        if world is not None and world.code:
            return redirect(request.path_info)
        raise NotPermitted(NOT_YOURS, permission=Permission.CHANGE)

    return wrapped


@require_http_methods(["GET", "POST"])
@where_it_is_run
def switches(request: ActorRequest, room: Room) -> HttpResponse:
    """Every switch in one form."""
    form = SwitchesForm(request.POST) if request.method == "POST" else SwitchesForm.of(room)
    if form.is_bound and form.is_valid():
        try:
            _change(request, room, form.given(), shown=form.cleaned_data["shown"])
        except RuleBroken as refusal:
            if refusal.code == "stale":
                messages.warning(request, refusal.message)
                return redirect("rooms:switches", code=room.code)
            put_refusal(form, refusal)
        else:
            messages.success(request, SAVED)
            return redirect("rooms:switches", code=room.code)
    context = {"room": room, "form": form, "differ": bool(switchboard.own(room))}
    return render(request, "rooms/switches.html", context)


@require_POST
@where_it_is_run
def restore(request: ActorRequest, room: Room) -> HttpResponse:
    """«Voltar todos ao padrão»."""
    _change(request, room, dict.fromkeys(vocabulary.BY_VARIABLE))
    messages.success(request, RESTORED)
    return redirect("rooms:switches", code=room.code)


def _change(request: ActorRequest, room: Room, given: dict[str, Any], *, shown: str | None = None) -> None:
    """By who runs the room from inside, else by the key."""
    is_inside = access.may_run_inside(request, room)
    proof = {"by": request.actor} if is_inside else {"key": request.COOKIES.get(access.KEY_COOKIE, "")}
    switchboard.change(code=room.code, given=given, shown=shown, at=request.real_at, **proof)


def _room(code: str, at: datetime) -> Room:
    room = services.find_room(code=code, at=at)
    if room is None:
        raise Http404
    return room
