"""The pairs found in populations whose true pairs are known, and the differences that no resemblance makes up for."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from common.folding import fold
from registry.duplicates import QUEUE_FROM, Record, judge, pairs_sql, suspicions, tells_apart
from registry.population.blocks import make_block
from registry.population.people import PERSON_COLUMNS, Person
from tests.registry.foreign import make_foreigners

SOMEBODY = Record(1, "MARIA DA SILVA SOUZA", "ANA PEREIRA DA SILVA", date(1985, 3, 12), "F", "3106200")
COLUMNS = (
    *(
        "id",
        "cpf",
        "name",
        "mother",
        "birth_date",
        "sex",
        "birth_city_id",
        "survivor_id",
        "is_active",
        "phonetic",
        "mother_phonetic",
    ),
)
TYPES = (
    "id bigint, cpf text, name text, mother text, birth_date date, sex text, birth_city_id text, survivor_id bigint,"
    " is_active boolean, phonetic text, mother_phonetic text, search_name text"
)
Pairs = set[tuple[int, int]]


def found_in(people: list[Person]) -> Pairs:
    """The pairs of the queue, proposed by the database."""
    places = [PERSON_COLUMNS.index(column) for column in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE few ({TYPES}) ON COMMIT DROP")
        with cursor.copy("COPY few FROM STDIN") as copy:
            for person in people:
                row = person.person_row()
                copy.write_row([*(row[place] for place in places), fold(person.name)])
        cursor.execute("ANALYZE few")
        cursor.execute(pairs_sql("few"))
        return {(pair.left.id, pair.right.id) for pair in suspicions(cursor.fetchall())}


def precision_and_recall(found: Pairs, true: Pairs) -> tuple[float, float]:
    return len(found & true) / len(found), len(found & true) / len(true)


@pytest.mark.django_db
def test_the_duplicates_of_the_population_are_found() -> None:
    blocks = [make_block(20, number, reference=date(2026, 11, 23), municipality="3106200") for number in range(2)]
    people = [person for block in blocks for person in block.people]
    precision, recall = precision_and_recall(found_in(people), {pair for block in blocks for pair in block.pairs})
    assert precision >= 0.99
    assert recall >= 0.98


@pytest.mark.django_db
def test_the_duplicates_of_other_names_and_other_mistakes_are_found() -> None:
    people, true = make_foreigners(20, 20_000)
    precision, recall = precision_and_recall(found_in(people), true)
    assert precision >= 0.99
    assert recall >= 0.98


@pytest.mark.django_db
def test_two_cpfs_are_two_people_and_who_was_absorbed_is_nobody() -> None:
    block = make_block(1, 0, reference=date(2026, 11, 23), municipality="3106200", size=1)
    one = block.people[0]._replace(cpf=None)
    other = one._replace(ordinal=2)
    assert found_in([one, other]) == {(1, 2)}
    connection.cursor().execute("DROP TABLE few")
    assert found_in([one._replace(cpf="99600000018"), other._replace(cpf="99729970904")]) == set()
    connection.cursor().execute("DROP TABLE few")
    assert found_in([one, other._replace(survivor=1)]) == set()


@pytest.mark.parametrize(
    ("name", "mother"),
    [
        # Married, an abbreviation, a letter, one word less, written together, the mother married or unknown.
        ("MARIA DA SILVA", "ANA PEREIRA DA SILVA"),
        ("MARIA S SOUZA", "ANA PEREIRA DA SILVA"),
        ("MARIA DA SYLVA SOUSA", "ANA PEREIRA DA SILVA"),
        ("MRAIA DA SILVA SOUZA", "ANA PEREIRA DA SILVA"),
        ("MARIADA SILVA SOUZA", "ANA PEREIRA DA SILVA"),
        ("MARIA DA SILVA SOUZA", "ANA DA SILVA SOUZA"),
        ("MARIA DA SILVA SOUZA", "SEM INFORMAÇÃO"),
    ],
)
def test_one_person_with_a_mistake(name: str, mother: str) -> None:
    match = judge(SOMEBODY, replace(SOMEBODY, name=name, mother=mother))
    assert match
    assert match.score >= QUEUE_FROM


@pytest.mark.parametrize(
    ("name", "mother"),
    [
        # A twin, a twin with the same first name, another mother, a mother with the same first name only.
        ("PAULA DA SILVA SOUZA", "ANA PEREIRA DA SILVA"),
        ("MARIA DA SILVA SOUZA", "HELENA PEREIRA DA SILVA"),
        ("MARIA DA SILVA SOUZA", "ANA GOMES BARROS"),
    ],
)
def test_other_people_however_alike(name: str, mother: str) -> None:
    assert tells_apart(SOMEBODY, replace(SOMEBODY, name=name, mother=mother))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("ANA CLARA DIAS", "ANA LUÍZA DIAS", True),
        ("ANA CLARA DIAS", "ANA DIAS", False),
        ("JOSÉ DIAS FILHO", "JOSÉ DIAS NETO", True),
        ("JOSÉ DIAS FILHO", "JOSÉ DIAS", False),
        ("JOSÉ DIAS JÚNIOR", "JOSÉ DIAS JR", False),
        ("DE", "JOSÉ", True),
    ],
)
def test_given_names_and_generations(one: str, other: str, apart: bool) -> None:
    left, right = replace(SOMEBODY, name=one), replace(SOMEBODY, name=other)
    assert tells_apart(left, right) is tells_apart(right, left) is apart


def test_likeness_alone_decides_the_rest() -> None:
    assert judge(SOMEBODY, replace(SOMEBODY, birth_date=date(1999, 1, 1))) is None
