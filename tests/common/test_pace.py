"""The measured pace."""

import time

import pytest

from common import pace


@pytest.mark.parametrize(("spent", "waits"), [(0.0, 0.0), (0.03, 0.07), (0.0999, 0.0001), (0.1, 0.0), (0.13, 0.07)])
def test_who_leaves_waits_for_the_step(monkeypatch: pytest.MonkeyPatch, spent: float, waits: float) -> None:
    clock: list[float] = [0.0]
    slept: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", slept.append)
    with pace.measured():
        clock[0] += spent
    assert slept == [pytest.approx(waits, abs=1e-9)]


def test_a_refusal_waits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    with pytest.raises(LookupError), pace.measured():
        raise LookupError
    assert len(slept) == 1
