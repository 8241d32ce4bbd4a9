"""The databases of the suite: one is migrated, and all others are copies, which cost a twentieth of a second.

Whichever worker comes first migrates the template, and each copies it. So does a test that walks in the world of the
demonstration (`seeded_world`): the world is seeded once for each worker and day, and the test stands in a copy of it,
with the threads of the running portal, which read the name of the database from the same settings.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from config.seed import everything, golden
from tests.clock import now, today

# One for each session: workers inherit the name.
TEMPLATE = f"test_template_{os.environ.setdefault('ENSAIO_TEST_SESSION', str(os.getpid()))}"
MODEL, COPY = "{}_model", "{}_copy"
LOCK = "SELECT pg_advisory_lock(hashtext(%s))"
KNOWN = "SELECT 1 FROM pg_database WHERE datname = %s"
# Whose people are of today: those of yesterday hold what is over.
_seeded_on: dict[str, date] = {}


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
        for database in (COPY, MODEL):
            _drop(database.format(connection.settings_dict["NAME"]))


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
