"""Every test session has its own embedded PostgreSQL, so several may run side by side.

Loaded with `-p tests.plugin`, before pytest-django reads the settings; run the suite with `python -m pytest`.
"""

import atexit
import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest

from common.one_block import in_one_block
from config import garbage

pytest_plugins = ["tests.contract.plugin"]

# The file system in memory that Linux gives to everybody, usually half as large as the memory itself; and several times
# what the files of a whole run take.
MEMORY, PLENTY = "/dev/shm", 8 * 2**30  # noqa: S108 -- mkdtemp makes a folder of ours in it
# Then comes the number of the process.
OURS = "ensaio-pg-"

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A shell without a terminal has what it starts in the background ignore Ctrl-C. A program that a test has just begun
# would inherit that, and not heed the one that it is sent before its own handler stands.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _has_plenty() -> bool:
    """Of memory to keep files in, and programs of tests may run there."""
    with suppress(OSError):
        _forget_killed_sessions()
        return shutil.disk_usage(MEMORY).free >= PLENTY and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return False


def _forget_killed_sessions() -> None:
    """What they left in the memory would stay there until the machine stops."""
    for left in Path(MEMORY).glob(f"{OURS}*"):
        if not Path("/proc", left.name.split("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)


# Databases are made and thrown away by the hundred, and so are the data folders of whole portals.
if where := MEMORY if _has_plenty() else None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", where)

if not os.environ.get("DATABASE_URL"):
    from config import embedded_postgres

    folder = Path(tempfile.mkdtemp(prefix=f"{OURS}{os.getpid()}-", dir=where))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # Workers of the same session inherit the address.
    os.environ["DATABASE_URL"] = embedded_postgres.start(folder / "postgres", volatile=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--in-room", action="store_true", help="run inside a room instead of the open one (tests.in_room)")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> object:
    """The session as it would be, its calls as fast as under a server."""
    this = config.pluginmanager.get_plugin(__name__)
    return in_one_block(config.pluginmanager.subset_hook_caller("pytest_cmdline_main", [this]))(config=config)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """The millions of objects that make the suite stay until its end: the garbage collector never goes through them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        garbage.keep_all_until_now()


def _skips_are_failures() -> bool:
    return os.environ.get("CI") == "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing may be skipped: a test that skips itself fails, with its reason."""
    report = yield
    if _skips_are_failures() and report.skipped:
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if _skips_are_failures() and report.skipped:
        report.outcome = "failed"
    return report
