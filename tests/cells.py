"""One cell of a machine's table: from a state by a transition to a target, or refused."""

from collections.abc import Mapping
from typing import Any

import pytest
from django_fsm import TransitionNotAllowed, can_proceed


def walk_cell(row: Any, name: str, table: Mapping[str, Mapping[str, str]], arguments: Mapping[str, Any]) -> str | None:
    """Try the transition on a row at its source. The target that the table has; None where it is refused."""
    source = row.status
    target, act = table[source].get(name), getattr(row, name)
    assert can_proceed(act) is (target is not None)
    if target is None:
        with pytest.raises(TransitionNotAllowed):
            act(**arguments)
    else:
        act(**arguments)
    assert row.status == (target or source)
    return target
