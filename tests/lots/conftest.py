"""Fixtures of the lots: the small SISRede, and its TI."""

import pytest

from accounts.models import User
from cadsus.models import Posting
from tests.cadsus.sisrede import Network, network

__all__ = ["network"]


@pytest.fixture
def it(network: Network) -> User:
    """The TI of the municipality, who runs the lots."""
    return network.worker(Posting.Function.MUNICIPAL_IT, name="JULIANA CABIÚNA")
