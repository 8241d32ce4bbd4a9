"""The simulated authorities, which every credential needs."""

from typing import Any

import pytest

from pki.services import ensure_authorities
from tests.clock import now


@pytest.fixture
def authorities(db: Any) -> None:
    """Both simulated authorities, root and intermediate."""
    ensure_authorities(at=now())
