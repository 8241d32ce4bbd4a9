"""Emptying the database for `reset`: every table of the apps, the schema stays."""

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from pki.models import Authority

# Written by migrate, not by people.
KEPT = (ContentType, Permission)

# Sequences that belong to no column (such as the one of the requester ids).
FREE_SEQUENCES = """
SELECT setval(s.seqrelid::regclass, s.seqstart, false) FROM pg_sequence s
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = s.seqrelid AND d.deptype IN ('a', 'i'))
"""

# One table for each lot, made as it begins: numbers start again, and so would its name.
PARTITIONS = "SELECT oid::regclass::text FROM pg_class WHERE relispartition AND relkind = 'r'"


def empty_everything(*, with_authorities: bool) -> int:
    """Truncate every table, audit trail and sessions included, drop the logs of the lots, and restart every counter.

    Returns how many tables. The authorities stay unless asked: browsers and programs have imported them.
    """
    kept = KEPT if with_authorities else (*KEPT, Authority)
    models = [model for model in apps.get_models(include_auto_created=True) if model not in kept]
    ours = [model for model in models if model._meta.app_label != "rooms"]
    tables = sorted({model._meta.db_table for model in ours if model._meta.managed and not model._meta.proxy})
    names = ", ".join(connection.ops.quote_name(table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")
        cursor.execute(FREE_SEQUENCES)
        cursor.execute(PARTITIONS)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {table}")
    return len(tables)
