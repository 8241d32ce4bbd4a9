"""Programs that read strangers' files: each file in a process of its own, forked from one that waits."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from common.apart import Ended, _idle, read_apart
from config.paths import BASE_DIR
from tests.runs import wait_for

Write = Callable[[str], str]
SECONDS = 20.0
# A program that tells of itself, and what it finds of a former file.
TELLING = """
import json, os, sys
former = []
def main():
    given = sys.stdin.buffer.read()
    if given == b"mortal":
        os.kill(os.getpid(), 11)
    told = {"pid": os.getpid(), "parent": os.getppid(), "former": len(former), "arguments": sys.argv[1:]}
    former.append(given)
    sys.stdout.write(json.dumps(told | {"length": len(given)}))
    return 7
"""

DEADLY = b"mortal"
# Somebody else's portal: it reads one file, says who waits for the next, and does not end.
PORTAL = """
import json, sys, time
from common.apart import read_apart
ended = read_apart(sys.argv[1], content=b"x", seconds=20)
print(json.loads(ended.output)["parent"], flush=True)
time.sleep(60)
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_one(text: str) -> str:
        (tmp_path / "program.py").write_text(text)
        return str(tmp_path / "program.py")

    return write_one


def ask(program: str, *arguments: str, content: bytes = b"x") -> dict[str, Any]:
    ended = read_apart(program, *arguments, content=content, seconds=SECONDS)
    assert ended.status == 7
    told: dict[str, Any] = json.loads(ended.output)
    return told


def test_each_file_has_a_process_that_saw_no_other(write: Write) -> None:
    program = write(TELLING)
    first, second = ask(program), ask(program)
    assert first["pid"] != second["pid"]
    assert first["parent"] == second["parent"]
    assert (first["former"], second["former"]) == (0, 0)
    assert not psutil.pid_exists(first["pid"])


def test_the_program_is_called_with_its_arguments(write: Write) -> None:
    program = write(TELLING)
    assert ask(program, "10")["arguments"] == ["10"]
    assert ask(program, "1")["arguments"] == ["1"]


def test_a_file_larger_than_any_buffer_goes_in_and_comes_out(write: Write) -> None:
    program = write("import sys\ndef main():\n    sys.stdout.buffer.write(sys.stdin.buffer.read())\n    return 0\n")
    content = os.urandom(4 * 1024 * 1024)
    assert read_apart(program, content=content, seconds=SECONDS) == Ended(0, content)


def test_who_does_not_read_the_file_answers_all_the_same(write: Write) -> None:
    program = write("def main():\n    print('cedo')\n    return 3\n")
    assert read_apart(program, content=b"x" * 4 * 1024 * 1024, seconds=SECONDS) == Ended(3, b"cedo\n")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("raise ValueError", 1),
        ("sys.exit(5)", 1),
        ("os.abort()", -signal.SIGABRT),
        ("resource.setrlimit(resource.RLIMIT_CPU, (1, 1)); exec('while True: pass')", -signal.SIGKILL),
    ],
)
def test_how_it_ended_is_told_and_the_next_file_is_read(body: str, status: int, write: Write) -> None:
    program = write(f"import os, resource, sys\ndef main():\n    if sys.stdin.read() == 'mau': {body}\n    return 0\n")
    assert read_apart(program, content=b"mau", seconds=SECONDS).status == status
    assert read_apart(program, content=b"bom", seconds=SECONDS).status == 0


def test_after_one_that_was_killed_another_process_waits(write: Write) -> None:
    program = write(TELLING)
    former = ask(program)["parent"]
    assert read_apart(program, content=DEADLY, seconds=SECONDS).status == -signal.SIGSEGV
    assert ask(program)["parent"] != former
    assert not psutil.pid_exists(former)


def test_one_that_died_while_it_waited_costs_no_file(write: Write) -> None:
    program = write(TELLING)
    waiting = psutil.Process(ask(program)["parent"])
    waiting.kill()
    wait_for(lambda: waiting.status() == psutil.STATUS_ZOMBIE)
    assert ask(program)["parent"] != waiting.pid


def test_what_takes_too_long_is_killed(write: Write, tmp_path: Path) -> None:
    program = write(
        "import os, pathlib, sys, time\n"
        "def main():\n    pathlib.Path(sys.stdin.read()).write_text(str(os.getpid()))\n    time.sleep(60)\n"
    )
    place = tmp_path / "pid"
    assert read_apart(program, content=str(place).encode(), seconds=1).status == -signal.SIGKILL
    wait_for(lambda: not psutil.pid_exists(int(place.read_text())))


def test_two_files_at_once_are_read_at_once(write: Write, tmp_path: Path) -> None:
    """Each writes its name and waits for that of the other."""
    program = write(
        "import pathlib, sys, time\n"
        "def main():\n    mine, other = map(pathlib.Path, sys.stdin.read().split())\n    mine.touch()\n"
        "    while not other.exists():\n        time.sleep(0.01)\n    return 0\n"
    )
    names = [tmp_path / "a", tmp_path / "b"]
    ends: list[int] = []

    def read(mine: Path, other: Path) -> None:
        ends.append(read_apart(program, content=f"{mine} {other}".encode(), seconds=SECONDS).status)

    readers = [threading.Thread(target=read, args=pair) for pair in (names, names[::-1])]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert ends == [0, 0]
    assert len(_idle[program,]) == 2


@pytest.mark.usefixtures("real_clock")
def test_a_copy_of_the_portal_leaves_those_that_wait_to_the_first(write: Write) -> None:
    program = write(TELLING)
    waits = ask(program)["parent"]

    copy = os.fork()
    if not copy:
        # Nothing of the first portal may happen at the end of the copy.
        os._exit(len(_idle))
    assert os.waitpid(copy, 0) == (copy, 0)
    assert ask(program)["parent"] == waits


@pytest.mark.usefixtures("real_clock")
def test_none_waits_for_a_portal_that_was_killed(write: Write) -> None:
    command = [sys.executable, "-c", PORTAL, write(TELLING)]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE) as portal:
        assert portal.stdout is not None
        waiting = psutil.Process(int(portal.stdout.readline()))
        portal.kill()
    wait_for(lambda: not waiting.is_running())
