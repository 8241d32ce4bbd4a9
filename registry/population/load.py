"""Writing synthetic people by COPY: the population in blocks of ten thousand, each a transaction that says it is there.

A command that was killed leaves whole blocks, and the next one goes on at the first that is missing: everybody is
written once. The indexes stay, because the room is in use meanwhile.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from common.exceptions import RuleBroken
from registry import models, numbers
from registry.models import PopulatedBlock
from registry.population.blocks import BLOCK, Block, make_block
from registry.population.papers import Row
from registry.population.people import COPY_OPTIONS, TABLES, Person, copy_text

# What a person takes on the disk with the indexes, and in the log of the database, that it keeps up to a size.
_BYTES_EACH, _LOG_EACH, _LOG_MOST = 1_350, 2_100, 1024**3
OTHER = (
    "Esta sala já tem população da semente {seed} e do município {municipality}: repita-os para ir adiante, ou reinicie"
    " a sala."
)


# What the seed is kept in.
SEEDS = range(-(2**31), 2**31)
NO_SUCH_SEED = f"A semente vai de {SEEDS.start} a {SEEDS.stop - 1}."


@dataclass(frozen=True)
class Population:
    """So many people of a municipality by a seed, their ages counted back from a day."""

    people: int
    seed: int
    municipality: str
    reference: date


def plan(*, people: int, seed: int, municipality: str, reference: date) -> Population:
    """What is to be there; a population that was begun goes on from its own day.

    Raises NumbersExhausted or RuleBroken (no_such_seed, other_population).
    """
    if seed not in SEEDS:
        raise RuleBroken(NO_SUCH_SEED, code="no_such_seed")
    numbers.population_cpf(people)
    begun = PopulatedBlock.objects.filter(number__gte=0).first()
    if begun is None:
        return Population(people, seed, municipality, reference)
    if (begun.seed, begun.municipality_id) != (seed, municipality):
        message = OTHER.format(seed=begun.seed, municipality=begun.municipality_id)
        raise RuleBroken(message, code="other_population")
    return Population(people, seed, municipality, begun.reference)


def count() -> int:
    """How many people of the population are there."""
    return int(PopulatedBlock.objects.filter(number__gte=0).aggregate(people=Sum("people", default=0))["people"])


def bytes_needed(people: int) -> int:
    """What so many more people take on the disk until they are all written."""
    return people * _BYTES_EACH + min(people * _LOG_EACH, _LOG_MOST)


def populate(population: Population) -> Iterator[int]:
    """Write who is missing; says after each block how many people are there up to it."""
    there = dict(PopulatedBlock.objects.values_list("number", "people"))
    sizes = {first // BLOCK: min(BLOCK, population.people - first) for first in range(0, population.people, BLOCK)}
    missing = [number for number, size in sizes.items() if there.get(number, 0) < size]
    made = _one_ahead(partial(_make, population, number, sizes[number]) for number in missing)
    with _without_garbage_collector():
        for number, size in sizes.items():
            if number in missing:
                _write_block(population, number, size, next(made))
            yield number * BLOCK + size


def tidy() -> None:
    """What the planner must know of so many new rows."""
    tables = ", ".join(table for table, _, _ in TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {tables}")


def _one_ahead(works: Iterable[Callable[[], Block]]) -> Iterator[Block]:
    """What each makes, while the next one is at it: the database writes a block as another is made."""
    with ThreadPoolExecutor(max_workers=1) as maker:
        coming: list[Future[Block]] = []
        for work in works:
            coming.append(maker.submit(work))
            if len(coming) > 1:
                yield coming.pop(0).result()
        yield from (block.result() for block in coming)


def _make(population: Population, number: int, size: int) -> Block:
    return make_block(
        population.seed, number, reference=population.reference, municipality=population.municipality, size=size
    )


@transaction.atomic(durable=True)
def _write_block(population: Population, number: int, size: int, made: Block) -> None:
    """Write the people whom the block lacks. Of two commands at once, the second waits here and finds them there."""
    origin = {"municipality_id": population.municipality, "reference": population.reference}
    block, _ = PopulatedBlock.objects.select_for_update().get_or_create(
        number=number, defaults={"seed": population.seed, **origin}
    )
    if block.people < size:
        write_people(made.people[block.people :])
        block.people = size
        block.save(update_fields=["people"])


def write_people(people: Sequence[Person]) -> None:
    """Add people with all that is known of them, inside a transaction: their principal CNS is looked for at its end."""
    ordinals = [person.ordinal for person in people]
    first, last = min(ordinals), max(ordinals)
    with connection.cursor() as cursor:
        before = _reserve(cursor, last - first + 1) - first
        for table, columns, rows_of in TABLES:
            _copy(cursor, table, columns, [row for person in people for row in rows_of(person, before)])


def _reserve(cursor: Any, size: int) -> int:
    """The first of so many consecutive ids of people. Who is registered meanwhile takes one from among them: again."""
    first, last = 0, -1
    while last - first != size - 1:
        cursor.execute(
            "SELECT min(id), max(id) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS id"
            " FROM generate_series(1, %s)) AS taken",
            [models.Person._meta.db_table, size],
        )
        first, last = cursor.fetchone()
    return first


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN {COPY_OPTIONS}") as copy:
        copy.write(copy_text(rows))


@contextmanager
def _without_garbage_collector() -> Iterator[None]:
    """Blocks make no cycles, and looking for them takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
