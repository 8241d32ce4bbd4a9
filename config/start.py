"""Importing the house: some two and a half thousand modules, which stay until the process ends."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects made since the last look for what nobody needs any more; Python's own 700 looks many times in one call.
GARBAGE_AFTER = 20_000


@contextmanager
def importing() -> Iterator[None]:
    """No look for garbage goes through what is imported here, now or later."""
    gc.set_threshold(GARBAGE_AFTER)
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
