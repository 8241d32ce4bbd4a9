"""A log that nobody else wrote in, and doors without Django."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from interop import journal
from interop.gateway import Application
from interop.models import Exchange

Caller = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture(autouse=True)
def _empty_journal() -> Iterator[None]:
    journal._waiting.clear()
    yield
    journal._waiting.clear()


@pytest.fixture
def written(db: Any) -> Callable[[], Exchange]:
    """The only line of the log, written now."""

    def read() -> Exchange:
        journal.write()
        return Exchange.objects.get()

    return read


def ask(application: Application, path: str = "/prova", **environ: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer, as a listener gets them."""
    started: list[Any] = []
    request = {"REQUEST_METHOD": "GET", "PATH_INFO": path} | environ
    body = b"".join(application(request, lambda status, headers: started.extend((status, headers))))
    return int(started[0][:3]), dict(started[1]), body
