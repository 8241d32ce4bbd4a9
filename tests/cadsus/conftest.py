"""Fixtures of the CADSUS and of the SISRede."""

from typing import Any

import pytest

from accounts.models import User
from territory.models import Establishment
from tests.cadsus.sisrede import network
from tests.factories import make_establishment
from tests.factories.cadsus import make_unit_manager, make_worker

__all__ = ["network"]


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    """The simulated gov.br exists only in a demonstration."""
    settings.DEMO = True


@pytest.fixture
def unit() -> Establishment:
    return make_establishment()


@pytest.fixture
def worker(unit: Establishment) -> User:
    """Linked to the unit, without any function or access."""
    return make_worker(unit)


@pytest.fixture
def manager(unit: Establishment) -> User:
    """Answers for the unit."""
    return make_unit_manager(unit)
