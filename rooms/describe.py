"""What a room tells who opened it: where its pages and machines answer."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from common import switches
from rooms import switchboard
from rooms.models import Room
from rooms.worlds import world_of


def addresses(room: Room) -> dict[str, str]:
    """Addresses of the room's pages and of its token service, and the file with the authority that signs them."""
    prefix = world_of(room).prefix
    return {
        "portal_url": f"{settings.PORTAL_URL}{prefix}",
        "tls_url": f"{settings.TLS_URL}{prefix}",
        "token_url": f"{settings.TLS_URL}{prefix}api/token",
        "ca": str(settings.DATA_DIR / "ca.pem"),
    }


def invitation_url(room: Room) -> str:
    return f"{settings.PORTAL_URL}/sala/{room.code}/"


def facts(room: Room) -> dict[str, Any]:
    """What anybody with the key may read of a room."""
    here = switchboard.values(room)
    return {
        "code": room.code,
        "title": room.title,
        "generation": room.generation,
        "created": room.created_at.isoformat(),
        "expires": room.expires_at.isoformat() if room.expires_at else None,
        **addresses(room),
        "switches": {switch.variable: _plain(getattr(here, switch.name)) for switch in switches.ALL},
    }


def switchboard_of(room: Room) -> list[dict[str, Any]]:
    """Every switch of the room, in the words of docs/interruptores.md."""
    here, installed = switchboard.values(room), switches.installed()
    return [
        {
            "name": switch.variable,
            "label": switch.label,
            "value": _plain(getattr(here, switch.name)),
            "default": _plain(getattr(installed, switch.name)),
            "values": list(switch.kind.values),
            "effect": switch.effect,
        }
        for switch in switches.ALL
    ]


def _plain(value: object) -> bool | int | str:
    return value if isinstance(value, bool | int) else switches.written(value)


def personas() -> list[dict[str, Any]]:
    """The people of every room, as `manage.py personas --json` lists them."""
    return [asdict(persona) for persona in import_string(settings.DEMO_PERSONAS)()] if settings.DEMO else []
