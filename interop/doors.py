"""The doors of machines: each app declares its own in house.py (MACHINE_DOORS), with limit, scenarios and words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from common.house import machine_doors
from interop.refusals import Format, Published


@dataclass(frozen=True, slots=True)
class Limit:
    """How many calls a certificate may make in a minute; `explanation` is filled with {most} and {wait} (seconds)."""

    most: Callable[[], int]
    message: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Door:
    """A way in for machines (porta).

    `paths` are addresses, or beginnings of addresses when they end in "/". `refusals` gives the status and the
    published name of a refusal's code. `scenarios` are the door's own (name → what happens); its app plays them.
    `methods`, where it is given, are the only ones; `method_note` explains them. `keeps_messages` is for a door that
    answers by itself: what is sent and answered there is kept for some days.
    """

    name: str
    label: str
    paths: tuple[str, ...]
    speaks: Format = Format.JSON
    refusals: Published = field(default_factory=dict)
    scenarios: Mapping[str, str] = field(default_factory=dict)
    limit: Limit | None = None
    methods: Callable[[], tuple[str, ...]] | None = None
    method_note: str = ""
    keeps_messages: bool = False


def door_of(path: str) -> Door | None:
    """The door that an address belongs to: the one of the whole address, else of its longest declared beginning."""
    exact, beginnings = _declared()
    if path in exact:
        return exact[path]
    return next((door for start, door in beginnings if path.startswith(start)), None)


def label_of(name: str) -> str:
    """What people call the door of that name."""
    return next((door.label for door in machine_doors() if door.name == name), name)


@cache
def _declared() -> tuple[dict[str, Door], list[tuple[str, Door]]]:
    paths = {path: door for door in machine_doors() for path in door.paths}
    starts = sorted((path for path in paths if path.endswith("/")), key=len, reverse=True)
    return {path: door for path, door in paths.items() if path not in starts}, [
        (start, paths[start]) for start in starts
    ]
