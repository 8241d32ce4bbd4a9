"""`--in-room`: the tests once more, in a room instead of the open one.

The room's world is the database of the tests, so nothing else of them changes: the test stands in the room (links,
cache keys, mail), the in-process client asks below its address, and the running portal is reached at `/s/<code>/`,
through the edge, past the PIN.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.client import ClientHandler
from playwright.sync_api import BrowserContext

from rooms import entry, worlds
from rooms.models import Room
from rooms.worlds import World
from tests.clock import now

OPTION = "--in-room"
CODE = "prova"
# Pages of the rooms themselves, which are in no room.
LOBBY = ("/sala/", "/sim/salas")
# They start a portal or a server of their own, with rooms or without.
OWN_PORTAL = ("tests/attacks/test_killed_server.py", "tests/journeys/test_rooms.py", "tests/lots/test_deaths.py")


def inside() -> str:
    """What goes before every path of the portal in this test: the address of its room, or nothing."""
    world = worlds.current()
    return world.prefix.rstrip("/") if world else ""


def below(address: str) -> str:
    """The address as the routes know it: without its room."""
    return address.removeprefix(inside())


def cookie_name(name: str) -> str:
    """The name under which a browser keeps that cookie here."""
    return entry.cookie_name(CODE, name) if inside() else name


def entrance() -> dict[str, str]:
    """The cookies of a browser that gave the PIN."""
    return {entry.cookie_name(CODE): entry.mark(CODE)} if inside() else {}


def let_in(context: BrowserContext, url: str) -> None:
    """The same for a real browser; that one types the PIN itself in tests/journeys/test_rooms.py."""
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in entrance().items()])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The edge looks in the list of rooms, which is in a database of its own."""
    if not config.getoption(OPTION):
        return
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid.startswith(OWN_PORTAL)])
    items[:] = [item for item in items if not item.nodeid.startswith(OWN_PORTAL)]
    for item in items:
        marked = item.get_closest_marker("django_db")
        given = dict(marked.kwargs) if marked else {}
        item.add_marker(pytest.mark.django_db(**given | {"databases": ["default", "control"]}), append=False)


def write_row() -> None:
    """With --in-room: the row that the edge finds. It goes with the test, as all that a test with listeners writes."""
    if not inside():
        return
    Room.objects.create(
        code=CODE,
        title="Sala de prova",
        database=connections["default"].settings_dict["NAME"],
        version="-",
        key_digest="-",
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )


@pytest.fixture(autouse=True)
def _in_room(request: pytest.FixtureRequest) -> Iterator[None]:
    if not request.config.getoption(OPTION):
        yield
        return
    if "seeded_world" in request.fixturenames:
        # Its database is this test's own, and the room's.
        request.getfixturevalue("seeded_world")
    world = World(CODE, "Sala de prova", connections["default"].settings_dict["NAME"], 1)
    outside, prefix = ClientHandler.__call__, world.prefix.rstrip("/")

    def at_the_edge(handler: ClientHandler, environ: dict[str, Any]) -> Any:
        """What the edge does with a request; a path without the room is meant inside it, but for the lobby's."""
        path = environ["PATH_INFO"]
        if path.startswith(LOBBY):
            with worlds.standing_in(worlds.only_world()):
                return outside(handler, environ)
        with worlds.standing_in(world):
            return outside(handler, environ | {"SCRIPT_NAME": prefix, "PATH_INFO": path.removeprefix(prefix)})

    # Not the fixture's own: a test may undo that one.
    with pytest.MonkeyPatch.context() as patched, worlds.standing_in(world):
        patched.setattr(ClientHandler, "__call__", at_the_edge)
        yield
