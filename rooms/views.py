"""Pages of the rooms. They are in the open room: who stands in another is led out first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from segno import make as make_qr

from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from common.requests import HttpRequest
from rooms import access, clockwork, describe, entry, services, switchboard, worlds
from rooms.context_processors import strip_of
from rooms.forms import AdvanceForm, CodeForm, ConfirmForm, KeyForm, OpenForm, PinForm
from rooms.models import Room

NEW_KEY = "new_room_key"
KEY_AGE = timedelta(days=90)
ADVANCED = "O relógio da sala marca agora {now} (Brasília)."
CLOSED = "A sala {title} foi encerrada."
RESET = "A sala {title} voltou ao começo. O código e o PIN são os mesmos."


def in_the_lobby(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The list of rooms can be read; a request that came through a room goes to the same page outside it."""

    @login_not_required
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        world = worlds.current()
        if world is not None and world.code:
            return redirect(request.path_info)
        with worlds.control():
            return view(request, **kwargs)

    return wrapped


@in_the_lobby
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """«Trocar de sala»: the code of the invitation, or the way to a new room."""
    form = CodeForm(request.GET if "codigo" in request.GET else None)
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["codigo"]
        if services.find_room(code=code, at=request.real_at):
            return redirect("rooms:enter", code=code)
        form.add_error("codigo", services.NO_ROOM)
    return render(request, "rooms/choose.html", {"form": form, "may_open": access.may_open(request)})


@in_the_lobby
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """The PIN, once for each browser; then the page that was asked for."""
    room = _room(request, code)
    form = PinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            services.check_pin(code=code, pin=form.cleaned_data["pin"], at=request.real_at)
            return _with_entry(redirect(_page_inside(request, room)), room)
    return render(request, "rooms/enter.html", {"form": form, "room": room, "next": _next(request)})


@in_the_lobby
@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    """A new room; its key is shown on the next page and never again."""
    access.require_may_open(request)
    form = OpenForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            opened = services.open_room(**form.cleaned_data, at=request.real_at)
            request.session[NEW_KEY] = opened.key
            answer = redirect("rooms:panel", code=opened.room.code)
            return _with_entry(_with_key(answer, opened.room, opened.key), opened.room)
    return render(request, "rooms/open.html", {"form": form})


@in_the_lobby
@require_safe
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """The room for who owns it: invitation, addresses for machines, begin again, end."""
    room = _owned(request, code)
    if room is None:
        return render(request, "rooms/key.html", {"form": KeyForm(), "room": _room(request, code)})
    return _panel(request, room, AdvanceForm())


def _panel(request: HttpRequest, room: Room, form: AdvanceForm, shown: clockwork.Preview | None = None) -> HttpResponse:
    """The page of the room; with the way that was asked for, and the button that goes it."""
    invitation, world = describe.invitation_url(room), worlds.world_of(room)
    context = {
        # The strip of the page says the room that it is about, and not the one from which it is seen.
        **strip_of(world, room.time.at(request.real_at)),
        **_clock(request, room, form, shown),
        "pin": services.pin_of(room),
        "new_key": request.session.pop(NEW_KEY, ""),
        "invitation": invitation,
        "qr": make_qr(invitation, error="m").svg_data_uri(scale=5, border=2),
        "addresses": describe.addresses(room),
        "inside": world.prefix,
        "room_switches": switchboard.summary(room),
    }
    return render(request, "rooms/panel.html", context)


def _clock(request: HttpRequest, room: Room, form: AdvanceForm, shown: clockwork.Preview | None) -> dict[str, Any]:
    """What the card of the clock shows."""
    at = request.real_at
    context = {
        "room": room,
        "room_now": room.time.at(at),
        "real_now": at,
        "coming": clockwork.coming_due(room=room, at=at),
        "form": form,
        "preview": shown,
        "spares": shown is not None and form.cleaned_data["spares_people"],
    }
    if shown:
        initial = {"to": shown.until.isoformat(), "spares_people": form.cleaned_data["spares_people"]}
        context["way"] = ConfirmForm(initial=initial)
    return context


@in_the_lobby
@require_POST
def give_key(request: HttpRequest, code: str) -> HttpResponse:
    """The key typed by an owner who comes from another browser."""
    room, form = _room(request, code), KeyForm(request.POST)
    if form.is_valid():
        with attempt(form):
            services.prove_key(code=code, key=form.cleaned_data["key"], at=request.real_at)
            return _with_key(redirect("rooms:panel", code=code), room, form.cleaned_data["key"])
    return render(request, "rooms/key.html", {"form": form, "room": room})


