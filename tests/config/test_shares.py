"""The files of one `xdist_group` share a worker (tests.shares)."""

from types import SimpleNamespace
from typing import Any

from config.paths import BASE_DIR
from tests.shares import MARK, Shares, group_of


class Worker:
    """What the scheduler knows of one: the tests that it was sent."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.sent: list[int] = []
        self.shutting_down = False

    def send_runtest_some(self, indices: list[int]) -> None:
        self.sent += indices

    def shutdown(self) -> None:
        self.shutting_down = True


def test_a_group_goes_whole_to_one_worker(pytestconfig: Any) -> None:
    grouped = ["tests/config/test_run.py::test_a", "tests/rooms/test_survival.py::test_b"] * 4
    tests = [f"{test}[{number}]" for number, test in enumerate(grouped)]
    tests += [f"tests/config/test_shares.py::test_c[{number}]" for number in range(4)]
    workers: list[Any] = [Worker("one"), Worker("other")]
    option = SimpleNamespace(loadscopereorder=True)
    config: Any = SimpleNamespace(option=option, getvalue=lambda _: ["a", "b"])
    shares = Shares(config, None)
    for worker in workers:
        shares.add_node(worker)
        shares.add_node_collection(worker, tests)
    shares.schedule()
    assert workers[0].sent == list(range(8))
    assert workers[1].sent
    assert min(workers[1].sent) == 8


def test_a_file_that_makes_something_for_all_of_its_tests_goes_whole_to_one_worker() -> None:
    made_once = "tests/cadsus/test_special_cases.py"
    assert group_of(made_once) == made_once
    assert group_of("tests/config/test_shares.py") == ""


def test_every_mark_is_seen() -> None:
    """One written otherwise would divide its group without a word."""
    for path in BASE_DIR.glob("tests/**/test_*.py"):
        text = path.read_text()
        assert text.count("mark.xdist" + "_group") == len(MARK.findall(text)), path
