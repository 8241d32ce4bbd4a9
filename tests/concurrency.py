"""Several people at the same instant, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from django.db import connections

from common.exceptions import Refusal


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Result or refusal of each work, all started together."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=10)
            results[place] = work()
        except Refusal as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=(run, place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results
