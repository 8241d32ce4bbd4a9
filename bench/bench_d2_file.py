"""Goal d2: the same pass from a file: the charts of a município come in by COPY, and then a lot goes over them.

Ours takes the file in blocks of ten thousand lines, each a transaction, straight into the charts, and then runs a lot.
The reference takes it whole into unlogged staging tables, the charts from there in one INSERT, and then does what the
reference of d1 does. Both read one half of the file in each of two sessions, and have the same charts and outcomes at
the end. As in d1, the planning of the lot, from which the reference too has what it asks, counts on neither side.

    BENCH_PEOPLE=500000 python -m bench.bench_d2_file

The portal itself takes no file of charts: what is measured is the road that one would come by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from bench import bench_d1_lot as d1
from bench import support

PEOPLE, BLOCK = support.people(100_000, full=500_000), 10_000
GOAL = 0.90


@dataclass(frozen=True)
class Town:
    """What each round is about: the entity, its file in two halves, and where the reference divides the people."""

    entity: int
    people: int
    columns: str
    halves: list[list[bytes]]
    middle: int
    outcomes: dict[str, Any] = field(default_factory=dict)


def main() -> int:
    support.start_portal()
    from datetime import timedelta

    from bench import lot_tables, registry_tables
    from common import clock
    from territory.services import load_reference_data

    load_reference_data()
    registry_tables.populate(PEOPLE)
    entity, _ = lot_tables.make_city()
    made = lot_tables.make_charts(clock.real_now() - timedelta(days=30))
    columns, content = _written()
    town = Town(entity, made, columns, _halves(content), d1.middle_person())
    seconds = support.interleave(lot=lambda: _ours(town), reference=lambda: _reference(town))
    rate = support.ratio(seconds["reference"], seconds["lot"])
    absolute = f"{support.figures('arquivo e lote', seconds['lot'])}, {support.figures('SQL', seconds['reference'])}"
    goals = [support.Goal.at_least(f"d2 {made} pessoas de um arquivo", rate, GOAL, absolute)]
    return support.finish(*(goals if d1.says_something(made) else []))


def _written() -> tuple[str, bytes]:
    """The charts as a file, in the order of the national base, and the names of its columns."""
    from django.db import connection

    from cadsus.models import Citizen

    fields = [each for each in Citizen._meta.concrete_fields if not hasattr(each, "expression")]
    columns = ", ".join(str(each.column) for each in fields if not each.primary_key)
    content = BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY (SELECT {columns} FROM cadsus_citizen ORDER BY person_id NULLS LAST, id) TO STDOUT"  # noqa: S608 -- own names
        ) as copy,
    ):
        for part in copy:
            content.write(part)
    return columns, content.getvalue()


def _halves(content: bytes) -> list[list[bytes]]:
    """The lines of each of the two sessions."""
    lines = content.splitlines(keepends=True)
    middle = len(lines) // 2
    return [lines[:middle], lines[middle:]]


def _blocks(lines: list[bytes]) -> Iterator[bytes]:
    for first in range(0, len(lines), BLOCK):
        yield b"".join(lines[first : first + BLOCK])


def _ours(town: Town) -> float:
    _nobody_there()
    with support.stopwatch() as coming_in:
        d1.together(*[lambda lines=lines: _taken_in(town.columns, lines) for lines in town.halves])
        _known_to_the_planner()
    lot = d1.begun(town.entity)
    with support.stopwatch() as passing:
        d1.together(lambda: d1.work(lot.pk), lambda: d1.work(lot.pk))
    d1.check_done(lot.pk, town.people, town.outcomes)
    return coming_in() + passing()


def _taken_in(columns: str, lines: list[bytes]) -> None:
    from django.db import connection, transaction

    for block in _blocks(lines):
        statement = f"COPY cadsus_citizen ({columns}) FROM STDIN"
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(block)


def _reference(town: Town) -> float:
    from django.db import connection

    _nobody_there()
    halves = dict(enumerate(town.halves, start=1))
    with connection.cursor() as cursor:
        for number in halves:
            cursor.execute(f"CREATE UNLOGGED TABLE staged_{number} AS SELECT {town.columns} FROM cadsus_citizen")  # noqa: S608 -- own names
    with support.stopwatch() as coming_in:
        d1.together(*[lambda half=half: _by_staging(town.columns, *half) for half in halves.items()])
        _known_to_the_planner()
    lot = d1.begun(town.entity)
    with support.stopwatch() as passing:
        numbers = d1.bare_pass(lot, town.middle)
    with connection.cursor() as cursor:
        for number in halves:
            cursor.execute(f"DROP TABLE staged_{number}")
    d1.check_bare(numbers, town.people, town.outcomes)
    return coming_in() + passing()


def _by_staging(columns: str, number: int, lines: list[bytes]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        with cursor.copy(f"COPY staged_{number} ({columns}) FROM STDIN") as copy:
            copy.write(b"".join(lines))
        cursor.execute(f"INSERT INTO cadsus_citizen ({columns}) SELECT {columns} FROM staged_{number}")  # noqa: S608 -- own names


def _nobody_there() -> None:
    """No charts and no lots; the next ids are as they come."""
    from django.db import connection

    from bench import lot_tables

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cadsus_citizen CASCADE")
    lot_tables.be_as_before()


def _known_to_the_planner() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cadsus_citizen")


if __name__ == "__main__":
    support.run(main)
