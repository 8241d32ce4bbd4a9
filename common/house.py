"""The words that each app brings to the house, in its `house.py`: collected here, so that no app is named here.

A `house.py` holds tables, each by the name of its kind of words (WORDS). They are read once all apps are loaded, in the
order of settings.HOUSE_ORDER. `common.checks` refuses a name that does not exist, and one that two apps claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import module_has_submodule

from common.terms import Term
from common.ui import Tone

WORDS = (
    "DUE_KINDS",
    "FIDELITY",
    "GAPS",
    "HOMES",
    "KINDS",
    "MACHINE_DOORS",
    "MACHINE_PATHS",
    "MENU",
    "NOT_YET",
    "PASSWORD_DOORS",
    "QUEUES",
    "RAILS",
    "RECORDED",
    "SEEN_BY",
    "STEP_UP",
    "SYSTEMS",
    "SYSTEM_CARDS",
    "TONES",
    "VERBS",
    "WAYS_IN",
    "WITNESSES",
)
if TYPE_CHECKING:
    from django.db.models import QuerySet

    from common.actor import Actor
    from common.rail import RailPath

# Who is told of what nobody is told of.
NOBODY = "–"
# Kinds of session that are of no app: nobody has entered; anybody has.
ANONYMOUS, SIGNED_IN = "anonymous", "signed_in"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu (MENU), or the first page of a kind of session (HOMES).

    It is offered to the `kinds` of session (KINDS of some app, ANONYMOUS or SIGNED_IN) that hold the permission. In a
    menu that would be too long, the pages of one `group` stand under its word.
    """

    label: str
    route: str
    kinds: frozenset[str]
    permission: str = ""
    is_for_demo: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """A part of the portal with a door of its own: where its addresses begin, and the page by which one enters.

    `name` and `home` are the step of the breadcrumb to its first page, for pages that are also read from outside of it.
    """

    prefix: str
    door: str
    name: str = ""
    home: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits in a queue, as the desk of the ministry lists it (mesa).

    `rows` are the rows that wait for a decision and exist for who asks. They began to wait at the field `since`, and
    may do so for `term`. `act` is the permission of who decides, on the page `item`; `decisions` are the verbs of the
    trail by which a row leaves the queue, each with its word. `entity` is the way from a row to its entity, "" where
    rows have none; `codes` are other numbers by which one searches, and `note` says in a line what a row is about.
    """

    key: str
    rows: Callable[[Actor], QuerySet[Any]]
    since: str
    term: Callable[[], Term]
    act: str
    item: str
    decisions: Mapping[str, str]
    entity: str = "entity"
    codes: tuple[str, ...] = ()
    note: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Queue:
    """Work of the staff: the card that leads to it, for who holds the permission, and what waits in it, if it does."""

    title: str
    description: str
    icon: str
    route: str
    permission: str
    waiting: Waiting | None = None


@dataclass(frozen=True, slots=True)
class PasswordDoor:
    """A door (porta) that a password opens: to which kinds of account, and how it closes after failures.

    A password belongs to the door whose link set it, called by `name`.

    Failures count by what `counted_by` names, and the door stays closed for `closed_for`. `route` is its page, and
    `recovery` the one that sends another link to `holder`, who enters by it.
    """

    name: str
    kinds: frozenset[str]
    closed_for: timedelta
    counted_by: tuple[str, ...]
    route: str
    recovery: str
    holder: str


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


class Witness(Protocol):
    def __call__(self, *, events: Sequence[Any]) -> None: ...


class Apply(Protocol):
    def __call__(self, *, at: datetime) -> object: ...


@dataclass(frozen=True, slots=True)
class DueKind:
    """A kind of due event (prazo): the visits to a room record what came; a clock that jumps shows it before.

    `upcoming` is what happens in (after, until]. Where something is to be recorded, `next_due` is the first instant
    strictly after the given one, asked each minute, and `apply` records all that is due at `at`, idempotently.
    `spare`, where there is one, puts the event off instead, for trainers who want the people of the demonstration to
    stay as they are. One that `only_tells` writes to people and changes nothing by which another comes due.
    """

    name: str
    upcoming: Callable[[datetime, datetime], Iterable[Due]]
    next_due: Callable[[datetime], datetime | None] | None = None
    apply: Apply | None = None
    spare: Apply | None = None
    only_tells: bool = False


def menu_entries() -> tuple[Entry, ...]:
    """The pages of the main menu."""
    return _collected("MENU")


def home_entries() -> tuple[Entry, ...]:
    """«Início» of each kind of session: the first one that who is asking may open."""
    return _collected("HOMES")


def kinds() -> tuple[str, ...]:
    """The kinds of session that the apps open."""
    return _collected("KINDS")


def systems() -> tuple[System, ...]:
    return _collected("SYSTEMS")


def queues() -> tuple[Queue, ...]:
    """What waits for the staff, of every app."""
    return _collected("QUEUES")


def password_doors() -> tuple[PasswordDoor, ...]:
    return _collected("PASSWORD_DOORS")


def password_door(name: str) -> PasswordDoor:
    """The door of that name. Raises LookupError when there is none."""
    found = [door for door in password_doors() if door.name == name]
    if not found:
        raise LookupError(name)
    return found[0]


def due_kinds() -> tuple[DueKind, ...]:
    """Every kind of due event."""
    return _collected("DUE_KINDS")


def machine_doors() -> tuple[Any, ...]:
    """Every door of machines (interop.doors.Door)."""
    return _collected("MACHINE_DOORS")


@cache
def apps_seen_by(office: str) -> frozenset[str]:
    """The apps whose rows an office sees, by its kind or, in the ministry's team, its role; to see is not to act."""
    return frozenset(app for app, seer in claims("SEEN_BY") if seer == office)


@cache
def verbs() -> Mapping[str, str]:
    """What each verb of the audit trail is called on the pages."""
    return dict(_collected("VERBS"))


@cache
def recorded() -> frozenset[str]:
    """The verbs whose events matter in law, and so enter the receipts log (registro de recibos)."""
    return frozenset(_collected("RECORDED"))


@cache
def stepped_up() -> frozenset[str]:
    """The permissions for which the team shows its second factor again, when the session's is old."""
    return frozenset(_collected("STEP_UP"))


def witnesses() -> tuple[Witness, ...]:
    """Who is told of audit events, in their transaction."""
    return _collected("WITNESSES")


@cache
def tones() -> Mapping[str, Tone]:
    """Tone of each stored status; the word is always shown beside its colour."""
    return dict(_collected("TONES"))


def is_for_machines(path: str) -> bool:
    """Whether an address of the portal (below the room) is asked by programmes, which read no page."""
    return path.startswith(_collected("MACHINE_PATHS"))


@cache
def houses() -> tuple[tuple[str, ModuleType], ...]:
    """(app, its `house.py`), in the order in which pages speak of the apps."""
    configs = [apps.get_app_config(label) for label in settings.HOUSE_ORDER]
    with_words = [config for config in configs if module_has_submodule(config.module, "house")]
    return tuple((config.label, import_module(f"{config.name}.house")) for config in with_words)


def claims(name: str) -> list[tuple[str, Any]]:
    """(app, word) of every word of one kind; the words of a dictionary are its pairs."""
    tables = ((app, getattr(module, name, ())) for app, module in houses())
    return [(app, word) for app, table in tables for word in (table.items() if isinstance(table, dict) else table)]


def rail_paths() -> tuple[RailPath, ...]:
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
    """All words of one kind; the pairs, where they are in dictionaries."""
    return tuple(word for _, word in claims(name))
