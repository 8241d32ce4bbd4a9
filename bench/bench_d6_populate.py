"""Goal d6: populating a room, against the bare COPY of the same rows into the same tables, indexes and keys included.

Both in one session and in one transaction for each block; neither counts the VACUUM ANALYZE that follows.

    BENCH_PEOPLE=100000 python -m bench.bench_d6_populate

takes so many people, 500000 and 2500000 as well; the text of the COPY, some 460 bytes of each, is held in memory.
"""

from typing import Any

from bench import support

PEOPLE = support.people(20_000, full=100_000)
GOAL = 1.6

# For each block the statements of COPY with their rows as text.
Blocks = list[list[tuple[str, str]]]


def main() -> int:
    support.start_portal()
    from bench import registry_tables
    from territory.services import load_reference_data

    load_reference_data()
    blocks = _texts()
    size = sum(len(text.encode()) for block in blocks for _, text in block)
    registry_tables.populate(100)  # the vocabulary is worked out once in a process
    seconds = support.interleave(populate=_populate, copy=lambda: _copy(blocks))
    figures = f"{support.figures('populate', seconds['populate'])}, {support.figures('COPY', seconds['copy'])}"
    rate = PEOPLE / min(seconds["populate"])
    name = f"d6 {PEOPLE} pessoas sobre o COPY das mesmas linhas"
    return support.finish(
        support.Goal.at_most(
            name,
            support.ratio(seconds["populate"], seconds["copy"]),
            GOAL,
            f"{figures}; {rate:.0f} pessoas/s, {size / PEOPLE:.0f} bytes por pessoa",
        )
    )


def _populate() -> float:
    from bench import registry_tables

    registry_tables.empty()
    seconds = support.timed(lambda: registry_tables.populate(PEOPLE))
    _verify()
    return seconds


def _copy(blocks: Blocks) -> float:
    from django.db import connection, transaction

    from bench import registry_tables

    registry_tables.empty()
    with support.stopwatch() as seconds:
        for block in blocks:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement, text in block:
                    with cursor.copy(statement) as copy:
                        copy.write(text)
    _verify()
    return seconds()


def _texts() -> Blocks:
    from bench.registry_tables import CITY, REFERENCE, SEED
    from registry.population import people as written
    from registry.population.blocks import BLOCK, make_block

    blocks = []
    for first in range(0, PEOPLE, BLOCK):
        people = make_block(
            SEED, first // BLOCK, reference=REFERENCE, municipality=CITY, size=min(BLOCK, PEOPLE - first)
        ).people
        blocks.append([_statement(people, *table) for table in written.TABLES])
    return blocks


def _statement(people: Any, table: str, columns: tuple[str, ...], rows_of: Any) -> tuple[str, str]:
    from registry.population.people import COPY_OPTIONS, copy_text

    text = copy_text([row for person in people for row in rows_of(person, 0)])
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN {COPY_OPTIONS}", text


def _verify() -> None:
    from registry.models import Address, Cns, Person

    assert Person.objects.count() == Address.objects.count() == PEOPLE
    assert Cns.objects.filter(is_principal=True).count() == Person.objects.exclude(cns=None).count()


if __name__ == "__main__":
    support.run(main)
