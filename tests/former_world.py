"""A database of before a migration, in a schema of its own, to be migrated with what was in it."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

Targets = list[tuple[str, str]]


def stand_at(targets: Targets, *, statements: Iterable[str] = ()) -> Any:
    """An empty database as those migrations leave it; the models of then.

    The tables are made at once from the models, which takes a tenth of the time of all migrations. What those
    migrations made besides, and the next ones count on, are `statements`.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA former_world")
        cursor.execute("SET LOCAL search_path TO former_world")
    executor = MigrationExecutor(connection)
    executor.recorder.ensure_schema()
    for migration, _ in executor.migration_plan(targets):
        executor.recorder.record_applied(migration.app_label, migration.name)
    apps = executor.loader.project_state(targets).apps
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return apps


def migrate(targets: Targets) -> Any:
    """The models as they are after those migrations."""
    MigrationExecutor(connection).migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def settle() -> None:
    """What the end of a transaction does, which a migration of its own would have."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
