"""Which worker runs what: the files of one `xdist_group` go to one worker, the largest group first.

What they share is dear and made once for each worker: a first run of the portal, a stock of rooms, a browser. A file
that makes something for all of its tests is a group too. With `--dist loadgroup` pytest-xdist would do it by itself,
but it writes the group into the private id of the test, which pytest 9.2 no longer reads: the groups are then divided
without a word. Here the group is that of the file.
"""

import re
from functools import cache

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from config.paths import BASE_DIR

# Their files read the whole code, and keep what they read.
FOLDERS = ("tests/architecture/",)
MARK = re.compile(r'xdist_group\("(\w+)"\)')
OF_THE_FILE = 'fixture(scope="module")'


class Shares(LoadScopeScheduling):  # type: ignore[misc]  # it is not typed
    """Hands out groups whole, and every other test by itself."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0]) or nodeid


@cache
def group_of(path: str) -> str:
    """The group that a file of tests names, one at most, or its folder's, or the file itself."""
    if path.startswith(FOLDERS):
        return "architecture"
    text = (BASE_DIR / path).read_text()
    names = set(MARK.findall(text))
    assert len(names) <= 1, path
    return next(iter(names), path if OF_THE_FILE in text else "")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    return Shares(config, log) if config.getvalue("dist") == "loadgroup" else None
