#!/usr/bin/env python
"""Entry point of every command. Without DATABASE_URL and REDIS_URL it starts the embedded servers first.

A command works in the open room, or in the room of `--sala CODE`.
"""

import errno
import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from common.one_block import in_one_block

COMMANDS_WITHOUT_DATABASE = {
    "help",
    "version",
    "--help",
    "--version",
    "collectstatic",
    "personas",
    "state_machines",
    "switches",
}
# They look after every room, or enter them by themselves.
COMMANDS_WITHOUT_ROOM = {*COMMANDS_WITHOUT_DATABASE, "prepare", "reset", "room", "run", "serve"}
ROOM_OPTION = "--sala"


@in_one_block
def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

    # Orderly from the first moment: no traceback, and what runs at exit stops the embedded servers.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))

    from config import embedded, embedded_postgres, embedded_valkey  # noqa: PLC0415 -- the settings must be named first
    from config.garbage import importing  # noqa: PLC0415
    from config.paths import data_dir  # noqa: PLC0415

    code = take_room()
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in COMMANDS_WITHOUT_DATABASE:
        try:
            embedded_postgres.ensure()
            embedded_valkey.ensure()
        except embedded.EmbeddedError as problem:
            sys.exit(str(problem))
        except OSError as problem:
            if problem.errno != errno.ENOSPC:
                raise
            sys.exit(embedded.DISK_FULL.format(data_dir()))

    with importing():
        import django  # noqa: PLC0415 -- the database must be named first
        from django.core.management import execute_from_command_line  # noqa: PLC0415
        from django.db import ProgrammingError  # noqa: PLC0415
        from psycopg.errors import UndefinedTable  # noqa: PLC0415

        django.setup()
    try:
        with nullcontext() if command in COMMANDS_WITHOUT_ROOM else room(code):
            execute_from_command_line(sys.argv)
    except ProgrammingError as problem:
        if not isinstance(problem.__cause__, UndefinedTable):
            raise
        sys.exit("O banco de dados ainda não foi preparado. Inicie o portal com `make run` e repita o comando.")


def take_room() -> str:
    """Take `--sala CODE` out of the arguments: every command has it."""
    if ROOM_OPTION not in sys.argv:
        return ""
    place = sys.argv.index(ROOM_OPTION)
    if len(sys.argv) <= place + 1:
        sys.exit("Informe o código: --sala CODIGO.")
    code = sys.argv[place + 1]
    del sys.argv[place : place + 2]
    return code


def room(code: str) -> AbstractContextManager[Any]:
    """The world to work in. Before the first preparation it is the database of DATABASE_URL, as it is.

    With the database away it is that one too: whoever asks it says so, and some commands ask nothing.
    """
    from django.db import OperationalError  # noqa: PLC0415 -- the apps must be loaded first

    from rooms import worlds  # noqa: PLC0415

    try:
        return worlds.entered(worlds.find(code))
    except worlds.RoomNotFound:
        sys.exit(f"Não há sala aberta com o código {code}.")
    except (worlds.NotPrepared, OperationalError):
        return worlds.entered(worlds.World("", "", worlds.control_database(), 0))


if __name__ == "__main__":
    main()
