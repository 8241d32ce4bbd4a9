"""Every number is valid, belongs to one use only, and a series says clearly that it ended."""

from itertools import pairwise
from math import gcd

import pytest

from common import documents
from config.seed.entities import ENTITIES
from registry import numbers
from registry.numbers import DEFINITIVE, PROVISIONAL, NumbersExhausted, Series

CPF_SERIES = [numbers.CPF_POPULATION, numbers.CPF_SEEDS, numbers.CPF_ROOM]
CPF_MAKERS = [numbers.room_cpf, numbers.population_cpf]


def test_the_series_of_cpf_touch_but_do_not_overlap() -> None:
    assert all(left.first + left.size == right.first for left, right in pairwise(CPF_SERIES))


def test_the_population_is_scattered_without_repeating() -> None:
    small = Series("prova", 100, 3000, stride=1_299_709)
    assert sorted(small.base(ordinal) for ordinal in range(1, 3001)) == list(range(100, 3100))
    assert gcd(numbers.CPF_POPULATION.stride, numbers.CPF_POPULATION.size) == 1


@pytest.mark.parametrize("series", [*CPF_SERIES, numbers.CNS_USE])
def test_the_first_and_the_last_of_a_series(series: Series) -> None:
    for ordinal in (1, series.size):
        assert series.first <= series.base(ordinal) < series.first + series.size
    with pytest.raises(NumbersExhausted, match="Acabaram os números"):
        series.base(series.size + 1)
    with pytest.raises(ValueError, match="start at 1"):
        series.base(0)


def test_the_three_millionth_and_first_person_is_a_clear_error() -> None:
    assert documents.is_cpf(numbers.population_cpf(3_000_000))
    with pytest.raises(NumbersExhausted, match=r"CPF da população: são 3\.000\.000"):
        numbers.population_cpf(3_000_001)


def test_every_number_is_valid_and_nobody_elses() -> None:
    given = [make(ordinal) for make in CPF_MAKERS for ordinal in (*range(1, 300), 99_999, 100_000)]
    given += [
        numbers.population_cns(kind, ordinal, nth=nth)
        for kind in (DEFINITIVE, PROVISIONAL)
        for ordinal in (*range(1, 40), 2_500_000)
        for nth in range(8)
    ]
    for kind in (DEFINITIVE, PROVISIONAL):
        given += [numbers.screen_cns(kind, ordinal) for ordinal in range(1, 200)]
        given += [numbers.room_cns(kind, ordinal, nth=nth) for ordinal in range(1, 200) for nth in range(10)]
    people = [(entity, person) for entity in ENTITIES for person in entity.people]
    given += [entity.cpf(person) for entity, person in people]
    given += [entity.cns(person) for entity, person in people]
    assert len(set(given)) == len(given)
    assert all(documents.is_cpf(number) or documents.is_cns(number) for number in given)


@pytest.mark.parametrize("nth", [-1, 10])
def test_a_person_has_room_for_few_numbers(nth: int) -> None:
    with pytest.raises(ValueError, match="at most 10"):
        numbers.room_cns(DEFINITIVE, 1, nth=nth)
    with pytest.raises(ValueError, match="at most 8"):
        numbers.population_cns(PROVISIONAL, 1, nth=nth)
