"""Where work begins, its calls find room: none of the edges is at the mercy of the depth at which it is called."""

from collections.abc import Callable

import pytest

import manage
from common.one_block import FRAME_WORDS
from config import wsgi
from rooms.queue import RoomTask


@pytest.mark.parametrize("edge", [wsgi.application, RoomTask.__call__, manage.main], ids=["request", "task", "command"])
def test_an_edge_begins_in_one_block(edge: Callable[..., object]) -> None:
    assert edge.__code__.co_stacksize == FRAME_WORDS
