"""The look-ups of the busy doors: what the server answers, and what happens when it does not."""

import pytest
from django.db import DatabaseError, OperationalError, connection

from common import prepared

pytestmark = pytest.mark.django_db

SQL = "SELECT %s::int + 1, %s::text, now() - now(), '100%%', '{\"a\": 1}'::jsonb"


def test_values_come_as_django_reads_them_and_json_as_text() -> None:
    ((number, nothing, span, percent, told),) = prepared.rows(SQL, [41, None])
    assert (number, nothing, span.total_seconds(), percent, told) == (42, None, 0, "100%", '{"a": 1}')


def test_a_statement_is_prepared_once_and_again_when_the_server_lost_it() -> None:
    for number in range(3):
        assert prepared.rows("SELECT %s::int", [number]) == [(number,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1::int'")
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE statement = 'SELECT $1::int'")
        (name,) = cursor.fetchone()
        cursor.execute("SAVEPOINT before")
        # Only this one: the connection is that of the next tests too, and they count on theirs.
        cursor.execute(f"DEALLOCATE {name}")
        with pytest.raises(DatabaseError, match="does not exist"):
            prepared.rows("SELECT %s::int", [1])
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert prepared.rows("SELECT %s::int", [1]) == [(1,)]


def test_what_the_server_refuses_is_an_error_of_django() -> None:
    with pytest.raises(DatabaseError, match="division by zero"):
        prepared.rows("SELECT 1 / %s::int", [0])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_is_told_as_such() -> None:
    prepared.rows("SELECT %s::int", [1])
    with pytest.raises(OperationalError):
        prepared.rows("SELECT pg_terminate_backend(pg_backend_pid()), %s::int", [1])
    with pytest.raises(OperationalError):
        prepared.rows("SELECT %s::int", [1])
    connection.close()
    assert prepared.rows("SELECT %s::int", [2]) == [(2,)]
