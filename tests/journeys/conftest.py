"""Journeys walk the seeded portal, with the people of the demonstration."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser

from common import clock
from tests.journeys.walker import Walker, arriving
from tests.live import LivePortal


@pytest.fixture
def seeded_portal(seeded_world: None, live_portal: LivePortal) -> LivePortal:
    return live_portal


@pytest.fixture
def people(browser: Browser, seeded_portal: LivePortal) -> Iterator[Callable[[], Walker]]:
    """Each call is one more person with a telephone apart."""
    with arriving(browser, seeded_portal.url) as arrive:
        yield arrive


@pytest.fixture
def walker(people: Callable[[], Walker]) -> Walker:
    return people()


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The portal's clock stands where it is put."""
    real_now = clock.real_now
    return lambda at: monkeypatch.setattr(clock, "instants", lambda: clock.Instants(at, real_now()))
