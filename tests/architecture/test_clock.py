"""No test depends on the day or hour at which it runs: one clock, and no literal day beside the real one.

What each check asks of a test is said in its message; tests/clock.py tells how to write it.
"""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.instants import Module, Node, Suite, literal_days
from tests.architecture.sources import ROOT, kept, walk

THE_CLOCK = "tests/clock.py"
READINGS = {
    "common.clock.now",
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "django.utils.timezone.localdate",
    "django.utils.timezone.localtime",
    "django.utils.timezone.now",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.strftime",
    "time.time",
    "time.time_ns",
}
HANDS = {"time_machine", "freezegun"}
# What has a clock of its own, which no fixture can set.
OUTSIDE = ("subprocess.", "ssl.", "playwright.")
# Tests that reach one of them and yet judge no date.
TIMELESS = {
    "tests/config/test_compose.py": "nginx only reads its configuration",
    "tests/config/test_embedded_postgres.py": "starts and stops servers",
    "tests/config/test_embedded_valkey.py": "starts and stops servers",
    "tests/config/test_image.py": "nobody signs in; certificates are written and not judged",
    "tests/config/test_supervisor.py": "starts and stops processes",
    "tests/config/test_worker.py": "waits for a sign of life, whatever its hour",
    "tests/pki/test_issuing.py::test_openssl_opens_both_forms": "openssl opens a container, and judges nothing",
    "tests/rnds/test_access_certificate_command.py": "openssl opens a container, and judges nothing",
}


@kept
def modules() -> dict[str, Module]:
    files = [ROOT / "conftest.py", *sorted((ROOT / "tests").rglob("*.py"))]
    paths = {file.relative_to(ROOT).as_posix(): file for file in files}
    return {path: Module(path, ast.parse(file.read_text(), path)) for path, file in paths.items()}


@cache
def suite() -> Suite:
    """The tests as they are."""
    return Suite(modules())


def with_planted(path: str, text: str) -> Suite:
    """One module more, which alone is judged."""
    return Suite(modules() | {path: Module(path, ast.parse(text))}, judged=path)


def is_real(reached: dict[Node, Node | None]) -> bool:
    return (THE_CLOCK, "real_clock") in reached


def way(reached: dict[Node, Node | None], node: Node) -> str:
    """`test_x → helper → CONSTANT`, by which a test came to a node."""
    steps: list[str] = []
    at: Node | None = node
    while at is not None:
        steps.append(at[1])
        at = reached[at]
    return " → ".join(reversed(steps))


def clock_readings(tests: Suite) -> Iterator[str]:
    for path, module in tests.judged.items():
        if path == THE_CLOCK:
            continue
        for name in HANDS & {dotted.partition(".")[0] for dotted in module.imports.values()}:
            yield f"{path} imports {name}: take the fixture `clock`, or `standing_at` of tests.clock"
        for node in walk(module.tree):
            if isinstance(node, ast.Name | ast.Attribute) and module.dotted(node) in READINGS:
                yield f"{path}:{node.lineno} reads {module.dotted(node)}: use now() or today() of tests.clock"
            elif (
                isinstance(node, ast.Constant) and node.value in READINGS - {"time.time"} and "architecture" not in path
            ):
                yield f"{path}:{node.lineno} replaces {node.value}: use clock.move_to(...) of the fixture `clock`"


def days_in_factories(tests: Suite) -> Iterator[str]:
    for path, module in tests.judged.items():
        if path.startswith("tests/factories/"):
            for day in literal_days(module, list(walk(module.tree))):
                yield f"{path} carries {day}: a factory's days are so many from today() of tests.clock"


def days_beside_the_real_clock(tests: Suite) -> Iterator[str]:
    for test in tests.tests():
        reached = tests.reached(test)
        if not is_real(reached):
            continue
        for node, led in reached.items():
            if led and led[0] == THE_CLOCK:
                continue
            if days := ["NOON"] if node == (THE_CLOCK, "NOON") else tests.said(node).days:
                yield (
                    f"{test[0]}::{test[1]} lives in the present (real_clock) and reaches the day {days[0]} "
                    f"({way(reached, node)}): count from today() or now() of tests.clock"
                )


