"""Journeys walk the seeded portal, with the people of the demonstration."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser

from common import clock
from tests.in_room import let_in
from tests.journeys.walker import Walker
from tests.live import LivePortal


@pytest.fixture
def seeded_portal(seeded_world: None, live_portal: LivePortal) -> LivePortal:
    return live_portal


@pytest.fixture(params=[1280, 390])
def people(
    request: pytest.FixtureRequest, browser: Browser, seeded_portal: LivePortal
) -> Iterator[Callable[[], Walker]]:
    """Each call is one more person with a browser apart; all at a desk, or all with a telephone."""
    walkers: list[Walker] = []

    def arrive() -> Walker:
        context = browser.new_context(
            base_url=seeded_portal.url,
            locale="pt-BR",
            viewport={"width": request.param, "height": 900},
            permissions=["clipboard-read", "clipboard-write"],
        )
        let_in(context, seeded_portal.url)
        walkers.append(Walker(context.new_page()))
        return walkers[-1]

    yield arrive
    for walker in walkers:
        assert walker.problems == []
        walker.page.context.close()


@pytest.fixture
def walker(people: Callable[[], Walker]) -> Walker:
    """Somebody at a desk, and somebody with a telephone."""
    return people()


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The portal's clock stands where it is put."""
    real_now = clock.real_now
    return lambda at: monkeypatch.setattr(clock, "instants", lambda: clock.Instants(at, real_now()))
