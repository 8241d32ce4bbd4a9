"""The switches of a room: what differs from the installation is kept with the room, and a reset leaves it there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from common import audit, switches
from common.actor import Actor
from common.exceptions import AllAtOnce, RuleBroken
from common.switch_words import OnOffUntil
from common.switches import Group, Switch, Switches, written
from rooms import services
from rooms.models import Room
from rooms.router import CONTROL
from rooms.worlds import control, entered, standing_in, world_of

OWNER = "chave da sala"
NO_SWITCH = "Não há interruptor {name!r}. Os que existem: {names}."
STALE = "Os interruptores desta sala mudaram desde que a página foi aberta. Confira os de agora e salve de novo."


def change(
    *,
    code: str,
    given: Mapping[str, object],
    key: str = "",
    by: Actor | None = None,
    shown: str | None = None,
    at: datetime,
) -> Room:
    """Give the room these values, {name in the environment: value}; None goes back to the installation's.

    They are in force from the next request, in every process. `shown` is the edition that the person saw. `at` is real.
    Raises RuleBroken (no_room, wrong_key, stale, unknown_switch, unknown_value) or NotPermitted.
    """
    with control(), transaction.atomic(using=CONTROL):
        room = services.run_by(code=code, key=key, by=by, at=at)
        if shown is not None and shown != edition(room):
            raise RuleBroken(STALE, code="stale")
        before, room.switches = room.switches, _merged(room, given, at=room.time.at(at))
        if room.switches != before:
            room.save(update_fields=["switches"])
            _record(room, before, by=by, at=at)
    return room


def edition(room: Room) -> str:
    """Changes whenever a switch of the room does."""
    return hashlib.sha256(json.dumps(room.switches, sort_keys=True).encode()).hexdigest()[:16]


def values(room: Room) -> Switches:
    """What is in force in the room, by its clock."""
    with standing_in(world_of(room)):
        return switches.now()


def own(room: Room) -> list[tuple[Switch, object]]:
    """The switches that the room has otherwise than the installation, with their value."""
    here, installed = values(room), switches.installed()
    both = ((switch, getattr(here, switch.name), getattr(installed, switch.name)) for switch in switches.ALL)
    return [(switch, value) for switch, value, usual in both if value != usual]


def summary(room: Room) -> list[tuple[str, str]]:
    """(label, value in words) of who answers, and of what the room has otherwise than the installation."""
    here, differ = values(room), dict(own(room))
    shown = (switch for switch in switches.ALL if switch.group is Group.ANSWERS or switch in differ)
    return [(switch.label, switch.in_words(getattr(here, switch.name))) for switch in shown]


def _merged(room: Room, given: Mapping[str, object], *, at: datetime) -> dict[str, str]:
    """What the room keeps from now on, each wrong value told at once; what is as in the installation is not kept."""
    wanted = {switch.variable: written(value) for switch, value in own(room)}
    rules = AllAtOnce()
    for name, value in given.items():
        wanted[name] = rules.ask(_text, name, value, at) or ""
    rules.settle()
    installed = {switch.variable: written(getattr(switches.installed(), switch.name)) for switch in switches.ALL}
    return {name: text for name, text in wanted.items() if text and text != installed[name]}


def _text(name: str, value: object, at: datetime) -> str:
    """The value as it is kept; empty for what goes back to the installation's. `at` is of the room's time."""
    switch = switches.BY_VARIABLE.get(name)
    if switch is None:
        names = ", ".join(switches.BY_VARIABLE)
        raise RuleBroken(NO_SWITCH.format(name=name[:40], names=names), code="unknown_switch")
    if isinstance(switch.kind, OnOffUntil):
        value = switch.kind.ending(value, at)
    try:
        return "" if value is None else written(switch.read(value))
    except ValueError as problem:
        raise RuleBroken(str(problem), code="unknown_value", field=switch.name) from None


def _record(room: Room, before: Mapping[str, str], *, by: Actor | None, at: datetime) -> None:
    """In the audit trail of the room itself, where those who are in it read it."""
    changes = {
        name: {"antes": before.get(name, "padrão"), "depois": room.switches.get(name, "padrão")}
        for name in sorted({*before, *room.switches})
        if before.get(name) != room.switches.get(name)
    }
    with entered(world_of(room)):
        here = room.time.at(at)
        acting = by or Actor.routine(OWNER, here)
        audit.record("room.switches_changed", target=room, by=acting, at=here, changes=changes)
