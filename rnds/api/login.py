"""POST /login: the first step of the second mode, for systems with user name and password («Acesso de sistemas»)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from common import switches, throttle
from common.exceptions import Busy, RuleBroken
from interop.answers import Answer
from interop.calls import MINUTE, Call
from interop.doors import Door
from interop.gateway import answering
from interop.refusals import Published
from rnds.api.token import DENIED, answer_with
from rnds.services import access, bearer, systems

MOST_BYTES = 4096
BAD_BODY = 'Envie {"username": "…", "password": "…"} em JSON.'
TOO_MANY = "Limite de tokens excedido para este usuário. Reutilize o token durante os seus 30 minutos."
EXPLANATION = "Token de login: troque-o em POST /token/osb, com «Authorization: Bearer <token>», pelo do barramento."
REFUSALS: Published = {
    "not_authenticated": DENIED,
    "invalid_request": (HTTPStatus.BAD_REQUEST, ""),
    "busy": (HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests"),
}

DOOR = Door(
    "login",
    "Login de sistemas (CADSUS)",
    ("/login",),
    refusals=REFUSALS,
    methods=lambda: ("POST",),
    keeps_messages=True,
)


def require_few(call: Call, grant: access.Grant) -> None:
    """As many tokens in a minute as a certificate gets, counted once they are earned: by nobody else. Raises Busy."""
    times = throttle.count(call.door.name, grant.user, seconds=MINUTE, at=call.real_at)
    if times > switches.now().auth_rate_limit:
        raise Busy(TOO_MANY, retry_after=throttle.seconds_left(seconds=MINUTE, at=call.real_at))


def _authorised(call: Call) -> access.Grant:
    username, password = _said(call)
    grant, _ = systems.grant_of(username=username, password=password, at=call.at)
    call.fingerprint = grant.fingerprint
    require_few(call, grant)
    return grant


def _granted(call: Call, grant: access.Grant) -> Answer:
    signed = access.sign_access_token(grant=grant, at=call.real_at, audience=bearer.login_audience())
    return answer_with(call, signed, EXPLANATION)


def _said(call: Call) -> tuple[str, str]:
    """User name and password, of the body; read once, however often the call is tried. Raises RuleBroken."""
    body: Any = call.environ.get("ensaio.login")
    if body is None:
        body = call.environ["ensaio.login"] = _read(call.environ)
    username, password = (body.get(name) for name in ("username", "password"))
    if not (isinstance(username, str) and isinstance(password, str) and username and password):
        raise RuleBroken(BAD_BODY, code="invalid_request")
    return username, password


def _read(environ: dict[str, Any]) -> dict[str, Any]:
    length, source = str(environ.get("CONTENT_LENGTH") or ""), environ.get("wsgi.input")
    size = min(int(length), MOST_BYTES + 1) if length.isdecimal() and len(length) < 12 else 0  # noqa: PLR2004 -- digits
    content = source.read(size) if source else b""
    try:
        body = json.loads(content) if len(content) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        body = None
    return body if isinstance(body, dict) else {}


application = answering(DOOR, who=_authorised, answer=_granted)
