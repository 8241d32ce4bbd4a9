"""The main menu: the pages that who is asking may open, by kind of session and by the rules of each page."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from common import house
from common.house import ANONYMOUS, SIGNED_IN, Entry
from common.permissions import holders_of

# With more than this the menu would not fit in one line of a screen of 1280 px.
MOST_IN_LINE = 7


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_page: bool
    is_section: bool
    group: str = ""


@dataclass(frozen=True)
class Fold:
    """The pages of one group of the menu, under its word."""

    label: str
    links: tuple[Link, ...]

    @property
    def is_section(self) -> bool:
        return any(link.is_section for link in self.links)


def system_of(path: str) -> Link | None:
    """The system that an address is in, for the breadcrumb; None where «Início» already is its first page."""
    named = (system for system in house.systems() if system.name and path.startswith(system.prefix))
    found = next(named, None)
    return Link(found.name, reverse(found.home), is_page=False, is_section=True) if found else None


def door_of(path: str) -> str:
    """Where one enters the part of the portal that an address is in."""
    doors = (system.door for system in house.systems() if path.startswith(system.prefix))
    return reverse(next(doors, settings.LOGIN_URL))


def label_of(route: str) -> str:
    """How the menu names a page, so that the breadcrumb names it alike."""
    return next(entry.label for entry in house.menu_entries() if entry.route == route)


def menu(request: HttpRequest) -> list[Link]:
    """Links of the menu for who is asking; one query for a person's profiles, none for anybody else."""
    kind, asked = _kind_of(request), _asked(request)
    found = [(entry, reverse(entry.route)) for entry in house.menu_entries() if _is_for(entry, asked, kind)]
    inside = [url for _, url in found if request.path.startswith(url)]
    section = max(inside, key=len, default="")
    return [Link(entry.label, url, url == request.path, url == section, entry.group) for entry, url in found]


def in_line(links: list[Link]) -> list[Link | Fold]:
    """The menu as it fits in one line: in a long one the pages of a group fold into its word, where the first stood."""
    if len(links) <= MOST_IN_LINE:
        return [*links]
    groups: dict[str, list[Link]] = {}
    for link in links:
        groups.setdefault(link.group or link.url, []).append(link)
    return [found[0] if len(found) == 1 else Fold(found[0].group, tuple(found)) for found in groups.values()]


@dataclass(frozen=True)
class AskedPage:
    """A page of the menu that somebody is on the way to, and who may open it, in words."""

    label: str
    who: str


def page_at(address: str) -> AskedPage | None:
    """The page of the menu that an address is of; None for a page that is in no menu."""
    inside = [entry for entry in house.menu_entries() if address.startswith(reverse(entry.route))]
    entry = max(inside, key=lambda entry: len(reverse(entry.route)), default=None)
    if entry is None:
        return None
    holders = holders_of(entry.permission)
    return AskedPage(entry.label, holders.who if holders else "")


def next_url(request: HttpRequest) -> str:
    """The page asked for before sign-in, when it is an address of ours (a word alone would name a route)."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = target.startswith("/") and url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else ""


def page_asked_for(request: HttpRequest) -> str:
    """The page that a door leads back to: one asked for to be read. Coming back does no act (POST), so none is kept."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else ""


def page_acted_on(request: HttpRequest) -> str:
    """The page on which somebody acts: the one being read, or for a POST the one that sent it, when it is ours."""
    if asked := page_asked_for(request):
        return asked
    sent = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", sent.path, sent.query, "")) if sent.netloc == request.get_host() else ""


def with_next(route: str, after: str) -> str:
    """Address of a door that leads on to the page asked for before it."""
    return reverse(route, query={"next": after} if after else {})


def home_url(request: HttpRequest) -> str:
    """Where every way home leads who is asking: the logo, «Início», «Ir para o início», and the end of a sign-in."""
    kind, asked = _kind_of(request), _asked(request)
    return reverse(next((entry.route for entry in house.home_entries() if _is_for(entry, asked, kind)), "common:home"))


def _asked(request: HttpRequest) -> Any:
    """Whose rights count. A request refused before the accounts were looked at has nobody."""
    return getattr(request, "actor", None)


def _kind_of(request: HttpRequest) -> str:
    """Kind of the session: that which an app has opened under its name, else that of the account."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ANONYMOUS
    session = getattr(request, "session", {})
    return next((kind for kind in house.kinds() if session.get(kind)), str(user.kind))


def _is_for(entry: Entry, asked: Any, kind: str) -> bool:
    if not entry.kinds & {kind, SIGNED_IN if kind != ANONYMOUS else ANONYMOUS}:
        return False
    if entry.is_for_demo and not settings.DEMO:
        return False
    return not entry.permission or bool(asked.has_perm(entry.permission))
