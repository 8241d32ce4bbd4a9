"""Fixtures of the SIOPS."""

import pytest

from tests.clock import Clock


@pytest.fixture
def noon(clock: Clock) -> Clock:
    """Noon of an ordinary Monday, for what the screens read from the clock."""
    return clock
