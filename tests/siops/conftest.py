"""Fixtures of the SIOPS."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.factories import NOON


@pytest.fixture
def noon() -> Iterator[Any]:
    """Noon of an ordinary Monday, for what the screens read from the clock."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller
