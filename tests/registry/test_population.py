"""The same seed makes the same people, each block by itself; and the people are plausible and valid."""

from datetime import date, timedelta
from itertools import chain

import pytest

from common import documents
from registry import keys
from registry.numbers import DEFINITIVE
from registry.population import vocabulary
from registry.population.blocks import Block, make_block
from registry.population.names import INDIGENOUS_RACE, LONGEST
from registry.population.papers import check_digits, nis
from registry.population.people import CNS_COLUMNS, PERSON_COLUMNS, TABLES, Person

CITY = "3106200"
REFERENCE = date(2026, 11, 23)


@pytest.fixture(scope="module")
def block() -> Block:
    return make_block(5, 3, reference=REFERENCE, municipality=CITY)


def rows(block: Block) -> list[object]:
    each = (rows_of(person, 0) for person in block.people for _, _, rows_of in TABLES)
    return list(chain.from_iterable(each))


def share(people: list[Person], kept: list[Person]) -> float:
    return len(kept) / len(people)


def test_a_block_is_the_same_whenever_it_is_made(block: Block) -> None:
    make_block(5, 2, reference=REFERENCE, municipality=CITY, size=50)
    again = make_block(5, 3, reference=REFERENCE, municipality=CITY)
    assert rows(again) == rows(block)
    assert again.pairs == block.pairs
    assert rows(make_block(6, 3, reference=REFERENCE, municipality=CITY, size=50)) != rows(block)[:50]


def test_a_smaller_block_is_the_beginning_of_the_whole(block: Block) -> None:
    few = make_block(5, 3, reference=REFERENCE, municipality=CITY, size=700)
    assert rows(few) == rows(block)[: len(rows(few))]
    assert few.pairs == [pair for pair in block.pairs if pair[1] <= 30_700]


def test_ordinals_follow_the_number_of_the_block(block: Block) -> None:
    assert [person.ordinal for person in block.people] == list(range(30_001, 40_001))
    row = dict(zip(PERSON_COLUMNS, block.people[0].person_row(first_id=200), strict=True))
    assert (row["id"], row["name"]) == (30_201, block.people[0].name)


def test_the_composed_keys_are_those_of_the_whole_names(block: Block) -> None:
    for person in block.people:
        assert person.phonetic == keys.key(person.name)
        assert person.mother_phonetic == keys.key(person.mother)


def test_every_row_has_its_columns(block: Block) -> None:
    for person in block.people:
        for _, columns, rows_of in TABLES:
            assert all(len(row) == len(columns) for row in rows_of(person, 0))


def test_every_number_is_valid_and_of_one_person(block: Block) -> None:
    cpfs = [person.cpf for person in block.people if person.cpf]
    cns = [number.number for person in block.people for number in person.cns]
    assert len(set(cpfs)) == len(cpfs)
    assert len(set(cns)) == len(cns)
    assert all(documents.is_cpf(number) for number in cpfs[::50])
    assert all(documents.is_cns(number) for number in cns[::50])


def test_the_principal_is_a_definitive_number_and_the_only_one(block: Block) -> None:
    column = CNS_COLUMNS.index("is_principal")
    for person in block.people:
        principal = [row[0] for row in person.cns_rows() if row[column]]
        assert principal == [cns.number for cns in person.cns if cns.kind == DEFINITIVE][:1]
        assert person.principal in [*principal, None]
        assert person.cns


def test_nobody_is_born_or_dies_after_the_day_of_reference(block: Block) -> None:
    assert all(person.birth_date <= REFERENCE for person in block.people)
    dead = [person for person in block.people if person.deceased_on]
    assert dead
    assert all(person.birth_date <= (person.deceased_on or REFERENCE) <= REFERENCE for person in dead)


def test_the_people_are_those_of_a_municipality(block: Block) -> None:
    people = block.people
    year = timedelta(days=365)
    assert 0.15 < share(people, [person for person in people if REFERENCE - person.birth_date < 15 * year]) < 0.22
    assert 0.13 < share(people, [person for person in people if REFERENCE - person.birth_date > 60 * year]) < 0.20
    assert 0.49 < share(people, [person for person in people if person.sex == "F"]) < 0.55
    assert 0.05 < share(people, [person for person in people if not person.cpf]) < 0.10
    assert 0.015 < len(block.pairs) / len(people) < 0.025
    assert {person.race for person in people} == {"01", "02", "03", "04", "05", "99"}
    assert all(person.ethnicity for person in people if person.race == "05")
    assert all(documents.is_ibge_municipality(person.birth_city_id) for person in people if person.birth_city_id)


def test_a_twin_is_of_the_people_of_the_other_whatever_the_surname() -> None:
    """This block has a twin of an indigenous namesake, whose surname is nobody's people."""
    people = make_block(1, 133, reference=REFERENCE, municipality=CITY).people
    assert all(bool(person.ethnicity) == (person.race == INDIGENOUS_RACE) for person in people)


def test_the_names_are_of_every_kind(block: Block) -> None:
    names = [person.name for person in block.people]
    assert max(map(len, names)) == LONGEST
    assert any("'" in name for name in names)
    assert any("-" in name for name in names)
    assert any(name.endswith((" FILHO", " JÚNIOR")) for name in names)
    assert any(not name.isascii() for name in names)
    assert any(person.social_name for person in block.people)
    assert any(person.mother == "SEM INFORMAÇÃO" for person in block.people)
    assert any(person.nationality == "E" for person in block.people)
    assert len(set(names)) > 8_000


def test_a_true_pair_is_one_person_without_cpf_the_second_time(block: Block) -> None:
    by_ordinal = {person.ordinal: person for person in block.people}
    assert len({ordinal for pair in block.pairs for ordinal in pair}) == 2 * len(block.pairs)
    for older, newer in block.pairs:
        assert older < newer
        assert by_ordinal[newer].cpf is None


def test_papers_are_those_of_the_age_and_none_is_of_the_future(block: Block) -> None:
    people = block.people
    kinds = {kind: [p for p in people for row in p.document_rows() if row[1] == kind] for kind in ("RG", "NIS", "DNV")}
    assert 0.5 < share(people, kinds["RG"]) < 0.75
    assert 0.3 < share(people, kinds["NIS"]) < 0.5
    assert all(REFERENCE - person.birth_date < timedelta(days=12 * 366) for person in kinds["DNV"])
    civil = [(person, row) for person in people for row in person.civil_record_rows()]
    assert {row[1] for _, row in civil} == {"91", "92"}
    assert all(isinstance(row[-1], date) and person.birth_date <= row[-1] <= REFERENCE for person, row in civil)
    assert all(len(str(row[2])) in (0, 32) for _, row in civil)
    assert all(person.nationality == "B" for person, _ in civil)
    assert all(len(person.phone) == 11 for person in people)


def test_the_check_digits_of_papers_are_right() -> None:
    assert nis(12_345_678) == "20123456783"
    assert check_digits("104539015520131000120210000123") == "21"


def test_no_word_of_the_vocabulary_is_there_twice() -> None:
    lists = [
        *vocabulary.WOMEN.values(),
        *vocabulary.MEN.values(),
        *(vocabulary.SURNAMES, vocabulary.SECOND_WOMEN, vocabulary.SECOND_MEN),
    ]
    assert all(len(set(words.split())) == len(words.split()) for words in lists)
    assert len({word for words in lists for word in words.split()}) > 600
