"""A session is what a page asks for first, and finds it whatever became of the connection since the page before."""

import os

import psycopg
import pytest
from django.db import connection

from common.sessions import SessionStore


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_between_two_pages_is_replaced() -> None:
    session = SessionStore()
    session["page"] = "a primeira"
    session.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (died,) = cursor.fetchone()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [died])
    # As at the beginning of a request.
    connection.health_check_done = False  # type: ignore[attr-defined]  # Django's own, left out of the stubs
    assert SessionStore(session.session_key)["page"] == "a primeira"
