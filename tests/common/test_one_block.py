"""Whatever the depth at which they begin, calls repeated under a frame of its own never map memory."""

import resource
from concurrent.futures import ThreadPoolExecutor

from common.one_block import in_one_block

CALLS, DEPTHS = 100, 300


def _nothing() -> None:
    pass


def _pages_of_memory() -> int:
    """New ones that repeating one call took."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(CALLS):
        _nothing()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def _dearest(deeper: int = DEPTHS) -> int:
    """At any of the depths from here on."""
    return max(_pages_of_memory(), _dearest(deeper - 1)) if deeper else 0


def test_no_depth_is_dear() -> None:
    # The suite's own stack has such a frame already; that of a new thread has none.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(in_one_block(_dearest)).result() < CALLS / 2
