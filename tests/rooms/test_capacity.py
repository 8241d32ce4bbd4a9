"""A database server that gives less than the rooms ask for: connections, databases, disk, an older version's data."""

import copy
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import requests
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from common import outage
from common.exceptions import RuleBroken
from config import preparation
from config.paths import BASE_DIR
from pki.models import Authority
from rooms import capacity, services, stock, worlds
from rooms.models import Golden, Room, Spare
from rooms.pool import PooledConnection
from rooms.router import CONTROL
from rooms.worlds import entered, world_of
from tests.clock import now
from tests.rooms.conftest import Rooms
from tests.runs import Run

pytestmark = [pytest.mark.xdist_group("rooms"), pytest.mark.django_db(databases=["default", "control"])]


@pytest.fixture
def role(rooms: Rooms) -> Iterator[str]:
    """An account with one connection and no right to make databases, and a database of its own."""
    name = f"ensaio_prova_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f'CREATE ROLE "{name}" LOGIN CONNECTION LIMIT 1')
        server.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
        yield name
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.execute(f'DROP ROLE "{name}"')


def url_of(role: str) -> str:
    host = os.environ["DATABASE_URL"].partition("?")[2]
    return f"postgresql://{role}@/{role}?{host}"


def connection_of(role: str) -> PooledConnection:
    given = copy.deepcopy(connections.settings["default"]) | {"NAME": role, "USER": role}
    return PooledConnection(given, "default")


def test_a_full_server_is_waited_for_a_moment(role: str) -> None:
    other, mine = psycopg.connect(url_of(role)), connection_of(role)
    leaves = threading.Timer(0.1, other.close)
    leaves.start()

    mine.ensure_connection()
    assert mine.is_usable()
    mine.close()
    leaves.join()


def test_a_server_that_stays_full_is_said_to_be_away(role: str) -> None:
    """503 in words: see tests/common/test_outage.py."""
    with psycopg.connect(url_of(role)), pytest.raises(OperationalError) as refusal:
        connection_of(role).ensure_connection()

    assert outage.is_outage(refusal.value)


def test_more_connections_than_the_server_takes_are_said_at_the_start(rooms: Rooms) -> None:
    with worlds.control() as connection, connection.cursor() as cursor:
        cursor.execute(capacity.FOR_US)
        taken, _ = cursor.fetchone()

    with override_settings(ROOM_CONNECTIONS_IDLE=10):
        assert list(capacity.problems(threads=taken - 30, processes=3)) == []
        (told,) = capacity.problems(threads=taken - 29, processes=3)
    assert f"aceita {taken} conexões, e este portal pode pedir {taken + 1}" in told


@pytest.mark.timeout(300)
def test_an_account_that_may_not_make_databases_is_told_so_and_has_the_open_room(role: str, tmp_path: Path) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f'ALTER ROLE "{role}" CONNECTION LIMIT -1')
    # It seeds twice, and how it keeps passwords is not what is asked.
    settings = "tests.rooms.quick_passwords"
    run = Run(tmp_path / "dados", DATABASE_URL=url_of(role), DJANGO_SETTINGS_MODULE=settings)
    try:
        run.wait_until_ready()
        assert requests.get(f"{run.url}/entrar/", timeout=30).status_code == 200
        refused = requests.post(f"{run.url}/sim/salas", json={"title": "Sala"}, timeout=30)
        assert (refused.status_code, refused.json()["error"]) == (409, "one_room")
        assert manage(run, "room", "open") == (1, f"CommandError: {services.ONE_ROOM}")
        assert manage(run, "room", "list") == (0, "Só a sala aberta.")
        assert manage(run, "reset")[0] == 0
    finally:
        printed = run.end(signal.SIGINT)
    assert capacity.ONE_ROOM.format(role=role) in printed
    assert "Traceback" not in printed


def manage(run: Run, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, BASE_DIR / "manage.py", *words],
        env=run.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


@pytest.mark.parametrize(
    ("free", "files", "all_files", "is_enough"),
    [
        (services.ROOM_BYTES, services.ROOM_FILES, 10**6, True),
        (services.ROOM_BYTES - 4096, services.ROOM_FILES, 10**6, False),
        (services.ROOM_BYTES, services.ROOM_FILES - 1, 10**6, False),
        # A file system that counts no files (btrfs) has room for any number.
        (services.ROOM_BYTES, 0, 0, True),
    ],
)
def test_disk_and_files_are_asked_for_before_a_room(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch, free: int, files: int, all_files: int, is_enough: bool
) -> None:
    disk = SimpleNamespace(f_bavail=free // 4096, f_frsize=4096, f_files=all_files, f_favail=files)
    monkeypatch.setattr(os, "statvfs", lambda _: disk)

    if is_enough:
        assert rooms.open()
    else:
        with pytest.raises(RuleBroken, match="Não há espaço"):
            rooms.open()


def test_a_removal_that_was_cut_short_is_done_again(rooms: Rooms) -> None:
    """PostgreSQL marks such a database (datconnlimit -2), and from then on lets it be removed only."""
    name = stock.new_name()
    with worlds.control() as connection, connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        cursor.execute("UPDATE pg_database SET datconnlimit = -2 WHERE datname = %s", [name])

    assert name in stock.tend(at=now())


def test_a_copy_that_becomes_a_room_meanwhile_is_never_taken_for_nobodys(rooms: Rooms) -> None:
    """The names are read at one instant: read one table after the other, the copy could be missed in both."""
    rooms.open()
    stock.make_spare(at=now())
    with worlds.control() as connection, CaptureQueriesContext(connection) as read:
        named = stock._named()
        assert len(read) == 1
        every = [*Room.objects.open(), *Spare.objects.all(), *Golden.objects.all()]
        assert named == {row.database for row in every}


def test_data_of_the_version_before_are_brought_to_this_one(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every room is migrated, copies of the former golden world are no longer handed out, the authorities stay."""
    opened = rooms.open()
    with entered(world_of(opened.room)):
        roots = list(Authority.objects.order_by("pk").values_list("certificate_pem", flat=True))
    stock.make_spare(at=now())
    former = stock.version()
    monkeypatch.setattr(stock, "version", lambda: "outra")
    try:
        preparation.prepare()
        with worlds.control(), transaction.atomic(using=CONTROL):
            assert set(Room.objects.open().values_list("version", flat=True)) == {"outra"}
            assert stock.take_spare(at=now()) is None
        with entered(worlds.find(opened.room.code)):
            assert list(Authority.objects.order_by("pk").values_list("certificate_pem", flat=True)) == roots
    finally:
        with worlds.control():
            Room.objects.open().update(version=former)
            assert Golden.objects.filter(version=former).exists()


def test_data_that_this_version_cannot_read_are_said_to_be_so(rooms: Rooms) -> None:
    with worlds.control() as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET app = 'antiga' WHERE app = 'rooms'")
        try:
            with pytest.raises(CommandError, match="versão do portal que esta não sabe atualizar"):
                call_command("prepare")
        finally:
            cursor.execute("UPDATE django_migrations SET app = 'rooms' WHERE app = 'antiga'")
