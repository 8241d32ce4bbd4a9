"""Locks that have no row yet to stand on."""

from django.db import connection

AUTHORITIES = 7_001
SIGNING_KEYS = 7_002
SEALS = 7_003


def take(number: int) -> None:
    """Wait for the lock `number`; the transaction's end releases it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
