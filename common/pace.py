"""Answers at a measured pace, where the time that one takes would tell what it must not."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

STEP = 0.1


@contextmanager
def measured() -> Iterator[None]:
    """Leave at a whole number of steps (tenths of a second) after entering, whatever was done in between."""
    begun = time.monotonic()
    try:
        yield
    finally:
        time.sleep(-(time.monotonic() - begun) % STEP)
