"""Every test session has its own embedded PostgreSQL, so several may run side by side.

Loaded with `-p tests.plugin`, before pytest-django reads the settings; run the suite with `python -m pytest`.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

if not os.environ.get("DATABASE_URL"):
    from config import embedded_postgres

    folder = Path(tempfile.mkdtemp(prefix="ensaio-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # Workers of the same session inherit the address.
    os.environ["DATABASE_URL"] = embedded_postgres.start(folder / "postgres", volatile=True)
