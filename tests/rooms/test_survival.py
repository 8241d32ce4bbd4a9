"""Killed without a word while rooms are made, reset and closed: web process, worker, database server."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import requests

from config.embedded_postgres import Postgres
from config.paths import BASE_DIR
from tests.rooms.conftest import field
from tests.runs import Run, processes_of, wait_for

pytestmark = [pytest.mark.timeout(420), pytest.mark.xdist_group("run"), pytest.mark.usefixtures("real_clock")]

TRYING = "SELECT count(*) FROM pg_stat_activity WHERE query ILIKE '{} DATABASE%' AND state = 'active'"
MADE = "SELECT datname FROM pg_database WHERE datname LIKE 'ensaio_sala_%'"
NAMED = """
    SELECT database FROM rooms_room WHERE status = 'open'
    UNION SELECT database FROM rooms_spare UNION SELECT database FROM rooms_golden
"""


@pytest.fixture
def run(furnished: Path) -> Iterator[Run]:
    run = Run(furnished)
    try:
        run.wait_until_ready()
        yield run
    finally:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)


class Owner(threading.Thread):
    """Opens, resets and closes rooms over and over, as a pipeline would, and keeps what it was told."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.place, self.over = f"{url}/sim/salas", threading.Event()
        self.kept: list[dict[str, Any]] = []
        self.closed: list[str] = []
        self.statuses: set[int] = set()

    def run(self) -> None:
        # A pipeline runs something in its room; with less of a pause the server would replay a gigabyte of copies.
        while not self.over.wait(3):
            self._turn()

    def _turn(self) -> None:
        opened = self._ask("post", "", json={"title": "Sala de prova"})
        if opened is None or opened.status_code != 201:
            time.sleep(0.2)
            return
        room = opened.json()
        self.kept.append(room)
        own = {"Authorization": f"Bearer {room['key']}"}
        self._ask("post", f"/{room['code']}/reiniciar", headers=own)
        if len(self.kept) > 3:
            # From here on it may be closed, whatever is answered.
            self.kept.remove(room)
            answer = self._ask("delete", f"/{room['code']}", headers=own)
            if answer is not None and answer.status_code == 204:
                self.closed.append(room["code"])

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response | None:
        """The answer, or None when whoever should give it died."""
        try:
            answer = requests.request(method, self.place + path, timeout=60, **options)
        except requests.RequestException:
            return None
        self.statuses.add(answer.status_code)
        return answer


