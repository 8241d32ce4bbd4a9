"""POST /token/osb: the second step of the second mode; the token of the bus for whoever has one of /login."""

from __future__ import annotations

from interop.bearers import NotAuthenticated
from interop.calls import Call
from interop.doors import Door
from interop.gateway import answering
from rnds.api.login import REFUSALS, require_few
from rnds.api.osb import AGES, bus_token
from rnds.services import access, bearer, systems

NOT_LOGGED_IN = "Envie «Authorization: Bearer <token de POST /login>»."

DOOR = Door(
    "osb-token-login",
    "Token do barramento por login (CADSUS)",
    ("/token/osb",),
    refusals=REFUSALS,
    scenarios=AGES,
    methods=lambda: ("POST",),
    keeps_messages=True,
)


def _authorised(call: Call) -> access.Grant:
    """The access and its credential are judged anew: what ended since the login gets no token."""
    scheme, _, shown = str(call.environ.get("HTTP_AUTHORIZATION", "")).strip().partition(" ")
    if scheme.lower() not in ("bearer", "jwt") or not shown.strip():
        raise NotAuthenticated(NOT_LOGGED_IN)
    grant = systems.grant_again(username=bearer.logged_in(call, shown.strip()), at=call.at)
    call.fingerprint = grant.fingerprint
    require_few(call, grant)
    return grant


application = answering(DOOR, who=_authorised, answer=bus_token)
