"""The likeness of two records, field by field: literal tables."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from registry.similarity import birth_score, compare, name_score


@dataclass(frozen=True)
class Record:
    name: str = "MARIA DA SILVA SOUZA"
    mother: str = "ANA PEREIRA DA SILVA"
    birth_date: date | None = date(1985, 3, 12)
    sex: str | None = "F"
    birth_city: str | None = "3106200"


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ("JOÃO D'ÁVILA", "Joao Davila", 1),
        ("MARIA DA SILVA", "MARIA SILVA", 0.99),
        ("LUIZ DE SOUZA", "LUÍS SOUSA", 0.97),
        ("", "MARIA", 0),
    ],
)
def test_names_that_are_the_same(one: str, other: str, score: float) -> None:
    assert name_score(one, other) == name_score(other, one) == score


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        # A name left out, an abbreviation, a letter, the married name, the suffix.
        ("MARIA APARECIDA DA SILVA", "MARIA SILVA", 0.85, 0.90),
        ("JOSE CARLOS PEREIRA", "JOSE C PEREIRA", 0.95, 1),
        ("ADRIANA MOREIRA", "ADRIAAN MOREIRA", 0.95, 1),
        ("ANA PAULA COSTA", "ANA PAULA COSTA REZENDE", 0.90, 0.97),
        ("JOSE SILVA", "JOSE SILVA FILHO", 0.96, 0.98),
        # Other people.
        ("PEDRO ALVES COSTA", "PAULA ALVES COSTA", 0, 0.90),
        ("MARIA SILVA", "JOAO PEREIRA", 0, 0.40),
    ],
)
def test_names_that_differ(one: str, other: str, least: float, most: float) -> None:
    assert least <= name_score(one, other) <= most
    assert name_score(one, other) == pytest.approx(name_score(other, one))


@pytest.mark.parametrize(
    ("other", "score"),
    [
        (date(1985, 3, 12), 1),
        (date(1985, 12, 3), 0.8),
        (date(1985, 3, 21), 0.7),
        (date(1985, 4, 12), 0.7),
        (date(1986, 3, 12), 0.7),
        (date(1995, 3, 12), 0.7),
        (date(1981, 3, 12), 0.7),
        (date(1985, 3, 11), 0.7),
        (date(1958, 3, 12), 0.4),
        (date(1986, 4, 12), 0),
        (None, None),
    ],
)
def test_births(other: date | None, score: float | None) -> None:
    assert birth_score(date(1985, 3, 12), other) == birth_score(other, date(1985, 3, 12)) == score


def test_the_whole_and_each_share() -> None:
    assert compare(Record(), Record()).score == 100
    match = compare(Record(), replace(Record(), birth_date=date(1985, 12, 3), sex="M"))
    assert {share.field: share.points for share in match.shares} == {
        "name": 40,
        "mother": 25,
        "birth_date": 20,
        "sex": 0,
        "birth_city": 5,
    }
    assert match.score == 90


def test_the_next_day_year_or_decade_may_change_every_digit() -> None:
    assert birth_score(date(1999, 12, 31), date(2000, 1, 1)) == 0.7
    assert birth_score(date(1999, 3, 12), date(2000, 3, 12)) == 0.7
    assert birth_score(date(1993, 3, 12), date(2003, 3, 12)) == 0.7


def test_what_is_not_known_is_taken_out_of_the_whole() -> None:
    match = compare(Record(mother="SEM INFORMAÇÃO"), replace(Record(), birth_date=date(1985, 12, 3)))
    assert match.score == pytest.approx(70 / 0.75)
    nobody = Record(name="", mother="", birth_date=None, sex=None, birth_city=None)
    assert compare(nobody, nobody).score == 0
