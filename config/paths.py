"""Where things live on disk. The only module that reads DATA_DIR."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Folder of everything the running portal writes (database, broker, logs); DATA_DIR overrides ./.data."""
    return Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").expanduser().resolve()
