#!/usr/bin/env python
"""Entry point of every command. Without DATABASE_URL it starts the embedded PostgreSQL first."""

import os
import signal
import sys

COMMANDS_WITHOUT_DATABASE = {"help", "version", "--help", "--version", "collectstatic", "personas", "state_machines"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

    from config import embedded_postgres  # noqa: PLC0415 -- the settings must be named first

    # Orderly: what runs at exit stops the embedded PostgreSQL.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if len(sys.argv) > 1 and sys.argv[1] not in COMMANDS_WITHOUT_DATABASE:
        try:
            embedded_postgres.ensure()
        except embedded_postgres.EmbeddedPostgresError as problem:
            sys.exit(str(problem))

    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- the database must be named first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