def outside_clocks(tests: Suite) -> Iterator[str]:
    for test in tests.tests():
        name = f"{test[0]}::{test[1]}"
        reached = tests.reached(test)
        if is_real(reached) or test[0] in TIMELESS or name in TIMELESS:
            continue
        for node in reached:
            outside = [n for n in tests.said(node).names if n.startswith(OUTSIDE)]
            if outside and not any("-attime" in tests.said(n).texts for n in reached):
                yield (
                    f"{name} stands at NOON and reaches {min(outside)} ({way(reached, node)}), which has a clock of "
                    "its own: take the fixture `real_clock` (live_portal does), or tell it the instant"
                )
                break


CHECKS = [clock_readings, days_in_factories, days_beside_the_real_clock, outside_clocks]


@pytest.mark.parametrize("check", CHECKS)
def test_no_test_depends_on_the_day_or_hour_at_which_it_runs(check) -> None:  # type: ignore[no-untyped-def] # any check
    found = sorted(set(check(suite())))
    assert not found, "\n" + "\n".join(found)


def test_both_kinds_of_test_are_seen() -> None:
    tests = suite()
    real = [test for test in tests.tests() if is_real(tests.reached(test))]
    assert len(real) > 40
    assert len(list(tests.tests())) > len(real) * 10


PLANTED = {
    "a reading": (clock_readings, "from datetime import datetime as dt\nAT = dt.now()\n"),
    "a reading by another name": (clock_readings, "from common.clock import now\ndef test_a():\n    now()\n"),
    "a clock of its own": (clock_readings, "import time_machine\n"),
    "a replaced clock": (clock_readings, "def test_a(mocker):\n    mocker.patch('common.clock.now')\n"),
    "a day": (days_beside_the_real_clock, "def test_a(real_clock):\n    assert '2026-11-23'\n"),
    "a day shown": (days_beside_the_real_clock, "def test_a(live_portal):\n    assert 'em 23/11/2026 às'\n"),
    "a day of a constant": (
        days_beside_the_real_clock,
        "from datetime import date\nDAY = date(2027, 1, 1)\ndef helper():\n    return DAY\n"
        "def test_a(live_portal):\n    helper()\n",
    ),
    "noon by a factory": (
        days_beside_the_real_clock,
        "from tests import factories\nclass TestIt:\n    def test_a(self, people):\n        factories.NOON\n",
    ),
    "a day of an autouse fixture": (
        days_beside_the_real_clock,
        "import pytest\npytestmark = pytest.mark.usefixtures('real_clock')\n@pytest.fixture(autouse=True)\n"
        "def world():\n    return '2026-11-23'\ndef test_a():\n    pass\n",
    ),
    "a child process": (outside_clocks, "import subprocess\ndef test_a():\n    subprocess.run(['date'])\n"),
    "a child of a helper": (
        outside_clocks,
        "from tests.attacks.house import WebProcess\ndef test_a():\n    WebProcess(None)\n",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found(planted: str) -> None:
    check, text = PLANTED[planted]
    # In the folder of the journeys, whose conftest has `people`.
    assert list(check(with_planted("tests/journeys/test_planted.py", text)))


def test_a_conftest_puts_its_folder_in_the_present() -> None:
    files = {
        "tests/planted/conftest.py": "import pytest\n@pytest.fixture(autouse=True)\ndef it(real_clock):\n    pass\n",
        "tests/planted/test_it.py": "import subprocess\ndef test_a():\n    subprocess.run(['date'])\n",
    }
    planted = {path: Module(path, ast.parse(text)) for path, text in files.items()}
    assert list(outside_clocks(Suite(modules() | planted, judged="tests/planted/"))) == []
    del planted["tests/planted/conftest.py"]
    assert list(outside_clocks(Suite(modules() | planted, judged="tests/planted/")))


def test_a_day_in_a_factory_is_found() -> None:
    text = "from datetime import date\nDAY = date(2026, 12, 1)\n"
    assert list(days_in_factories(with_planted("tests/factories/planted.py", text)))


@pytest.mark.parametrize(
    "text",
    [
        "def test_a(clock):\n    assert '2026-11-23'\n",
        "def test_a(real_clock):\n    '''Since 2026-11-23.'''\n    assert 'Ensaio-2026'\n",
        "from datetime import date\ndef test_a(live_portal):\n    date(1980, 1, 1), date(9999, 12, 31)\n",
        "import subprocess\ndef test_a():\n    subprocess.run(['openssl', 'verify', '-attime', '1'])\n",
        "from tests.clock import now, today\ndef test_a(real_clock):\n    now(), today()\n",
    ],
)
def test_what_is_sound_is_left_alone(text: str) -> None:
    tests = with_planted("tests/pki/test_planted.py", text)
    assert [line for check in CHECKS for line in check(tests)] == []
