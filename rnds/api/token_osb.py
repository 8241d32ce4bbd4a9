"""POST /token/osb: the second step of the second mode; the token of the bus for whoever has one of /login."""

from __future__ import annotations

from datetime import timedelta

from interop.answers import Answer
from interop.bearers import NotAuthenticated
from interop.calls import Call
from interop.doors import Door
from interop.gateway import answering
from rnds.api.login import REFUSALS, require_few
from rnds.api.osb import EXPLANATION
from rnds.api.token import EXPIRED, answer_with
from rnds.services import access, bearer, systems

NOT_LOGGED_IN = "Envie «Authorization: Bearer <token de POST /login>»."

DOOR = Door(
    "osb-token-login",
    "Token do barramento por login (CADSUS)",
    ("/token/osb",),
    refusals=REFUSALS,
    scenarios={EXPIRED: "um token já vencido"},
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


def _granted(call: Call, grant: access.Grant) -> Answer:
    """The same answer as of /api/osb/token."""
    age = access.LIFETIME + timedelta(seconds=1) if call.scenario == EXPIRED else timedelta(0)
    signed = access.sign_access_token(grant=grant, at=call.real_at - age, audience=bearer.audience())
    return answer_with(call, signed, EXPLANATION)


application = answering(DOOR, who=_authorised, answer=_granted)
