"""Empties the database after a transactional test: what the test wrote, and nothing else.

Django truncates every table and then writes permissions and content types again, which takes half a second a test.
Here only tables with rows are emptied, without their triggers: the append-only ones let nobody delete.
"""

from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from django.test import TransactionTestCase

# Of the code, not of a test: `migrate` wrote them.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty(database: str) -> None:
    """All tables but those KEPT; sequences go on, as after Django's own `flush`."""
    tables = sorted(set(connections[database].introspection.table_names()) - KEPT)
    with transaction.atomic(using=database), connections[database].cursor() as cursor:
        # Whoever still writes, in another thread, ends first.
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in tables))  # noqa: S608 -- our tables
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 -- the same


def _fixture_teardown(self: TransactionTestCase) -> None:
    for alias in self._databases_names(include_mirrors=False):  # type: ignore[attr-defined]  # not in the stubs
        empty(alias)


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _fixture_teardown)
        yield
