"""Following every link of the portal as one visitor, and what must be true of each page that comes."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve
from lxml import etree

from tests.in_room import LOBBY, below, inside

# Most pages of one route with the same kind of address.
EXAMPLES = 2
HOST = "http://testserver"
# The certificate is asked for by the TLS listener; a plain request has none to show.
ANOTHER_PORT = {"siops:sign_in_certificate"}


@dataclass
class Page:
    """What one page holds: where it leads, from <main> and from anywhere, its forms, its anchors and its words."""

    links: list[str] = field(default_factory=list)
    main_links: list[str] = field(default_factory=list)
    main_forms: int = 0
    files: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    says_who_may: bool = False
    way_in: bool = False
    status: int = HTTPStatus.OK


def read(answer: Any) -> Page:
    root = etree.fromstring(answer.content.decode(), etree.HTMLParser())

    def found(query: str) -> Any:
        """Plain strings: the others would keep the whole page."""
        return root.xpath(query, smart_strings=False)

    return Page(
        links=found("//a/@href"),
        main_links=found("//main//a/@href"),
        main_forms=len(found("//main//form")),
        files=found("//link/@href | //script/@src | //img/@src"),
        anchors={*found("//@id"), *found("//@name")},
        says_who_may=bool(found("//@data-who-may")),
        way_in=bool(found("//@data-way-in")),
        status=answer.status_code,
    )


@cache
def _file_exists(path: str) -> bool:
    return finders.find(path.removeprefix(settings.STATIC_URL)) is not None


class Crawl:
    """One visitor's walk; what is wrong gathers in `faults`, each with the page that led there."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client.raise_request_exception = False
        self.faults: list[str] = []
        self.visited: dict[str, Page] = {}
        self.routes: set[str] = set()
        self._examples: dict[tuple[Any, ...], int] = {}
        self._waiting: deque[tuple[str, str]] = deque()

    def walk(self, start: str, *, most: int) -> None:
        """From `start` on, the nearest pages first, at most so many of them."""
        self._want(start, "the beginning")
        while self._waiting and len(self.visited) < most:
            self._visit(*self._waiting.popleft())

    def _visit(self, address: str, origin: str) -> None:
        answer, address = follow(self.client, address)
        path = urlsplit(address).path
        match = _route_of(path)
        assert match, address
        self.routes.add(match.view_name)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            self.faults.append(f"{origin} leads to {address}: {answer.status_code}")
        page = self.visited[address] = self._judge(answer, address)
        for link in page.links:
            self._want(urljoin(HOST + address, link), path)

    def status_at(self, address: str) -> int:
        """The status of the page that the address leads to, which is judged too, unless the walk has been there."""
        if address in self.visited:
            return self.visited[address].status
        answer, address = follow(self.client, address)
        return self._judge(answer, address).status

    def _judge(self, answer: Any, address: str) -> Page:
        if not answer.get("Content-Type", "").startswith("text/html") or answer.streaming:
            return Page(status=answer.status_code)
        page = read(answer)
        self.faults += faults_of(page, address)
        return page

    def _want(self, address: str, origin: str) -> None:
        """Queue an address of the house, unless enough pages of its kind were seen."""
        parts = urlsplit(address)
        if parts.path == inside():
            # The room without a slash, which the edge adds.
            parts = parts._replace(path=f"{inside()}/")
        if f"{parts.scheme}://{parts.netloc}" not in (HOST, "://"):
            return
        if not parts.path.startswith((f"{inside()}/", settings.STATIC_URL, *LOBBY)):
            # The lobby is outside of every room, and so is where it leads.
            if not origin.startswith(LOBBY):
                self.faults.append(f"{origin} leads out of the room, to {parts.path}")
            return
        match = _route_of(parts.path)
        if match is None:
            self.faults.append(f"{origin} leads to {parts.path}: no such route")
            return
        if match.view_name in ANOTHER_PORT or _is_of_this_room(match):
            return
        kind = (match.view_name, match.kwargs.get("slug"), tuple(sorted(parse_qs(parts.query))))
        whole = parts._replace(scheme="", netloc="", fragment="").geturl()
        most = 1 if match.app_name == "admin" else EXAMPLES
        if self._examples.get(kind, 0) < most and whole not in self.visited:
            self._examples[kind] = self._examples.get(kind, 0) + 1
            self.routes.add(match.view_name)
            self._waiting.append((whole, origin))


@cache
def _route_of(path: str) -> ResolverMatch | None:
    """The menu and the footer lead everybody to the same few pages; to find a route takes half a millisecond."""
    try:
        return resolve(below(path))
    except Resolver404:
        return None


def _is_of_this_room(match: ResolverMatch) -> bool:
    """Whether it is about the room of the test, of which the list of rooms has no row: that it exists is seen."""
    return bool(inside()) and match.app_name == "rooms" and "code" in match.kwargs


def follow(client: Client, address: str) -> tuple[Any, str]:
    """The page at the end of the redirects, and its address."""
    for _ in range(5):
        answer: Any = client.get(address)
        target = answer.get("Location", "")
        if answer.status_code not in (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND) or urlsplit(target).netloc:
            return answer, address
        address = urljoin(address, target)
    raise AssertionError(f"redirects without end at {address}")


def faults_of(page: Page, address: str) -> Iterator[str]:
    """What is wrong with a page in itself."""
    path = urlsplit(address).path
    ahead = {urlsplit(link).path or path for link in page.main_links if not link.startswith("#")}
    if not below(path).startswith("/admin/") and not (ahead - {path} or page.main_forms):
        yield f"{address}: no way on"
    if page.status == HTTPStatus.FORBIDDEN and not (page.says_who_may and page.way_in):
        yield f"{address}: a refusal that names no role or no place to go"
    for link in page.links:
        if link.startswith("#") and link[1:] not in page.anchors:
            yield f"{address}: no such place on the page: {link}"
    for file in page.files:
        if file.startswith(settings.STATIC_URL) and not _file_exists(file):
            yield f"{address}: no such file: {file}"
