"""What a process is made of stays until its end: the garbage collector never goes through it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects made since the last look for what nobody needs any more; Python's own 700 looks many times in one call.
AFTER = 20_000


@contextmanager
def importing() -> Iterator[None]:
    """Until all of the house is loaded, some two and a half thousand modules, nothing is garbage."""
    gc.disable()
    try:
        yield
    finally:
        keep_all_until_now()


def keep_all_until_now() -> None:
    gc.freeze()
    gc.set_threshold(AFTER, *gc.get_threshold()[1:])
    gc.enable()
