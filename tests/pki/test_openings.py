"""Opening PKCS#12: two at once in the process, one for an account, the rest sent away with a time to come back."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from accounts.models import User
from common.exceptions import Busy
from common.middleware import RefusalMiddleware
from pki.authority import containers
from pki.services import openings
from tests import factories
from tests.actors import acting

pytestmark = pytest.mark.django_db(transaction=True)

CONTENTS = containers.Contents(None, (), "moderno", None)
Open = Callable[[User | None], "Future[object]"]


class Work:
    """Stands for the costly opening: it goes on until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = 0
        self.most = self.now = 0
        self._lock = threading.Lock()

    def __call__(self, content: bytes, password: str) -> containers.Contents:
        with self._lock:
            self.begun += 1
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            assert self.go.wait(30)
            if password == "broken":
                raise containers.NotAContainer("")
            return CONTENTS
        finally:
            with self._lock:
                self.now -= 1

    def wait_for(self, begun: int) -> None:
        until = time.monotonic() + 20
        while self.begun < begun:
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    work = Work()
    monkeypatch.setattr(containers, "open_container", work)
    yield work
    work.go.set()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(24) as pool:
        yield pool


def opened(by: User | None, word: str = "x") -> object:
    try:
        return openings.open_container(b"", word, by=acting(by) if by else None)
    except Exception as error:
        return error
    finally:
        connection.close()


def test_a_second_one_of_an_account_is_sent_away_at_once(work: Work, pool: ThreadPoolExecutor) -> None:
    user, other = factories.make_user(), factories.make_user()
    first = pool.submit(opened, user)
    work.wait_for(1)
    started = time.monotonic()
    second = pool.submit(opened, user).result()
    assert isinstance(second, Busy)
    assert second.message == "Já há um certificado seu sendo aberto. Aguarde alguns segundos e envie de novo."
    assert second.retry_after == 15
    assert time.monotonic() - started < openings.PATIENCE_SECONDS
    third = pool.submit(opened, other)
    work.wait_for(2)
    work.go.set()
    assert (first.result(), third.result()) == (CONTENTS, CONTENTS)


@pytest.mark.parametrize("password", ["x", "broken"])
def test_who_is_done_may_open_again(password: str, work: Work, pool: ThreadPoolExecutor) -> None:
    work.go.set()
    user = factories.make_user()
    for _ in range(2 * openings.MOST_AT_ONCE + openings.MOST_WAITING):
        assert not isinstance(pool.submit(opened, user, password).result(), Busy)


def test_two_at_once_in_the_process_whoever_asks(
    work: Work, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seventeen accounts, a thread each: two work, four wait a moment, nobody else keeps a thread."""
    monkeypatch.setattr(openings, "PATIENCE_SECONDS", 0.5)
    users = [factories.make_user() for _ in range(17)]
    asked = [pool.submit(opened, user) for user in users]
    until = time.monotonic() + 20
    while sum(each.done() for each in asked) < 15:
        assert time.monotonic() < until
        time.sleep(0.05)
    refused = [each.result() for each in asked if each.done()]
    assert {type(each) for each in refused} == {Busy}
    assert {getattr(each, "message", "") for each in refused} == {
        "Há muitos certificados sendo abertos agora. Aguarde alguns segundos e envie de novo."
    }
    assert work.begun == work.most == 2
    work.go.set()
    assert sum(each.result() is CONTENTS for each in asked) == 2


def test_a_class_that_uploads_together_is_served(pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    """An honest file takes little: who finds both places taken waits for the next one."""

    def quick(content: bytes, password: str) -> containers.Contents:
        time.sleep(0.05)
        return CONTENTS

    monkeypatch.setattr(containers, "open_container", quick)
    users = [factories.make_user() for _ in range(openings.MOST_AT_ONCE + openings.MOST_WAITING)]
    assert [each.result() for each in [pool.submit(opened, user) for user in users]] == [CONTENTS] * len(users)


def test_the_refusal_is_a_page_with_retry_after(rf: RequestFactory) -> None:
    request: Any = rf.post("/")
    request.user, request.session = factories.make_user(), {}  # enough for a page
    request.actor = acting(request.user)
    middleware = RefusalMiddleware(lambda request: None)  # type: ignore[arg-type,return-value]  # never called
    answer: Any = middleware.process_exception(request, Busy(openings.ALL_BUSY, retry_after=15))
    assert (answer.status_code, answer["Retry-After"]) == (429, "15")
    assert openings.ALL_BUSY in answer.content.decode()
