"""The pages count who reads them, and under a frozen clock no minute passes: each test counts from nothing."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _counts_end() -> Iterator[None]:
    yield
    cache.clear()
