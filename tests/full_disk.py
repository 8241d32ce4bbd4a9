"""A disk that is full, for the tables that are named: PostgreSQL refuses what is to be written, as it does then."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

REFUSING = """
CREATE FUNCTION no_space_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full';
END $$
"""


@contextmanager
def full_disk(*tables: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(REFUSING)
        for table in tables:
            cursor.execute(
                f"CREATE TRIGGER no_space_left BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION no_space_left()"
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION no_space_left CASCADE")
