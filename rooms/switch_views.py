"""«Interruptores da sala»: for who holds the key of the room and, from inside it, for who runs it there."""

from typing import Any, NoReturn

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from common import switches as vocabulary
from common.actor import ActorRequest
from common.exceptions import NotPermitted, RuleBroken
from common.forms.shared import put_refusal
from rooms import access, switchboard, worlds
from rooms.context_processors import strip_of
from rooms.forms import SwitchesForm
from rooms.models import Room
from rooms.permissions import Permission

SAVED = "Os interruptores da sala foram salvos. Já valem, para todos da sala."
RESTORED = "Todos os interruptores da sala voltaram ao padrão."
NOT_YOURS = "Os interruptores mudam a sala para todos, e só quem responde por ela os muda."


def _refused(room: Room) -> NoReturn:
    raise NotPermitted(NOT_YOURS, permission=Permission.CHANGE)


@require_http_methods(["GET", "POST"])
@access.where_it_is_run(_refused)
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
    # The strip says the room that the page is about.
    context = strip_of(worlds.world_of(room), room.time.at(request.real_at))
    context |= {"room": room, "form": form, "differ": bool(switchboard.own(room))}
    return render(request, "rooms/switches.html", context)


@require_POST
@access.where_it_is_run(_refused)
def restore(request: ActorRequest, room: Room) -> HttpResponse:
    """«Voltar todos ao padrão»."""
    _change(request, room, dict.fromkeys(vocabulary.BY_VARIABLE))
    messages.success(request, RESTORED)
    return redirect("rooms:switches", code=room.code)


def _change(request: ActorRequest, room: Room, given: dict[str, Any], *, shown: str | None = None) -> None:
    """By who runs the room from inside, else by the key."""
    switchboard.change(code=room.code, given=given, shown=shown, at=request.real_at, **access.proof_of(request, room))
