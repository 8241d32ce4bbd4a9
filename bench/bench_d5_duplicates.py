"""Goal d5: finding the records that may be one person, against a bare self-join by five keys that only counts pairs.

And how many of them are right, in three populations whose true pairs are known: the house's own, and two of other
names and other mistakes. The comparator was looked at again after the first of those; the second was written down
before it was ever measured by, and nothing was adjusted to it.

    BENCH_PEOPLE=100000 python -m bench.bench_d5_duplicates

measures the goal at this size: so many people in each of the three populations, a whole number of blocks of ten
thousand in the first. BENCH_PEOPLE=500000 and, with BENCH_FULL=1, BENCH_PEOPLE=2500000 are the other sizes.
"""

from collections.abc import Callable
from typing import Any

from bench import support

PEOPLE, OTHERS = support.people(50_000, full=100_000), support.people(20_000, full=100_000)
GOAL, PRECISION, RECALL = 3.0, 0.99, 0.98

Pairs = set[tuple[int, int]]

# The five keys: a day of birth with the first name, the mother, or the last name and the first of the mother; the whole
# phonetic name with the mother and the year, or the day of the year.
_KEYS = (
    "a.born = b.born AND"
    " (a.first = b.first OR a.mother = b.mother OR a.last = b.last AND a.mother_first = b.mother_first)",
    "a.phonetic = b.phonetic AND a.mother = b.mother AND (a.year = b.year OR a.day = b.day)",
)
_PAIRS = " UNION ".join(
    f"SELECT least(a.id, b.id), greatest(a.id, b.id) FROM alone a JOIN known b ON {key} WHERE a.id <> b.id"  # noqa: S608 -- own text
    for key in _KEYS
)
_BARE = f"""
    WITH known AS MATERIALIZED (
        SELECT id, cpf, birth_date AS born, extract(year FROM birth_date) AS year, to_char(birth_date, 'MMDD') AS day,
            phonetic, split_part(phonetic, '|', 1) AS first, split_part(phonetic, '|', 2) AS last,
            nullif(mother_phonetic, '') AS mother,
            nullif(split_part(mother_phonetic, '|', 1), '') AS mother_first
        FROM registry_person WHERE survivor_id IS NULL
    ), alone AS MATERIALIZED (SELECT * FROM known WHERE cpf IS NULL)
    SELECT count(*) FROM ({_PAIRS}) AS pair
"""  # noqa: S608 -- own text


def main() -> int:
    support.start_portal()
    from bench import registry_tables
    from registry.population import load
    from registry.population.blocks import BLOCK, make_block
    from territory.services import load_reference_data
    from tests.registry.colonists import make_colonists
    from tests.registry.foreign import make_foreigners

    load_reference_data()
    registry_tables.populate(PEOPLE)
    load.tidy()
    pairs: list[Pairs] = []
    seconds = support.interleave(bare=_bare, search=lambda: support.timed(lambda: pairs.append(_search())))
    true: Pairs = set()
    for number in range(PEOPLE // BLOCK):
        block = make_block(
            registry_tables.SEED, number, reference=registry_tables.REFERENCE, municipality=registry_tables.CITY
        )
        true |= set(block.pairs)
    figures = f"{support.figures('busca', seconds['search'])}, {support.figures('junção', seconds['bare'])}"
    return support.finish(
        support.Goal.at_most(
            f"d5 duplicados entre {PEOPLE} sobre a junção nua",
            support.ratio(seconds["search"], seconds["bare"]),
            GOAL,
            f"{figures}; {len(pairs[-1])} pares",
        ),
        *_quality("população da casa", pairs[-1], true),
        *_quality("segunda população", *_among(make_foreigners)),
        *_quality("terceira população", *_among(make_colonists)),
    )


def _bare() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        return support.timed(lambda: cursor.execute(_BARE))


def _search() -> Pairs:
    from django.db import connection

    from registry import duplicates

    with connection.cursor() as cursor:
        cursor.execute(duplicates.pairs_sql())
        return {(pair.left.id, pair.right.id) for pair in duplicates.suspicions(cursor)}


def _among(make: Callable[[int, int], tuple[list[Any], Pairs]]) -> tuple[Pairs, Pairs]:
    from django.db import transaction

    from bench import registry_tables
    from registry.population import load

    people, true = make(1, OTHERS)
    registry_tables.empty()
    with transaction.atomic():
        load.write_people(people)
    load.tidy()
    return _search(), true


def _quality(whose: str, found: Pairs, true: Pairs) -> tuple[support.Goal, support.Goal]:
    right = len(found & true)
    absolute = f"{right} certos, de {len(found)} achados e {len(true)} verdadeiros"
    return (
        support.Goal.at_least(f"d5 precisão, {whose}", right / len(found), PRECISION, absolute),
        support.Goal.at_least(f"d5 cobertura, {whose}", right / len(true), RECALL, absolute),
    )


if __name__ == "__main__":
    support.run(main)
