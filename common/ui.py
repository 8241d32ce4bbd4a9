"""What views hand to the components of templates/components/."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse

from common.actor import Actor
from common.text import searchable

# What stands where there is nothing to show.
NOTHING = "–"

StepState = Literal["done", "current", "todo", "failed"]
PAGE_PARAMETER = "pagina"
SEARCH_PARAMETER = "q"


class Tone(StrEnum):
    """What a stored status feels like; its colour and its icon follow."""

    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"
    DANGER = "danger"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Step:
    """One step of a workflow: what, in which state, when and by whom."""

    label: str
    state: StepState
    at: datetime | None = None
    who: str = ""
    url: str = ""


# What was found when a fact was compared with its rule → word, tone and icon.
ANSWERS = {
    True: ("CONFERE", Tone.SUCCESS, "circle-check"),
    False: ("NÃO CONFERE", Tone.DANGER, "circle-xmark"),
    None: ("OLHAR", Tone.WARNING, "eye"),
}


@dataclass(frozen=True)
class Check:
    """A fact beside the rule that it must meet: it does, it does not, or (None) only a person can tell."""

    label: str
    fact: str
    rule: str
    holds: bool | None
    note: str = ""
    was: str = ""

    @property
    def word(self) -> str:
        return ANSWERS[self.holds][0]

    @property
    def tone(self) -> Tone:
        return ANSWERS[self.holds][1]

    @property
    def icon(self) -> str:
        return ANSWERS[self.holds][2]


@dataclass(frozen=True)
class Card:
    """One card of a first page, and the permission without which who has entered does not see it."""

    title: str
    description: str
    icon: str
    route: str
    permission: str = ""

    @property
    def url(self) -> str:
        return reverse(self.route)


def offered(cards: Iterable[Card], actor: Actor, *, is_in: bool) -> list[Card]:
    """Who has not entered yet sees every card: each leads to the door."""
    return [card for card in cards if not is_in or not card.permission or actor.has_perm(card.permission)]


@dataclass(frozen=True)
class Tab:
    """One tab, which is a link to a page of its own."""

    label: str
    url: str
    current: bool = False


def paginate(request: HttpRequest, rows: Any, *, per_page: int = 20) -> Page[Any]:
    """The page of `rows` that `?pagina=` asks for; a bad number gives the first or the last page."""
    return Paginator(rows, per_page).get_page(request.GET.get(PAGE_PARAMETER))


def search_text(request: HttpRequest) -> str:
    """What was typed in the search box (`?q=`), without characters that no row can hold."""
    return searchable(request.GET.get(SEARCH_PARAMETER, ""))