@in_the_lobby
@require_POST
def reset(request: HttpRequest, code: str) -> HttpResponse:
    """«Reiniciar a sala»."""
    room = services.reset_room(code=code, key=_key(request), at=request.real_at)
    messages.success(request, RESET.format(title=room.title))
    return redirect("rooms:panel", code=code)


@in_the_lobby
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """«Encerrar»."""
    room = services.close_room(code=code, key=_key(request), at=request.real_at)
    messages.success(request, CLOSED.format(title=room.title))
    return redirect("rooms:choose")


def _ask_the_key(room: Room) -> HttpResponse:
    return redirect("rooms:panel", code=room.code)


@require_http_methods(["GET", "POST"])
@access.where_it_is_run(_ask_the_key)
def clock_page(request: ActorRequest, room: Room) -> HttpResponse:
    """«Ver o que vai acontecer», then «Avançar até …»: on the page of the room, or inside it for who runs it there."""
    if request.method == "POST":
        confirmed = ConfirmForm(request.POST)
        if not confirmed.is_valid():
            return _to_clock(request, room)
        after = clockwork.advance(
            code=room.code,
            to=confirmed.cleaned_data["to"],
            spares_people=confirmed.cleaned_data["spares_people"],
            at=request.real_at,
            **access.proof_of(request, room),
        )
        messages.success(request, ADVANCED.format(now=_legal(after.time.at(request.real_at))))
        return _to_clock(request, room)
    return _asked_way(request, room)


def _asked_way(request: ActorRequest, room: Room) -> HttpResponse:
    page = _clock_inside if access.may_run_inside(request, room) else _panel
    if "how" not in request.GET:
        return page(request, room, AdvanceForm())
    form, at = AdvanceForm(request.GET), request.real_at
    if not form.is_valid():
        return page(request, room, form)
    deadline = clockwork.next_deadline(room=room, at=at)
    try:
        target = form.target(now=room.time.at(at), deadline=deadline)
        shown = clockwork.preview(room=room, until=target, at=at)
    except RuleBroken as refusal:
        form.add_error("date" if form.cleaned_data["how"] == AdvanceForm.DATE else "how", refusal.message)
        return page(request, room, form)
    return page(request, room, form, shown)


@require_POST
@access.where_it_is_run(_ask_the_key)
def stop_clock(request: ActorRequest, room: Room) -> HttpResponse:
    """«Parar o relógio»."""
    clockwork.stop(code=room.code, at=request.real_at, **access.proof_of(request, room))
    return _to_clock(request, room)


@require_POST
@access.where_it_is_run(_ask_the_key)
def run_clock(request: ActorRequest, room: Room) -> HttpResponse:
    """«Deixar o relógio correr»."""
    clockwork.run(code=room.code, at=request.real_at, **access.proof_of(request, room))
    return _to_clock(request, room)


def _to_clock(request: ActorRequest, room: Room) -> HttpResponse:
    """Back to where the clock was: inside the room, or on the page of who has the key."""
    return redirect("rooms:clock" if access.may_run_inside(request, room) else "rooms:panel", code=room.code)


def _clock_inside(
    request: ActorRequest, room: Room, form: AdvanceForm, shown: clockwork.Preview | None = None
) -> HttpResponse:
    return render(request, "rooms/clock.html", _clock(request, room, form, shown))


def _legal(instant: datetime) -> str:
    return f"{instant.astimezone(BRASILIA):%d/%m/%Y %H:%M}"


def _room(request: HttpRequest, code: str) -> Room:
    room = services.find_room(code=code, at=request.real_at)
    if room is None:
        raise Http404
    return room


def _owned(request: HttpRequest, code: str) -> Room | None:
    room, key = _room(request, code), _key(request)
    return room if key and services.is_key_of(room, key) else None


def _key(request: HttpRequest) -> str:
    return request.COOKIES.get(access.KEY_COOKIE, "")


def _with_key(answer: HttpResponse, room: Room, key: str) -> HttpResponse:
    path = reverse("rooms:enter", kwargs={"code": room.code})
    _keep(answer, access.KEY_COOKIE, key, path)
    return answer


def _with_entry(answer: HttpResponse, room: Room) -> HttpResponse:
    _keep(answer, entry.cookie_name(room.code), entry.mark(room.code), worlds.world_of(room).prefix)
    return answer


def _keep(answer: HttpResponse, name: str, value: str, path: str) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(name, value, max_age=KEY_AGE, path=path, httponly=True, samesite="Lax", secure=secure)


def _next(request: HttpRequest) -> str:
    """The page of the room that was asked for, below its prefix."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if target.startswith("/") and url_has_allowed_host_and_scheme(target, None) else ""


def _page_inside(request: HttpRequest, room: Room) -> str:
    return worlds.world_of(room).prefix + _next(request).lstrip("/")
