"""The fixture `switch`: the switches of the whole test, in every thread, as the environment would set them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from common import switches

Switch = Callable[..., None]
KINDS = {each.name: each for each in switches.ALL}


@pytest.fixture
def switch(settings: Any) -> Switch:
    """`switch(cer_policy="avisar", keep_pfx=False)`: the installation has these until the test ends."""

    def turn(**values: object) -> None:
        settings.SWITCHES = replace(
            settings.SWITCHES, **{name: KINDS[name].read(value) for name, value in values.items()}
        )

    return turn
