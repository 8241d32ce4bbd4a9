"""The rooms for somebody's continuous integration: open, read, reset and close by HTTP, with the room's key.

`POST /sim/salas` wants `Content-Type: application/json`, which no form of a foreign page can send.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.exceptions import RuleBroken
from common.requests import HttpRequest
from rooms import access, describe, services, switchboard, worlds

NOT_JSON = "Envie um objeto JSON, com Content-Type: application/json."


def for_machines(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers JSON; belongs to no session and to no room. A refusal is told by the gateway of machines."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        with worlds.control():
            answer = view(request, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    return wrapped


@for_machines
@require_http_methods(["POST"])
def rooms(request: HttpRequest) -> HttpResponse:
    """Open a room: `{"title": …, "purpose": …, "days": …}`; the key and the PIN are told only in this answer."""
    access.require_may_open(request)
    asked = _object(request)
    days = asked.get("days", 7)
    opened = services.open_room(
        title=str(asked.get("title", "")),
        purpose=str(asked.get("purpose", "")),
        days=days if isinstance(days, int) else 0,
        at=request.real_at,
    )
    body = describe.facts(opened.room) | {"pin": opened.pin, "key": opened.key, "personas": describe.personas()}
    return JsonResponse(body, status=201, json_dumps_params={"ensure_ascii": False})


@for_machines
@require_http_methods(["GET", "DELETE"])
def room(request: HttpRequest, code: str) -> HttpResponse:
    """Read or close a room."""
    if request.method == "DELETE":
        services.close_room(code=code, key=_key(request), at=request.real_at)
        return HttpResponse(status=204)
    return _facts(services.prove_key(code=code, key=_key(request), at=request.real_at))


@for_machines
@require_http_methods(["POST"])
def reset(request: HttpRequest, code: str) -> HttpResponse:
    """Begin again; certificates of the former world are unknown in the new one."""
    return _facts(services.reset_room(code=code, key=_key(request), at=request.real_at))


@for_machines
@require_http_methods(["GET", "PATCH", "POST"])
def switches(request: HttpRequest, code: str) -> HttpResponse:
    """Read the room's switches, or change some: `{"CER_POLICY": "avisar", "REUSAR_ID": false, "AMBIENTE": null}`.

    null goes back to what the installation has.
    """
    if request.method == "GET":
        found = services.prove_key(code=code, key=_key(request), at=request.real_at)
    else:
        found = switchboard.change(code=code, key=_key(request), given=_object(request), at=request.real_at)
    body = {"switches": describe.switchboard_of(found)}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _facts(found: Any) -> JsonResponse:
    return JsonResponse(describe.facts(found), json_dumps_params={"ensure_ascii": False})


def _key(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()


def _object(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body) if request.content_type == "application/json" else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RuleBroken(NOT_JSON, code="not_json")
    return found
