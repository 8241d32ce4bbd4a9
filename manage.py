#!/usr/bin/env python
"""Entry point of every command. Without DATABASE_URL and REDIS_URL it starts the embedded servers first."""

import errno
import os
import signal
import sys

COMMANDS_WITHOUT_DATABASE = {"help", "version", "--help", "--version", "collectstatic", "personas", "state_machines"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

    # Orderly from the first moment: no traceback, and what runs at exit stops the embedded servers.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))

    from config import embedded, embedded_postgres, embedded_valkey  # noqa: PLC0415 -- the settings must be named first
    from config.paths import data_dir  # noqa: PLC0415

    if len(sys.argv) > 1 and sys.argv[1] not in COMMANDS_WITHOUT_DATABASE:
        try:
            embedded_postgres.ensure()
            embedded_valkey.ensure()
        except embedded.EmbeddedError as problem:
            sys.exit(str(problem))
        except OSError as problem:
            if problem.errno != errno.ENOSPC:
                raise
            sys.exit(embedded.DISK_FULL.format(data_dir()))

    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- the database must be named first
    from django.db import ProgrammingError  # noqa: PLC0415
    from psycopg.errors import UndefinedTable  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ProgrammingError as problem:
        if not isinstance(problem.__cause__, UndefinedTable):
            raise
        sys.exit("O banco de dados ainda não foi preparado. Inicie o portal com `make run` e repita o comando.")


if __name__ == "__main__":
    main()
