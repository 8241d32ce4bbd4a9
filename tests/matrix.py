"""The access matrices: every route × every role is decided by a literal table of letters, one for each app.

`.` the page or the form (again), `>` done or led on, `D` led to a door because there is no session or the role was
lost, `A` asked who calls (401), `F` forbidden (403), `N` does not exist for who asks (404), `C` not in this state
(409), `U` refused in words (422), `-` no such method (405), `S` not simulated (501).

The letter is that of a request straight to the server, not of a button; a POST is sent empty unless the table is of
acts. A route without a row fails, and a method without a row must not exist. The admin has tests of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Membership, User
from common import prepared
from common.models import AuditEvent, OutboxMessage
from pki import services as pki
from territory.models import Entity
from tests.clock import now
from tests.factories import (
    make_administrator,
    make_entity,
    make_manager,
    make_member,
    make_organisation,
    make_other_entity,
    make_staff,
    make_user,
    siops,
)
from tests.in_room import below

Role = Membership.Role
StaffRole = User.StaffRole
# Route (without its app) and method; what else tells one row from another is the table's own matter.
Key = tuple[str, str]
Tables = tuple[type[models.Model], ...]

PROFILES = {
    "ab_manager": Role.AB_MANAGER,
    "programme_manager": Role.PROGRAMME_MANAGER,
    "technical_manager": Role.TECHNICAL_MANAGER,
    "municipal_pec": Role.PEC_MUNICIPAL_ADMIN,
    "installation_pec": Role.PEC_INSTALLATION_ADMIN,
}
# In groups, as the letters of a row are: an f bgtmi on rsfpct ad.
COLUMNS = (
    ("anon",),
    # Of the e-Gestor: by CNPJ, then one person for each profile.
    ("fund",),
    tuple(PROFILES),
    # The programme manager of another entity, and an account without profile.
    ("other_manager", "nobody"),
    # The desks of the ministry, and who has no desk.
    ("analyst", "coordination", "checker", "saps", "certifier", "trainer"),
    # Who reads everything and acts at no desk.
    ("auditor", "administrator"),
)
METHODS = ("GET", "POST")
DOORS = ("/siops/entrar/", "/cadsus/entrar/", "/sisrede/entrar/", "/entrar/", "/admin/login/")
# How a statement begins that writes no row.
READING = ("SELECT ", "SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")
LETTERS = {200: ".", 401: "A", 403: "F", 404: "N", 405: "-", 409: "C", 422: "U", 501: "S"}


def make_team() -> dict[str, User]:
    """One account for each role of the team, by the names of the columns."""
    return {
        "analyst": make_staff(),
        "coordination": siops.make_coordinator(),
        "checker": siops.make_checker(),
        "saps": make_staff("saps", staff_role=StaffRole.SAPS),
        "certifier": siops.make_attendant(),
        "trainer": make_staff("instrutor", staff_role=StaffRole.TRAINER),
        "auditor": make_staff("auditor", staff_role=StaffRole.AUDITOR),
        "administrator": make_administrator(),
    }


def make_profiles(entity: Entity) -> dict[str, User]:
    """One account for each profile of the e-Gestor in the entity, and one without any."""
    profiles = {column: make_member(role, entity) for column, role in PROFILES.items()}
    return profiles | {"nobody": make_user()}


class House:
    """One entity with everybody who may come, and the manager of another."""

    def __init__(self) -> None:
        pki.ensure_authorities(at=now())
        self.entity, other = make_entity(), make_other_entity()
        make_organisation(other)
        self.accounts: dict[str, User] = {
            "fund": make_organisation(self.entity).user,
            "other_manager": make_manager(other),
            **make_profiles(self.entity),
            **make_team(),
        }

    def enter(self, column: str) -> Client:
        client = Client(raise_request_exception=True)
        if column != "anon":
            client.force_login(self.accounts[column])
        return client


def roles_of(columns: Iterable[tuple[str, ...]]) -> list[str]:
    return [role for group in columns for role in group]


def has_every_role(letters: str, columns: Iterable[tuple[str, ...]]) -> bool:
    """Grouped as the columns are."""
    return [len(group) for group in letters.split()] == [len(group) for group in columns]


def column_of(table: Mapping[Any, str], role: str, columns: Iterable[tuple[str, ...]]) -> dict[Any, str]:
    """What the table says of a role."""
    place = roles_of(columns).index(role)
    return {row: letters.replace(" ", "")[place] for row, letters in table.items()}


def routes_of(app: str) -> set[str]:
    """Names of its routes."""
    return {
        name
        for entry in get_resolver().url_patterns
        if getattr(entry, "namespace", "") == app
        for name in _names(entry)
    }


def _names(entry: URLPattern | URLResolver) -> Iterator[str]:
    if isinstance(entry, URLPattern):
        yield str(entry.name)
        return
    for route in entry.url_patterns:
        yield from _names(route)


def unlisted(*tables: Mapping[Key, str]) -> set[Key]:
    """The other methods of what the tables list."""
    listed = {row for table in tables for row in table}
    return {(name, method) for name, _ in listed for method in METHODS} - listed


def letter_of(response: HttpResponse) -> str:
    if response.status_code == 302:
        return "D" if below(response["Location"]).startswith(DOORS) else ">"
    return LETTERS[response.status_code]


class Asking:
    """Requests that are undone one by one, so that each finds what there was before the first."""

    def __init__(self, tables: Tables = ()) -> None:
        self._tables, self._before = tables, _trace(tables)
        self._browser = Client(raise_request_exception=True)

    def __call__(self, client: Client, method: str, address: str, data: dict[str, Any] | None = None) -> str:
        """The answer, in a browser with the same session and no other cookie.

        Whoever is refused has left no trace, and is told who may and where they enter.
        """
        self._browser.cookies = SimpleCookie()
        self._browser.cookies.update(client.cookies)
        written: list[Any] = []
        with transaction.atomic():
            with connection.execute_wrapper(_noting(written)):
                answer = getattr(self._browser, method.lower())(address, data)
            letter = letter_of(answer)
            changed = bool(written) and _trace(self._tables) != self._before
            if method == "POST" and changed and letter in ".D":
                letter = ">"
            assert not changed or letter == ">" or (method, letter) == ("GET", "."), (method, address, letter)
            # A door refuses a proof, and not a role.
            assert letter != "F" or below(address).startswith(DOORS) or _is_told_who_may(answer), (method, address)
            transaction.set_rollback(True)
        return letter


def ask(client: Client, method: str, address: str, data: dict[str, Any] | None = None, *, tables: Tables = ()) -> str:
    """One request alone, undone."""
    return Asking(tables)(client, method, address, data)


def _is_told_who_may(refusal: HttpResponse) -> bool:
    """Whether the page of a refusal names who may and leads on; a machine reads no page."""
    is_page = refusal.headers["Content-Type"].startswith("text/html")
    return not is_page or all(mark in refusal.content for mark in (b"data-who-may", b"data-way-in"))


def _noting(written: list[Any]) -> Callable[..., Any]:
    """Keeps every statement but those that read: after none, what there was is what there is."""

    def note(execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        if not str(sql).startswith(READING):
            written.append(sql)
        return execute(sql, *rest)

    return note


def _trace(tables: Tables) -> Any:
    """How many acts and messages there are, and every row of the tables: one statement."""
    wanted = [("count(*)", AuditEvent), ("count(*)", OutboxMessage)]
    wanted += [("array_agg(row::text ORDER BY row::text)", table) for table in tables]
    columns = (f'(SELECT {what} FROM "{table._meta.db_table}" AS row)' for what, table in wanted)  # noqa: S608 -- ours
    return prepared.rows(f"SELECT {', '.join(columns)}", ())


class AccessMatrix:
    """The tests of one app's table; every request is undone."""

    # The list of rooms is in a database of its own.
    pytestmark = pytest.mark.django_db(databases=["default", "control"])
    app: str
    # What each role gets.
    routes: Mapping[Key, str] = {}
    # The same answer for everybody, signed in or not.
    public: Mapping[Key, str] = {}
    # Rows that whoever is refused must leave as they were.
    tables: Tables = ()

    def arguments(self, house: House) -> dict[str, list[Any]]:
        """Of the routes that have any: numbers of rows of the entity, made here."""
        return {}

    def test_every_route_is_decided(self) -> None:
        assert {name for name, _ in (*self.routes, *self.public)} == routes_of(self.app)

    def test_a_row_says_something_of_every_role(self) -> None:
        assert [row for row, letters in self.routes.items() if not has_every_role(letters, COLUMNS)] == []

    # The e-Gestor, then the team.
    @pytest.mark.parametrize("columns", [COLUMNS[:4], COLUMNS[4:]], ids=["entities", "team"])
    def test_every_route_answers_the_role(self, columns: tuple[tuple[str, ...], ...]) -> None:
        roles = roles_of(columns)
        by_role = self._answers(roles, self.routes)
        assert by_role == {role: column_of(self.routes, role, COLUMNS) for role in roles}

    def test_what_is_public_answers_everybody_alike(self) -> None:
        roles = ("anon", "fund", "auditor")
        assert self._answers(roles, self.public) == dict.fromkeys(roles, self.public)

    def test_a_method_that_is_not_listed_does_not_exist(self) -> None:
        missing = unlisted(self.routes, self.public)
        assert self._answers(["programme_manager"], missing)["programme_manager"] == dict.fromkeys(missing, "-")

    def _answers(self, roles: Iterable[str], rows: Collection[Key]) -> dict[str, dict[Key, str]]:
        """Of every role, in one world, with one session each."""
        if not rows:
            return {role: {} for role in roles}
        house = House()
        arguments = self.arguments(house)
        addresses = {row: below(reverse(f"{self.app}:{row[0]}", args=arguments.get(row[0], []))) for row in rows}
        letters: dict[str, dict[Key, str]] = {}
        for role in roles:
            client, asked = house.enter(role), Asking(self.tables)
            letters[role] = {row: asked(client, row[1], address) for row, address in addresses.items()}
        return letters
