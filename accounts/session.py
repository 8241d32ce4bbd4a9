"""Who acts in a request: the session, its proof, and the entity and role to which a door may have bound it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib.auth import BACKEND_SESSION_KEY, load_backend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.actors import actor_of
from common.actor import Actor, ActorRequest, Bond
from common.requests import instants_of

# Session keys of what a session is bound to, and of the fingerprint of the certificate that opened it.
BOND = "office"
CERTIFICATE = "certificate"


def actor_of_request(request: HttpRequest, at: datetime) -> Actor:
    """Who acts in the session of a request; nobody, without offices, when there is none."""
    user = request.user
    if isinstance(user, AnonymousUser):
        return Actor(at=at)
    backend: Any = load_backend(request.session[BACKEND_SESSION_KEY])
    bound = request.session.get(BOND)
    bond = Bond(bound["entity"], bound["role"]) if bound else None
    certificate = request.session.get(CERTIFICATE, "")
    return actor_of(user, at=at, proof=backend.proof, bond=bond, certificate=certificate)


def put_actor(request: HttpRequest) -> None:
    """Put `request.actor` in place, unread; again after the session was opened, bound or closed."""
    lazy = SimpleLazyObject(lambda: actor_of_request(request, instants_of(request.META).at))
    cast("ActorRequest", request).actor = cast("Actor", lazy)


def bind(request: HttpRequest, *, entity_id: int, role: str, proof: str) -> None:
    """Bind the session just opened to one entity and role; `proof` says how the person entered, in words."""
    request.session[BOND] = {"entity": entity_id, "role": role, "proof": proof}
    put_actor(request)
