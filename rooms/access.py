"""Who may open a room: anybody on this machine; from elsewhere, whoever the open room's rules let."""

import ipaddress
from typing import cast

from django.http import HttpRequest

from common.actor import ActorRequest
from common.exceptions import RuleBroken
from rooms.permissions import Permission

MAY_NOT = (
    "Daqui só o instrutor e quem administra o simulador abrem salas. Peça o código de uma sala a quem a abriu, ou "
    "entre na sala aberta como instrutor."
)


def may_open(request: HttpRequest) -> bool:
    return _is_loopback(request) or cast("ActorRequest", request).actor.has_perm(Permission.OPEN)


def require_may_open(request: HttpRequest) -> None:
    if not may_open(request):
        raise RuleBroken(MAY_NOT, code="may_not_open")


def _is_loopback(request: HttpRequest) -> bool:
    """Behind a proxy everybody comes from it: there the address is the one the proxy told, on its unix socket."""
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
