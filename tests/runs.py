"""The whole portal as `make run` starts it: `manage.py run` in processes of its own, over a data folder and free ports.

The fixture `furnished` is a data folder that first runs have left in good order; only what speaks of the first start
itself begins with nothing.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

from config.paths import BASE_DIR


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], seconds: float = 30, *, pause: float = 0.1) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(pause)


class Run:
    """One `manage.py run` over a data folder, listening at an address of this machine, with these variables besides."""

    def __init__(self, data: Path, port: int | None = None, *, host: str = "127.0.0.1", **variables: str) -> None:
        self.data, self.port, self.tls_port = data, port or free_port(), free_port()
        names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PORTAL_URL", "TLS_URL")
        environment = {key: value for key, value in os.environ.items() if key not in names}
        environment |= {
            "DATA_DIR": str(data),
            "PORT": str(self.port),
            "TLS_PORT": str(self.tls_port),
            "PORTAL_HOST": host,
            **variables,
        }
        self.environment = environment
        self.process = subprocess.Popen(
            [sys.executable, BASE_DIR / "manage.py", "run"],
            cwd="/",
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.url = f"http://{host}:{self.port}"
        self.tls_url = f"https://{host}:{self.tls_port}"

    def health(self) -> dict[str, str]:
        try:
            return dict(requests.get(self.url + "/healthz", timeout=5).json())
        except requests.RequestException:
            return {}

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.process.poll() is not None or self.health().get("status") == "ok", seconds=120)
        assert self.process.poll() is None, self.process.communicate()[0]

    def end(self, number: signal.Signals) -> str:
        """Send the signal and return everything that the command printed."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)[0]

    def descendants(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))


def processes_of(data: Path) -> list[str]:
    """Command lines of every process that works for the data folder: by argument, or by environment."""
    found = []
    for process in psutil.process_iter():
        try:
            line = process.cmdline()
            if str(data / "postgres") in line or process.environ().get("DATA_DIR") == str(data):
                found.append(" ".join(line))
        except psutil.Error:
            continue
    return found


@dataclass(frozen=True)
class FirstRuns:
    """Two first runs at once that ended, one after the other: their data folder, in which nobody starts anything again,
    the code of each and what it printed, what the second said of its health once the first was gone, and the processes
    that outlived both.
    """

    data: Path
    returncodes: list[int]
    printed: list[str]
    left_alone: dict[str, str]
    outlived: list[str]


@pytest.fixture(scope="session")
def first_runs(tmp_path_factory: pytest.TempPathFactory) -> FirstRuns:
    """These two for all, by Ctrl-C: making and filling the databases takes most of the time of such a test."""
    data = tmp_path_factory.mktemp("first-runs") / "dados"
    runs = [Run(data), Run(data)]
    try:
        for run in runs:
            run.wait_until_ready()
    finally:
        printed = [runs[0].end(signal.SIGINT)]
        left_alone = runs[1].health()
        printed.append(runs[1].end(signal.SIGINT))
    outlived = processes_of(data)
    # A copy of a server that still ends would take the former one for its own.
    wait_for(lambda: not processes_of(data), seconds=60)
    shutil.rmtree(data / "logs")
    return FirstRuns(data, [run.process.returncode for run in runs], printed, left_alone, outlived)


@pytest.fixture
def furnished(first_runs: FirstRuns, tmp_path: Path) -> Path:
    """A copy of it for this test, with owners and modes: PostgreSQL insists on them."""
    data = tmp_path / "dados"
    subprocess.run(["cp", "-a", first_runs.data, data], check=True)
    return data
