"""h6: what a run with many rooms costs while nobody uses it, and how long it takes to start over them.

Everything that works for the data folder is counted: supervisor, web process, worker, PostgreSQL and Valkey.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from bench import support

# Whole minutes: what wakes once a minute is in each of them once.
ROOMS, IDLE_SECONDS = (60, 120) if support.FULL else (10, 60)
CPU_PERCENT, BACKENDS, START_SECONDS = 5.0, 30, 10.0
# Until the first turns of the scheduler are over.
SETTLE_SECONDS = 20


def main() -> int:
    folder = support.start_portal(SALAS_MAXIMO=str(ROOMS), SALAS_RESERVA="2")
    from common import clock
    from config import preparation
    from rooms import services, stock
    from rooms.pool import pool

    preparation.prepare()
    for number in range(ROOMS):
        services.open_room(title=f"Sala {number}", at=clock.real_now())
    stock.tend(at=clock.real_now())
    pool.forget()
    with support.running(folder, "run") as (_, _, start):
        time.sleep(SETTLE_SECONDS)
        percent, backends = _watch(folder)
    return support.finish(
        support.Goal.at_most(
            f"h6 CPU em repouso, {ROOMS} salas (% de um núcleo)", percent, CPU_PERCENT, f"durante {IDLE_SECONDS} s"
        ),
        support.Goal.at_most(f"h6 conexões, {ROOMS} salas", max(backends), BACKENDS, f"{len(backends)} leituras"),
        support.Goal.at_most(f"h6 início com {ROOMS} salas (s)", start, START_SECONDS, "até /healthz dizer ok"),
    )


def _watch(folder: Path) -> tuple[float, list[int]]:
    """Percent of a core that was used, and how many connections the database server had at each look."""
    before, begun = _cpu_seconds(folder), time.perf_counter()
    backends = []
    while time.perf_counter() - begun < IDLE_SECONDS:
        backends.append(_backends())
        time.sleep(1)
    spent = _cpu_seconds(folder)
    used = sum(seconds - before.get(pid, 0.0) for pid, seconds in spent.items())
    return used / (time.perf_counter() - begun) * 100, backends


def _cpu_seconds(folder: Path) -> dict[int, float]:
    found = {}
    for process in _processes(folder):
        with suppress(psutil.Error):
            times = process.cpu_times()
            found[process.pid] = times.user + times.system
    return found


def _processes(folder: Path) -> Iterator[psutil.Process]:
    """All of the data folder but this one; what came and went between two looks is not seen."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            own = process.environ().get("DATA_DIR") == str(folder) or process.cwd().startswith(str(folder))
            if own and process.pid != psutil.Process().pid:
                yield process


def _backends() -> int:
    """Sessions of clients, but for the one that asks."""
    from rooms import worlds

    with worlds.control() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    support.run(main)
