"""The sessions of the two doors: SGOP and CADSUSWEB by gov.br, SISRede by password. Edges only."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.actors import Proof
from accounts.models import User
from accounts.session import put_actor
from cadsus.doors import CADSUS_DOOR, SISREDE_DOOR
from common.actor import ActorRequest
from common.navigation import page_asked_for, with_next
from common.requests import HttpRequest

# Kinds of session, each a key of it.
SGOP, SISREDE = "sgop", "sisrede"
BACKENDS = {SGOP: "cadsus.backends.OperatorBackend", SISREDE: "cadsus.backends.UnitPasswordBackend"}
BY_LINK = "cadsus.backends.OperatorLinkBackend"

_P = ParamSpec("_P")
_View = Callable[Concatenate[ActorRequest, _P], HttpResponse]
_Opened = Callable[Concatenate[HttpRequest, _P], HttpResponse]


def open_session(request: HttpRequest, user: User, kind: str, *, backend: str = "") -> None:
    """A new session of the kind, whatever the browser had before."""
    request.session.flush()
    login(request, user, backend=backend or BACKENDS[kind])
    request.session[kind] = True
    put_actor(request)


def sgop_session(view: _View[_P]) -> _Opened[_P]:
    """Let in who entered by the door of the SGOP, or lead there."""
    return _session_of(view, Proof.OPERATOR, CADSUS_DOOR)


def sisrede_session(view: _View[_P]) -> _Opened[_P]:
    """Let in who entered by the door of the SISRede, or lead there."""
    return _session_of(view, Proof.UNIT_PASSWORD, SISREDE_DOOR)


def _session_of(view: _View[_P], proof: Proof, door: str) -> _Opened[_P]:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
        opened = cast("ActorRequest", request)
        if opened.actor.proof != proof:
            return redirect(with_next(door, page_asked_for(request)))
        return view(opened, *args, **kwargs)

    # Where SignInMiddleware leads who has no session at all.
    wrapped.login_url = door  # type: ignore[attr-defined]  # the middleware reads it from the view
    return cast("_Opened[_P]", wrapped)
