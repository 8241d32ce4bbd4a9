"""Deep calls without a hidden price.

CPython keeps the frames of Python functions in blocks of 16 KiB. A function that is called again and again just where a
block ends has the next one mapped and unmapped at each call, which takes a hundred times as long as the call. Whether
that befalls a page depends on how deep the server that calls us is (https://github.com/python/cpython/issues/142183).
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# Words of 8 bytes. A frame of 128 KiB gets a block of 256 KiB, and the other half is for all that lies below it. What
# nobody writes on takes no memory.
FRAME_WORDS = 16 * 1024


def in_one_block(call: Callable[P, R]) -> Callable[P, R]:
    """`call`, with a frame so large that the hundreds below it lie in one block."""

    @wraps(call)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        return call(*args, **kwargs)

    wrapped.__code__ = wrapped.__code__.replace(co_stacksize=FRAME_WORDS)  # type: ignore[attr-defined]  # a function has it
    return wrapped
