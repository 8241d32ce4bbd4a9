"""The words that each app brings to the house, in its `house.py`: collected here, so that no app is named here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.utils.module_loading import module_has_submodule

if TYPE_CHECKING:
    from common.rail import RailPath

# Who is told of what nobody is told of.
NOBODY = "–"


@dataclass(frozen=True, slots=True)
class WayIn:
    """A door of the real systems (porta), for the sign-in page: its name and its page."""

    label: str
    route: str
    is_for_demo: bool = False


@dataclass(frozen=True, slots=True)
class SystemCard:
    """A system that the home page opens: its name, what one does in it, and its first page."""

    title: str
    summary: str
    route: str


@dataclass(frozen=True, slots=True)
class Due:
    """Something that will happen by itself: when, what, who is told, and what it changes, in words."""

    at: datetime
    what: str
    told: str
    effect: str


class Apply(Protocol):
    def __call__(self, *, at: datetime) -> object: ...


@dataclass(frozen=True, slots=True)
class DueKind:
    """A kind of due event (prazo): a room's clock that jumps shows what will come, and then lets it come.

    `upcoming` is what happens in (after, until]. Where something is to be recorded, `next_due` is the first instant
    strictly after the given one, and `apply` records all that is due at `at`, idempotently. `spare`, where there is
    one, puts the event off instead, for trainers who want the people of the demonstration to stay as they are.
    """

    name: str
    upcoming: Callable[[datetime, datetime], Iterable[Due]]
    next_due: Callable[[datetime], datetime | None] | None = None
    apply: Apply | None = None
    spare: Apply | None = None


def due_kinds() -> tuple[DueKind, ...]:
    """Every kind of due event, in the order of the apps."""
    return _collected("DUE_KINDS")


def rail_paths() -> tuple["RailPath", ...]:
    """Every path (percurso) that several people walk, in the order of the apps."""
    return _collected("RAILS")


def ways_in() -> tuple[WayIn, ...]:
    """The doors of the sign-in page, in the order of the apps."""
    return _collected("WAYS_IN")


def system_cards() -> tuple[SystemCard, ...]:
    """The systems of the home page, in the order of the apps."""
    return _collected("SYSTEM_CARDS")


@cache
def _collected(name: str) -> tuple[Any, ...]:
    found: list[Any] = []
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "house"):
            found += getattr(import_module(f"{config.name}.house"), name, ())
    return tuple(found)
