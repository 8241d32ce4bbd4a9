"""What every bench needs: a portal of its own, interleaved rounds, ratios with their absolute figures, an exit code.

    def main() -> int:
        support.start_portal()
        from egestor.models import DeploymentToken  # models only after start_portal()
        times = support.interleave(5, ours=one_round_of_ours, reference=one_round_of_the_reference)
        return support.finish(support.Goal.at_least("rate", ratio, 0.85, "ours 12,000/s, reference 13,000/s"))

    if __name__ == "__main__":
        support.run(main)

Run one with `python -m bench.bench_c1_sweep`; `BENCH_FULL=1` uses the sizes of the goals, `BENCH_PEOPLE=500000` says
how many people the benches of the registry take. Those that compare sizes take several: `BENCH_PEOPLE=100000,500000`.
"""

import atexit
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import django
import requests
from django.core.management import call_command

from common.one_block import in_one_block
from config import embedded_postgres
from config.paths import BASE_DIR

FULL = os.environ.get("BENCH_FULL") == "1"
ROUNDS = 5


def sizes(small: tuple[int, ...], full: tuple[int, ...]) -> tuple[int, ...]:
    """How many people a bench that compares sizes takes each time."""
    told = os.environ.get("BENCH_PEOPLE", "")
    return tuple(int(each) for each in told.split(",")) if told else full if FULL else small


def people(small: int, full: int) -> int:
    """How many people a bench of the registry takes: of several sizes the last."""
    return sizes((small,), (full,))[-1]


def start_portal(**settings: str) -> Path:
    """Start an embedded PostgreSQL in a new folder, set Django up on it and migrate; returns the data folder.

    `settings` are environment variables for the settings module. Server and folder go away with the process.
    """
    folder = Path(tempfile.mkdtemp(prefix="ensaio-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= {
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "SECRET_KEY": "bench-only-not-a-secret",
        "REDIS_URL": "",
        "SALAS_MAXIMO": "0",
        # One line for each request would drown the figures.
        "LOG_LEVEL": "WARNING",
    } | settings
    os.environ["DATABASE_URL"] = embedded_postgres.start(folder / "postgres")

    django.setup()
    if not int(os.environ["SALAS_MAXIMO"]):
        be_in_the_only_world()
        call_command("migrate", verbosity=0)
    return folder


def be_in_the_only_world() -> None:
    """Measure without rooms: every thread of the bench is in the database of DATABASE_URL, as the only world."""
    from django.db import connections

    # Setting Django up may have made one already, of the kind that refuses.
    connections["default"].close()
    connections.settings["default"]["ENGINE"] = "django.db.backends.postgresql"
    del connections["default"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, command: str) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """`manage.py serve` or `run` over the data folder: process, address, and the seconds until /healthz said that it
    serves («degraded» is a web process without its worker).
    """
    port, tls_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {"PORT": str(port), "TLS_PORT": str(tls_port)}
    with (folder / f"{command}.log").open("ab") as log, stopwatch() as seconds:
        process = subprocess.Popen(
            [sys.executable, "manage.py", command], cwd=BASE_DIR, env=environment, stdout=log, stderr=log
        )
        wanted = {"ok"} if command == "run" else {"ok", "degraded"}
        while _health(url) not in wanted:
            assert process.poll() is None, (folder / f"{command}.log").read_text()
            time.sleep(0.1)
    try:
        yield process, url, seconds()
    finally:
        process.terminate()
        process.wait()


def _health(url: str) -> str:
    try:
        return str(requests.get(f"{url}/healthz", timeout=5).json()["status"])
    except requests.RequestException:
        return ""


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """`with stopwatch() as seconds: …`; afterwards `seconds()` is the wall time spent inside."""
    start, end = time.perf_counter(), 0.0
    yield lambda: end - start
    end = time.perf_counter()


def timed(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    with stopwatch() as seconds:
        work()
    return seconds()


def interleave(rounds: int = ROUNDS, **sides: Callable[[], float]) -> dict[str, list[float]]:
    """Call each side once per round and collect what it returns (seconds, or a rate).

    Neighbours in time share the noise of the machine; every other round goes backwards, so no side is always first.
    """
    figures: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        names = list(sides) if number % 2 == 0 else list(reversed(sides))
        for name in names:
            figures[name].append(sides[name]())
    return figures


def ratio(above: list[float], below: list[float]) -> float:
    """Median of the ratios of the rounds, each between figures taken side by side."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


@dataclass(frozen=True)
class Goal:
    """One figure against its limit, with the absolute figures it comes from."""

    name: str
    figure: float
    limit: float
    is_floor: bool
    absolute: str

    @classmethod
    def at_least(cls, name: str, figure: float, limit: float, absolute: str) -> "Goal":
        return cls(name, figure, limit, True, absolute)

    @classmethod
    def at_most(cls, name: str, figure: float, limit: float, absolute: str) -> "Goal":
        return cls(name, figure, limit, False, absolute)

    @property
    def is_met(self) -> bool:
        return self.figure >= self.limit if self.is_floor else self.figure <= self.limit

    def __str__(self) -> str:
        mark, sign = "ok   " if self.is_met else "FALHA", "≥" if self.is_floor else "≤"
        return f"{mark} {self.name}: {self.figure:.4g} (meta {sign} {self.limit:.4g}) — {self.absolute}"


def run(main: Callable[[], int]) -> NoReturn:
    """End with the exit code of a bench, whose calls are as fast as those of a request, a task or a command."""
    sys.exit(in_one_block(main)())


def finish(*goals: Goal) -> int:
    """Print every goal and give the exit code: 0 only when all are met."""
    size = "tamanho cheio" if FULL else "tamanho reduzido"
    sys.stdout.write(f"{size}; {platform.machine()}, {os.cpu_count()} CPU, Python {platform.python_version()}\n")
    sys.stdout.writelines(f"{goal}\n" for goal in goals)
    return 0 if all(goal.is_met for goal in goals) else 1


def cpu_seconds(roots: list[int]) -> float:
    """CPU time so far of these processes and everything below them: of threads that ended and of processes that died,
    too, so that it never falls. To the tick of the clock (10 ms).
    """
    return sum(_cpu_ticks(pid) for root in roots for pid in _family(root)) / os.sysconf("SC_CLK_TCK")


def _cpu_ticks(pid: int) -> int:
    """Its own, and of its children that it has buried; none of what ended as we looked."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    # What follows the name, which may have spaces: utime, stime, cutime and cstime are the 12th to the 15th.
    return sum(int(ticks) for ticks in facts.rpartition(")")[2].split()[11:15])


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in task.read_text().split():
                yield from _family(int(child))


def late(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=100)[94]


def milliseconds(name: str, seconds: list[float]) -> str:
    """Median, 95th percentile and worst of one side."""
    middle, slow, worst = (value * 1000 for value in (statistics.median(seconds), late(seconds), max(seconds)))
    return f"{name}: mediana {middle:.0f} ms, p95 {slow:.0f} ms, pior {worst:.0f} ms"


def figures(name: str, values: list[float], unit: str = "s") -> str:
    """Median and range of one side: "varredura 1.2 s [1.1–1.4]"."""
    return f"{name} {statistics.median(values):.4g} {unit} [{min(values):.4g}–{max(values):.4g}]"
