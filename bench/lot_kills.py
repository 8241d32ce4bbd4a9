"""kill -9 of both workers of a lot at 43 %, and two others at once: do the totals add up, nobody twice, nobody skipped?

    python -m bench.lot_kills             # eight trials at each pace, small; then as many with PostgreSQL itself killed
    BENCH_FULL=1 python -m bench.lot_kills

Each worker is a process of its own over the same database. It prints a line for each trial, and exits non-zero when one
does not add up. `--worker LOT` is what a worker runs; `--server` tries the server alone.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psutil

from bench import support
from config import embedded

TRIALS, AT = 8, 0.43
Workers = list[subprocess.Popen[bytes]]
# Pace → people: a room, and a município at full speed.
SIZES = {"class": 4_000, "full": 100_000 if support.FULL else 60_000}
DEADLINE = 300.0


def main() -> int:
    support.start_portal()
    from bench import lot_tables, registry_tables
    from common import clock
    from territory.services import load_reference_data

    load_reference_data()
    failures = 0
    for pace, people in SIZES.items():
        _forget_charts()
        registry_tables.empty()
        registry_tables.populate(people)
        entity, _ = lot_tables.make_city()
        made = lot_tables.make_charts(clock.real_now() - timedelta(days=30))
        for victim, kill in VICTIMS.items():
            for trial in range(1, TRIALS + 1):
                failures += not _trial(f"{victim}, {pace} {trial}", kill, pace, entity, made)
    return 1 if failures else 0


def _kill_workers(workers: Workers) -> None:
    for worker in workers:
        worker.kill()
        worker.wait()


def _kill_server(workers: Workers) -> None:
    """PostgreSQL, with whatever statement it was in, and up again. The workers lose their connection, and end."""
    from django.db import connection

    (server,) = embedded.kept()
    postmaster = psutil.Process(int(server.pid_file.read_text().split()[0]))
    dying = [postmaster, *postmaster.children(recursive=True)]
    for process in dying:
        process.kill()
    psutil.wait_procs(dying, timeout=60)
    for worker in workers:
        worker.wait(timeout=60)
    connection.close()
    embedded.revive(server)


VICTIMS: dict[str, Callable[[Workers], None]] = {"trabalhadores": _kill_workers, "PostgreSQL": _kill_server}


def _trial(name: str, kill: Callable[[Workers], None], pace: str, entity: int, people: int) -> bool:
    from bench import lot_tables
    from bench.bench_d1_lot import begun
    from lots.classification import visits_table
    from lots.models import Lot
    from lots.services import reading
    from lots.services.steering import done

    lot_tables.be_as_before()
    lot = begun(entity, pace)
    workers = [_worker(lot.pk) for _ in range(2)]
    at_least = int(AT * people) - (25_000 if pace == "full" else 0)
    reached = _wait(lambda: done(lot) >= at_least and done(lot) > 0, workers)
    kill(workers)
    killed_at = done(lot)
    # At once: the server may still be at work on the statements of the dead.
    others = [_worker(lot.pk) for _ in range(2)]
    _wait(lambda: Lot.objects.get(pk=lot.pk).status != "running", others)
    for worker in others:
        worker.wait(timeout=60)
    after = Lot.objects.get(pk=lot.pk)
    counted = sum(reading.totals(after).values())
    visits, visited = _count(visits_table(lot.pk))
    right = reached and after.is_finished and people == visits == visited == counted == done(lot)
    sys.stdout.write(
        f"{'ok   ' if right else 'FALHA'} {name}: morto em {100 * killed_at // people} %, {people} pessoas, "
        f"{visits} visitas, {visited} distintas, {counted} nos contadores, {after.get_status_display()}\n"
    )
    sys.stdout.flush()
    return right


def _worker(lot_id: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "bench.lot_kills", "--worker", str(lot_id)], env=os.environ)


def _wait(until: Any, workers: Workers) -> bool:
    end = time.monotonic() + DEADLINE
    while not until():
        if time.monotonic() > end or all(worker.poll() is not None for worker in workers):
            return bool(until())
        time.sleep(0.005)
    return True


def _count(table: str) -> tuple[int, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), count(DISTINCT citizen_id) FROM {table}")  # noqa: S608 -- an own name
        visits, visited = cursor.fetchone()
    return int(visits), int(visited)


def _forget_charts() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cadsus_citizen CASCADE")


def worker(lot_id: int) -> None:
    """Work at the lot until it is over, at its pace."""
    import django

    django.setup()
    support.be_in_the_only_world()
    from common import clock
    from lots.models import Lot
    from lots.services.running import work_slice
    from lots.tasks import rest_of

    pace = Lot.objects.get(pk=lot_id).pace
    while (worked := work_slice(lot_id=lot_id, at=clock.real_now())) is not None:
        time.sleep(rest_of(worked, pace))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(int(sys.argv[2]))
        sys.exit(0)
    if sys.argv[1:2] == ["--server"]:
        VICTIMS.pop("trabalhadores")
    sys.exit(main())
