"""Keeping the parts of a run: what is vital ends it with a sentence, the rest is tried again with growing pauses."""

import sys
from pathlib import Path
from typing import Any

import pytest

from config.embedded import EmbeddedError
from config.servers import supervisor as module
from config.servers.supervisor import HOPELESS, Child, GaveUp, Part, Supervisor
from tests.runs import wait_for


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Sick(Part):
    """Dies at once, or cannot even start."""

    def __init__(self, *, vital: bool = False, starts: bool = True) -> None:
        super().__init__("O doente", Path("/registro"))
        self.vital, self.starts, self.begun = vital, starts, 0

    @property
    def running(self) -> bool:
        return False

    def start(self) -> None:
        self.begun += 1
        if not self.starts and self.begun > 1:
            raise EmbeddedError("não inicia")

    def clean_up(self) -> None:
        """Nothing is left of it."""

    def ask_to_stop(self) -> None:
        """It does not run."""

    def stop(self) -> None:
        """It does not run."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


def watch(part: Part, clock: Clock, seconds: int) -> list[str]:
    said: list[str] = []
    kept = Supervisor([part], said.append)
    kept.start()
    for _ in range(seconds):
        kept.check()
        clock.now += 1
    return said


@pytest.mark.parametrize("starts", [True, False])
def test_a_sick_part_is_tried_again_with_growing_pauses_and_stops_nothing(clock: Clock, starts: bool) -> None:
    part = Sick(starts=starts)
    said = watch(part, clock, seconds=600)
    pauses = [int(line.split(" em ")[1].split()[0]) for line in said[1:]]
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert set(pauses[7:]) <= {60}
    assert 10 < part.begun < 30
    assert all(len(line.splitlines()) == 1 and line.endswith(").") for line in said)


def test_a_sick_vital_part_ends_the_run_with_a_sentence(clock: Clock) -> None:
    with pytest.raises(GaveUp, match=r"^O doente parou 3 vezes em pouco tempo\. O motivo está no fim de /registro\.$"):
        watch(Sick(vital=True), clock, seconds=60)


def test_deaths_far_apart_are_no_sickness(clock: Clock) -> None:
    part, said = Sick(vital=True), list[str]()
    kept = Supervisor([part], said.append)
    kept.start()
    for _ in range(5):
        clock.now += module.WINDOW_SECONDS + 1
        kept.check()
    assert said == ["O doente parou e está sendo reiniciado (registro em /registro)."] * 5


def test_what_no_restart_helps_says_why(tmp_path: Path) -> None:
    code = f"import sys; print('CommandError: A porta 1 já está em uso.'); sys.exit({HOPELESS})"
    child = Child("O portal", [sys.executable, "-c", code], tmp_path / "registro.log", grace=1, vital=True)
    kept = Supervisor([child], _never)
    kept.start()
    wait_for(lambda: not child.running)
    with pytest.raises(GaveUp, match=r"^A porta 1 já está em uso\.$"):
        kept.check()
    kept.stop()


def _never(line: str) -> Any:
    pytest.fail(line)
