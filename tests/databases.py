"""The databases of the suite: one is migrated, and all others are copies, which cost a twentieth of a second.

Whichever worker comes first migrates the template, and each copies it. So does a test that walks in the world of the
demonstration (`seeded_world`): the world is seeded once for each worker and day, and the test stands in a copy of it,
with the threads of the running portal, which read the name of the database from the same settings.

A test of what was seeded needs no copy: it stands in a transaction of a world that is filled once for each worker
(`kept`), at the frozen instant of the tests.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from config.seed import everything, golden
from tests.clock import NOON, now, standing_at, today

# One for each session: workers inherit the name.
TEMPLATE = f"test_template_{os.environ.setdefault('ENSAIO_TEST_SESSION', str(os.getpid()))}"
MODEL, COPY = "{}_model", "{}_copy"
LOCK = "SELECT pg_advisory_lock(hashtext(%s))"
KNOWN = "SELECT 1 FROM pg_database WHERE datname = %s"
# Whose people are of today: those of yesterday hold what is over.
_seeded_on: dict[str, date] = {}
# Filled once and never written to again.
_kept: set[str] = set()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On a server that goes on, nothing stays; one that does not answer was never used."""
    if hasattr(session.config, "workerinput"):
        return
    with suppress(psycopg.OperationalError), psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{TEMPLATE}"')


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Hook of pytest-django: before it makes the test database."""
    with django_db_blocker.unblock():
        _ensure_template()
    connection.settings_dict["TEST"] |= {"TEMPLATE": TEMPLATE, "MIGRATE": False}


def _ensure_template() -> None:
    with connection._nodb_cursor() as cursor:
        # Held until this session ends: the other worker waits for the whole migration.
        cursor.execute(LOCK, [TEMPLATE])
        cursor.execute(KNOWN, [TEMPLATE])
        if cursor.fetchone():
            return
        cursor.execute(f'CREATE DATABASE "{TEMPLATE}" TEMPLATE template0')
        with _standing_in(TEMPLATE):
            call_command("migrate", verbosity=0)


@pytest.fixture(scope="session")
def _copies(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        usual = str(connection.settings_dict["NAME"])
        for database in (COPY.format(usual), MODEL.format(usual), *_kept):
            _drop(database)


@pytest.fixture
def seeded_world(real_clock: None, _copies: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    usual = str(connection.settings_dict["NAME"])
    model, copy = MODEL.format(usual), COPY.format(usual)
    with django_db_blocker.unblock():
        if _seeded_on.get(model) != today():
            _copy(TEMPLATE, model)
            with _standing_in(model):
                everything.seed(at=now())
            _seeded_on[model] = today()
        _copy(model, copy)
    with _standing_in(copy):
        yield


@pytest.fixture
def seeded(db: None, _copies: None) -> Iterator[None]:
    """What `manage.py seed` brings, at NOON."""
    with kept("seeded", lambda: everything.seed(at=NOON)):
        yield


@contextmanager
def kept(name: str, fill: Callable[[], object]) -> Iterator[None]:
    """Stand in the world that `fill` made, in a transaction that leaves it as it is. The test has the mark django_db,
    and keeps its own transaction; the fixture that calls this asks for `_copies`.
    """
    database = f"{connection.settings_dict['NAME']}_{name}"
    with _beside(database):
        if database not in _kept:
            _copy(TEMPLATE, database)
            with standing_at(NOON):
                fill()
            _kept.add(database)
        with _undone():
            yield


@contextmanager
def _beside(database: str) -> Iterator[None]:
    """`default` is one more connection, to that database; the usual one stays open in its transaction."""
    usual = connections["default"]
    name = usual.settings_dict["NAME"]
    usual.settings_dict["NAME"] = database
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connection.close()
        usual.settings_dict["NAME"] = name
        connections["default"] = usual


@contextmanager
def _undone() -> Iterator[None]:
    """What TestCase does around a test."""
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # so that a durable block may stand in it
    with around:
        yield
        if not connection.needs_rollback and connection.is_usable():
            connection.check_constraints()
        transaction.set_rollback(True)


def build_golden(*, at: datetime) -> None:
    """The golden world of a test's rooms: the tables are copied too, and only then is it seeded."""
    connection.close()
    _copy(TEMPLATE, str(connection.settings_dict["NAME"]))
    golden.build(at=at)


@contextmanager
def _standing_in(database: str) -> Iterator[None]:
    """`default` is that database, for whoever connects from now on."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _copy(source: str, database: str) -> None:
    _drop(database)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{database}" TEMPLATE "{source}" STRATEGY FILE_COPY')


def _drop(database: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