class Server:
    """The database server of a run, asked from outside."""

    def __init__(self, run: Run) -> None:
        self.folder = run.data / "postgres"
        self.url = Postgres(self.folder).url

    def rows(self, question: str, database: str = "postgres") -> list[Any]:
        url = self.url.replace("/postgres?", f"/{database}?")
        with psycopg.connect(url, autocommit=True) as connection:
            return [row[0] for row in connection.execute(question)]

    def wait_for(self, verb: str) -> None:
        """Wait until somebody is in the middle of a CREATE or a DROP, which may last a tenth of a second."""
        with psycopg.connect(self.url, autocommit=True) as watching:
            wait_for(lambda: watching.execute(TRYING.format(verb)).fetchone() != (0,), seconds=60, pause=0.01)

    def made_here(self) -> set[str]:
        return set(self.rows(MADE))

    def kill(self) -> None:
        os.kill(int((self.folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def child(run: Run, word: str) -> psutil.Process:
    return next(each for each in run.descendants() if word in each.cmdline())


def recovers(run: Run) -> None:
    """Pages and tokens again; the worker may still be on its way."""
    wait_for(lambda: run.health().get("status") in {"ok", "degraded"}, seconds=90)


def test_killed_while_rooms_are_made_reset_and_closed(run: Run) -> None:
    server, owners = Server(run), [Owner(run.url) for _ in range(2)]
    kills: list[tuple[str, Callable[[], None]]] = [
        ("CREATE", lambda: child(run, "serve").kill()),
        ("DROP", lambda: child(run, "config.servers.worker").kill()),
        ("CREATE", server.kill),
    ]
    with working(owners):
        for verb, kill in kills:
            server.wait_for(verb)
            kill()
            time.sleep(1)
            recovers(run)
        # A portal that is back at once leaves them little time.
        wait_for(lambda: all(len(owner.kept) >= 3 for owner in owners), seconds=90)
    wait_for(lambda: run.health().get("status") == "ok", seconds=90)

    assert set().union(*(owner.statuses for owner in owners)) <= {200, 201, 204, 404, 409, 503}
    assert_no_half_room(server)
    for owner in owners:
        assert_told_the_truth(run, owner)
    collect(run)
    assert server.made_here() == set(server.rows(NAMED))
    assert server.rows("SELECT count(*) FROM rooms_spare WHERE NOT is_ready") == [0]
    run.end(signal.SIGINT)
    assert processes_of(run.data) == []
    assert unnamed_folders(run) == set()


@contextmanager
def working(owners: list[Owner]) -> Iterator[None]:
    for owner in owners:
        owner.start()
    try:
        yield
    finally:
        for owner in owners:
            owner.over.set()
        for owner in owners:
            owner.join()


def assert_no_half_room(server: Server) -> None:
    """Whatever is on the list can be entered: as many people as in any other."""
    rooms = server.rows("SELECT database FROM rooms_room WHERE status = 'open'")
    assert len({server.rows("SELECT count(*) FROM accounts_user", database)[0] for database in rooms}) == 1


def assert_told_the_truth(run: Run, owner: Owner) -> None:
    """A room that was said to be open is, and one that was said to be closed is."""
    assert len(owner.kept) >= 3
    for room in owner.kept:
        enters(run, room)
    for code in owner.closed:
        assert requests.get(f"{run.url}/s/{code}/entrar/", timeout=10).status_code == 404


def enters(run: Run, room: dict[str, Any]) -> None:
    """Past the PIN, to a page that reads the room's database."""
    browser, page = requests.Session(), f"{run.url}/sala/{room['code']}/"
    token = field(browser.get(page, timeout=10).text, "csrfmiddlewaretoken")
    browser.post(page, {"csrfmiddlewaretoken": token, "pin": room["pin"]}, headers={"Referer": page}, timeout=10)
    answer = browser.get(f"{run.url}/s/{room['code']}/pki/", timeout=10)
    assert (answer.status_code, answer.headers["X-Sala"]) == (200, room["code"])


def collect(run: Run) -> None:
    """Turns of the keeper in ten minutes' time, when whoever had begun a copy is surely gone: one for each line read.

    While the worker tends, such a turn does nothing. The wait is as long as a slow machine needs to copy the spares
    again; the test has its own end.
    """
    later = (
        "import sys; from datetime import timedelta; from common import clock; from rooms import stock\n"
        "for line in sys.stdin:\n"
        "    stock.tend(at=clock.real_now() + timedelta(minutes=10)); print(line, end='', flush=True)"
    )
    command = [sys.executable, str(BASE_DIR / "manage.py"), "shell", "-v0", "-c", later]
    server = Server(run)
    with subprocess.Popen(command, env=run.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as keeper:
        turns, ends = keeper.stdin, keeper.stdout
        assert turns is not None
        assert ends is not None

        def is_tended() -> bool:
            turns.write(b"\n")
            turns.flush()
            assert ends.readline() == b"\n"
            return server.made_here() == set(server.rows(NAMED))

        wait_for(is_tended, seconds=150, pause=1)
    assert keeper.returncode == 0


def unnamed_folders(run: Run) -> set[str]:
    """Folders of no database, after the server has started once more: that is when it looks for them."""
    asked = (
        "from django.db import connection; cursor = connection.cursor(); "
        "cursor.execute('SELECT oid FROM pg_database'); print(*[number for (number,) in cursor])"
    )
    command = [sys.executable, str(BASE_DIR / "manage.py"), "shell", "-v0", "-c", asked]
    done = subprocess.run(command, env=run.environment, check=True, capture_output=True, text=True)
    there = {place.name for place in (run.data / "postgres" / "base").iterdir() if place.name.isdecimal()}
    return there - set(done.stdout.split())
