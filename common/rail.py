"""The rail (roteiro) of a path that several people walk: where it stands, what is in hand, and who acts next.

Each app declares its paths (percursos) in its `house.py` as RAILS; a page is on a path when the path names its route.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest

from common.house import rail_paths
from common.ui import Step

# Where a request keeps the rail that its page showed.
SHOWN = "rail_shown"


@dataclass(frozen=True, kw_only=True)
class InHand:
    """What is carried from one person to the next: a `value` to copy, what `url` brings, or what is not there yet."""

    label: str
    note: str
    value: str = ""
    url: str = ""
    is_missing: bool = False


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Who acts, and what that is. `persona` is whom a visitor may continue as, empty for nobody of the demonstration.

    `short` names the person on a button; `url` is the page where it is done, and `link` its words for who looks, where
    it takes nobody else's session.
    """

    name: str
    short: str
    role: str
    what: str
    is_mine: bool = False
    persona: str = ""
    url: str = ""
    link: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.short[:1].upper()}{self.short[1:]} {self.what}"


@dataclass(frozen=True, kw_only=True)
class Onward:
    """Something to look at once a path was walked to its end."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Rail:
    """Where a path stands for who looks. `turn` is None when it was walked to its end; `then` is who acts after.

    It stands beside the page, or, on a page that takes the whole width, only says whose turn it is.
    """

    title: str
    place: str
    steps: tuple[Step, ...]
    turn: Turn | None
    then: Turn | None = None
    in_hand: tuple[InHand, ...] = ()
    onward: tuple[Onward, ...] = ()
    is_beside: bool = True

    @cached_property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    @cached_property
    def number(self) -> int:
        """Of the step where it stands; that of the last one at the end."""
        return next((at for at, step in enumerate(self.steps, 1) if step.state == "current"), len(self.steps))

    @property
    def current(self) -> Step:
        return self.steps[self.number - 1]

    @property
    def other(self) -> Turn | None:
        """Whom to continue as: who acts now, or after who looks; None when that is nobody of the demonstration."""
        turn = self.then if self.turn and self.turn.is_mine else self.turn
        return turn if turn and turn.persona else None


@dataclass(frozen=True, kw_only=True)
class Start:
    """How a path begins: the button of the home page, whose it is, and the page it leads to."""

    label: str
    persona: str
    url: str


@dataclass(frozen=True, kw_only=True)
class RailPath:
    """A path (percurso): its card on the home page, and its rail on the pages of `routes`.

    Those of `wide` take the whole width, without the rail beside them. `rail` computes it for who asks, from facts of
    that person's own entities; None where there is none to show.
    """

    title: str
    summary: str
    icon: str
    steps: int
    roles: int
    minutes: int
    routes: frozenset[str]
    start: Callable[[], Start | None]
    rail: Callable[[HttpRequest, datetime], Rail | None]
    wide: frozenset[str] = frozenset()


def rail_of(request: HttpRequest, at: datetime) -> Rail | None:
    """The rail of the page asked for, read once for each request; None on a page of no path."""
    if not hasattr(request, SHOWN):
        setattr(request, SHOWN, _read(request, at))
    found: Rail | None = getattr(request, SHOWN)
    return found


def _read(request: HttpRequest, at: datetime) -> Rail | None:
    match = request.resolver_match
    # A request refused before the accounts were looked at has nobody.
    if match is None or not hasattr(request, "user"):
        return None
    name = match.view_name
    path = next((path for path in rail_paths() if name in path.routes | path.wide), None)
    rail = path.rail(request, at) if path else None
    return replace(rail, is_beside=False) if path and rail and name in path.wide else rail
