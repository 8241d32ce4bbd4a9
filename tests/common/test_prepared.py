"""What is prepared once for each connection: what the server answers, and what happens when it does not."""

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models import QuerySet

from common import prepared
from common.models import Counter
from tests.clock import now

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


@prepared.composed
def _counters(key: str, times: int) -> QuerySet[Counter]:
    return Counter.objects.filter(key=key, times__gte=times, key__startswith="a")


@prepared.composed
def _pairs(key: str) -> QuerySet[Counter, tuple[str, int]]:
    return Counter.objects.filter(key=key).values_list("key", "times")


def test_what_the_orm_composed_once_is_answered_for_each_value() -> None:
    until = now()
    Counter.objects.bulk_create(Counter(key=key, times=times, ends_at=until) for key, times in (("a1", 1), ("a2", 7)))
    assert [(row.times, row.ends_at) for row in _counters(key="a2", times=7)] == [(7, until)]
    assert _counters(key="a2", times=8) == []
    assert _counters(key="a1", times=0)[0].pk == "a1"
    assert _pairs(key="a1") == [("a1", 1)]


def test_inside_an_act_every_statement_is_prepared_once() -> None:
    def prepared_now() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'act_%'")
            return int(cursor.fetchone()[0])

    before = prepared_now()
    for number in range(3):
        with prepared.statements():
            Counter.objects.create(key=f"b{number}", times=number, ends_at=now())
            assert Counter.objects.get(key=f"b{number}").times == number
    assert prepared_now() == before + 2
    Counter.objects.get(key="b1")
    assert prepared_now() == before + 2


def test_an_act_that_the_server_refused_goes_on_at_the_next_one() -> None:
    with prepared.statements():
        Counter.objects.create(key="c", times=1, ends_at=now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Counter.objects.create(key="c", times=1, ends_at=now())
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="nothing_there"), transaction.atomic():
            cursor.execute("SELECT * FROM nothing_there")
        Counter.objects.create(key="d", times=1, ends_at=now())
    assert Counter.objects.filter(key__in="cd").count() == 2
