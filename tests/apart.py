"""Work that runs an event loop, in a thread of its own: the browser of the tests leaves one running in theirs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_apart(work: Callable[..., Any], *args: Any) -> Any:
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(work, *args).result()
