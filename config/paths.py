"""Where things live on disk. The only module that reads DATA_DIR."""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Folder of everything the running portal writes (database, broker, logs); DATA_DIR overrides ./.data."""
    return Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").expanduser().resolve()


def prepare_data_dir() -> Path:
    """Make the data folder and its SECRET_KEY, readable by their owner only, and return the folder.

    An existing folder keeps its mode: as root, the embedded database needs to pass through it.
    """
    folder = data_dir()
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    if not os.environ.get("SECRET_KEY"):
        _make_secret(folder / "secret_key")
    return folder


def _make_secret(file: Path) -> None:
    """Write a random secret once, whole or not at all, even when two processes start together."""
    if file.exists():
        return
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
