"""The simulated authorities, which every credential needs."""

from typing import Any

import pytest

from pki.services import ensure_authorities
from tests.factories import NOON


@pytest.fixture
def authorities(db: Any) -> None:
    """Both simulated authorities, root and intermediate."""
    ensure_authorities(at=NOON)
