"""Who acts in a request: the session, its proof, and the entity and role to which a door may have bound it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth import BACKEND_SESSION_KEY, load_backend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.actors import Proof, actor_of
from accounts.models import User
from common.actor import Actor, ActorRequest, Bond
from common.requests import instants_of

# Session keys of what a session is bound to, and of the fingerprint of the certificate that opened it.
BOND = "office"
CERTIFICATE = "certificate"
# Of the real instant at which the team showed its second factor, and how long that is enough for what asks it again.
FACTOR, LATELY = "second_factor", timedelta(minutes=15)


def actor_of_request(request: HttpRequest, at: datetime) -> Actor:
    """Who acts in the session of a request; nobody, without offices, when there is none."""
    user = request.user
    if isinstance(user, AnonymousUser):
        return Actor(at=at)
    backend: Any = load_backend(request.session[BACKEND_SESSION_KEY])
    bound = request.session.get(BOND)
    bond = Bond(bound["entity"], bound["role"], bound.get("mailbox")) if bound else None
    if user.kind != User.Kind.STAFF:
        certificate = request.session.get(CERTIFICATE, "")
        return actor_of(user, at=at, proof=backend.proof, bond=bond, certificate=certificate)
    shown = request.session.get(FACTOR)
    if shown is None:
        return actor_of(user, at=at, proof=Proof.HALF)
    lately = instants_of(request.META).real - datetime.fromisoformat(shown) < LATELY
    return actor_of(user, at=at, proof=backend.proof, proven_lately=lately)


def keep_factor(request: HttpRequest, real_at: datetime) -> None:
    """The second factor was shown: the session is whole, and another one than before."""
    request.session.cycle_key()
    request.session[FACTOR] = real_at.isoformat()
    put_actor(request)


def put_actor(request: HttpRequest) -> None:
    """Put `request.actor` in place, unread; again after the session was opened, bound or closed."""
    lazy = SimpleLazyObject(lambda: actor_of_request(request, instants_of(request.META).at))
    cast("ActorRequest", request).actor = cast("Actor", lazy)


def bind(request: HttpRequest, *, entity_id: int, role: str, proof: str, mailbox: str = "") -> None:
    """Bind the session just opened to one entity and role; `proof` says how the person entered, in words.

    A door that proves one mailbox, and nothing else of the person, gives it.
    """
    request.session[BOND] = {"entity": entity_id, "role": role, "proof": proof} | (
        {"mailbox": mailbox} if mailbox else {}
    )
    put_actor(request)
