"""The one clock of the tests: whoever asserts something knows at which instant it stands.

Every test stands at NOON, frozen: `clock` is its hand (`clock.move_to(instant)`, `clock.shift(delta)`); a stretch at
another instant is `with standing_at(instant):`. There literal days are safe, whatever the day on which the suite runs.

A test that shares its instant with something that cannot be told the time (a child process, a TLS handshake, a
browser) takes `real_clock` and lives in the present. It names no literal day: it says `today() + timedelta(days=3)`.

`now()` is the only reading of the clock in tests: the frozen instant, or the present with `real_clock`. The makers of
`tests.factories` date what they make by it. tests/architecture/test_clock.py holds all this.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
import time_machine

from common import clock as house_clock
from common.legal_time import BRASILIA, end_of_legal_day

Clock = time_machine.Traveller

# 12:00 in Brasília on an ordinary Monday.
NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
# Seconds.
LONGEST_TEST = 100


def now() -> datetime:
    """The instant at which this test stands."""
    return house_clock.now()


def today() -> date:
    """Its day in Brasília."""
    return now().astimezone(BRASILIA).date()


@contextmanager
def standing_at(instant: datetime, *, running: bool = False) -> Iterator[Clock]:
    """Live at another instant, frozen unless told."""
    with time_machine.travel(instant, tick=running) as hand:
        yield hand


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[Clock | None]:
    """The hand of this test's clock, at NOON; None with `real_clock`."""
    if "real_clock" in request.fixturenames:
        yield None
        return
    with standing_at(NOON) as hand:
        yield hand


@pytest.fixture
def real_clock() -> None:
    """Live in the present, and then without a literal day; not across a midnight, when the tokens of the day die."""
    left = (end_of_legal_day(house_clock.now()) - house_clock.now()).total_seconds()
    if left < LONGEST_TEST:
        time.sleep(left)
