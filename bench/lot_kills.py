"""kill -9 of both workers of a lot at 43 %, and two others at once: do the totals add up, nobody twice, nobody skipped?

    python -m bench.lot_kills              # eight trials at each pace; then as many with PostgreSQL itself killed
    BENCH_PEOPLE=500000 python -m bench.lot_kills

Each pace has a room of its own: at that of a class 4,000 people, at full speed 100,000 or what BENCH_PEOPLE says.
Each worker is a process of its own that enters the room. It prints a line for each trial, and exits non-zero when one
does not add up. `--worker ROOM LOT` is what a worker runs; `--server` tries the server alone.
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
# Pace → people: a class, and a município at full speed.
SIZES = {"class": 4_000, "full": support.people(100_000, full=100_000)}
DEADLINE = 300.0


def main() -> int:
    support.start_portal(SALAS_MAXIMO="3", SALAS_RESERVA="0")
    from config import preparation
    from rooms import worlds

    preparation.prepare()
    failures = 0
    for pace, people in SIZES.items():
        world = _room(pace)
        with worlds.entered(world):
            entity, made = _make_city(people)
        for victim, kill in VICTIMS.items():
            for trial in range(1, TRIALS + 1):
                name = f"{victim}, {pace} {trial}"
                failures += not _trial(name, kill, world=world, pace=pace, entity=entity, people=made)
    return 1 if failures else 0


def _room(pace: str) -> Any:
    from common import clock
    from rooms import services, worlds

    return worlds.world_of(services.open_room(title=f"Lote {pace}", at=clock.real_now()).room)


def _make_city(people: int) -> tuple[int, int]:
    """So many people more in the room, and a chart for each; returns the entity and how many charts there are."""
    from django.db import connection

    from bench import lot_tables, registry_tables
    from common import clock

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cadsus_citizen CASCADE")
    registry_tables.populate(people)
    entity, _ = lot_tables.make_city()
    return entity, lot_tables.make_charts(clock.real_now() - timedelta(days=30))


def _kill_workers(workers: Workers) -> None:
    for worker in workers:
        worker.kill()
        worker.wait()


def _kill_server(workers: Workers) -> None:
    """PostgreSQL, with whatever statement it was in, and up again. The workers lose their connection, and end."""
    from rooms.pool import pool

    (server,) = embedded.kept()
    postmaster = psutil.Process(int(server.pid_file.read_text().split()[0]))
    dying = [postmaster, *postmaster.children(recursive=True)]
    for process in dying:
        process.kill()
    psutil.wait_procs(dying, timeout=60)
    for worker in workers:
        worker.wait(timeout=60)
    pool.forget()
    embedded.revive(server)


VICTIMS: dict[str, Callable[[Workers], None]] = {"trabalhadores": _kill_workers, "PostgreSQL": _kill_server}


def _trial(name: str, kill: Callable[[Workers], None], *, world: Any, pace: str, entity: int, people: int) -> bool:
    from bench import lot_tables
    from bench.bench_d1_lot import begun
    from lots.classification import visits_table
    from lots.models import Lot
    from lots.services import reading
    from lots.services.steering import done
    from rooms import worlds

    at_least = int(AT * people) - (25_000 if pace == "full" else 0)
    with worlds.entered(world):
        lot_tables.be_as_before()
        lot = begun(entity, pace)
        workers = [_worker(world, lot.pk) for _ in range(2)]
        reached = _wait(lambda: done(lot) >= at_least and done(lot) > 0, workers)
    kill(workers)
    with worlds.entered(world):
        killed_at = done(lot)
        # At once: the server may still be at work on the statements of the dead.
        others = [_worker(world, lot.pk) for _ in range(2)]
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


def _worker(world: Any, lot_id: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bench.lot_kills", "--worker", world.code, str(lot_id)]
    return subprocess.Popen(command, env=os.environ)


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


def worker(room: str, lot_id: int) -> None:
    """Work at the lot of the room until it is over, at its pace."""
    import django

    django.setup()
    from common import clock
    from lots.models import Lot
    from lots.services.running import work_slice
    from lots.tasks import rest_of
    from rooms import worlds

    with worlds.entered(worlds.find(room)):
        pace = Lot.objects.get(pk=lot_id).pace
        while (worked := work_slice(lot_id=lot_id, at=clock.real_now())) is not None:
            time.sleep(rest_of(worked, pace))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(sys.argv[2], int(sys.argv[3]))
        sys.exit(0)
    if sys.argv[1:2] == ["--server"]:
        VICTIMS.pop("trabalhadores")
    support.run(main)
