"""A house with rooms: real databases copied from a real golden world, made once for all tests of the rooms."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from django.test import override_settings

from config.servers.web import House, open_house
from rooms import services, stock, worlds
from rooms.access import KEY_COOKIE
from rooms.models import Golden, Room, Spare
from rooms.pool import pool
from tests.clock import now

MOST = 12


@dataclass(frozen=True)
class Rooms:
    """The running portal with rooms."""

    url: str
    tls_url: str
    ca: Path
    house: House

    def open(self, title: str = "Sala de prova") -> services.Opened:
        return services.open_room(title=title, at=now())

    def browser(self, opened: services.Opened) -> requests.Session:
        """A browser that gave the PIN of the room."""
        browser = requests.Session()
        page = f"{self.url}/sala/{opened.room.code}/"
        token = field(browser.get(page).text, "csrfmiddlewaretoken")
        answer = browser.post(page, {"csrfmiddlewaretoken": token, "pin": opened.pin}, headers={"Referer": page})
        assert answer.url == f"{self.url}/s/{opened.room.code}/", answer.url
        return browser


def field(page: str, name: str) -> str:
    """Value of the first field of that name in a page."""
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a credential that a command obtains goes away with those of the tests."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture(scope="session")
def _standing(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Rooms]:
    from config.preparation import write_roots  # noqa: PLC0415 -- the apps must be loaded first
    from config.wsgi import application  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("rooms")
    with django_db_blocker.unblock(), _switches(folder):
        services.ensure_open_room(at=now())
        with worlds.entered(worlds.open_world()):
            write_roots()
        house = open_house(application, port=0, tls_port=0)
        house.renew_trust(at=now())
    url, tls_url = f"http://127.0.0.1:{house.portal.port}", f"https://127.0.0.1:{house.tls.port}"
    yield Rooms(url, tls_url, folder / "ca.pem", house)
    house.stop()
    with django_db_blocker.unblock(), _switches(folder):
        _forget_everything()


def _switches(folder: Path, **more: Any) -> override_settings:
    """Rooms are on only while a test of theirs runs: whatever else runs in this process has the one world."""
    house = {"ROOMS_MOST": MOST, "ROOM_CONNECTIONS_IDLE": 16, "ROOM_BUILDER": "tests.databases.build_golden"}
    return override_settings(DATA_DIR=folder, **house, **more)


def _forget_everything() -> None:
    with worlds.control():
        Room.objects.all().delete()
        Spare.objects.all().delete()
        Golden.objects.all().delete()
    stock.drop_orphans()
    pool.forget()


@pytest.fixture
def rooms(real_clock: None, _standing: Rooms, django_db_blocker: Any) -> Iterator[Rooms]:
    """The house with rooms, and none but the open one left when the test ends."""
    addresses = {"PORTAL_URL": _standing.url, "TLS_URL": _standing.tls_url}
    with django_db_blocker.unblock(), _switches(_standing.ca.parent, **addresses):
        yield _standing
        with worlds.control():
            for room in Room.objects.open().rehearsals():
                services.end(room=room, at=now())
        pool.forget()


@pytest.fixture
def curl(rooms: Rooms) -> Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]:
    """Status and body of what is asked for with the `.pfx` of a credential."""

    def call(path: str, credential: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        given = f"{credential['pfx']}:{credential['pfx_password']}"
        command = [
            "curl",
            "-s",
            "-w",
            "\n%{http_code}",
            "--cacert",
            str(rooms.ca),
            "--cert-type",
            "P12",
            "--cert",
            given,
        ]
        done = subprocess.run([*command, rooms.tls_url + path], capture_output=True, text=True, check=True)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(body)

    return call


@pytest.fixture
def owner(rooms: Rooms) -> Callable[[services.Opened], requests.Session]:
    """A browser with the key of the room."""

    def enter(opened: services.Opened) -> requests.Session:
        browser = requests.Session()
        page = f"{rooms.url}/sala/{opened.room.code}/painel/"
        token = field(browser.get(page).text, "csrfmiddlewaretoken")
        given = {"csrfmiddlewaretoken": token, "key": opened.key}
        assert browser.post(f"{page}chave/", given, headers={"Referer": page}).url == page
        assert KEY_COOKIE in browser.cookies
        return browser

    return enter
