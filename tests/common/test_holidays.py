"""Holidays that stand still, those that follow Easter, and the days off that banks keep."""

from datetime import date, timedelta

import pytest

from common.holidays import is_business_day, national_holidays, next_business_day


def test_the_holidays_of_2026() -> None:
    assert sorted(national_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 2, 16),
        date(2026, 2, 17),
        date(2026, 4, 3),
        date(2026, 4, 21),
        date(2026, 5, 1),
        date(2026, 6, 4),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 2),
        date(2026, 11, 15),
        date(2026, 11, 20),
        date(2026, 12, 25),
    ]


def test_the_names_are_portuguese_and_the_same_at_each_asking() -> None:
    names = national_holidays(2026)
    assert names[date(2026, 2, 17)] == "Carnaval"
    assert names[date(2026, 4, 3)] == "Sexta-feira Santa"
    assert names[date(2026, 6, 4)] == "Corpus Christi"
    assert names is national_holidays(2026), "worked out once for each year"


@pytest.mark.parametrize("day", [date(2026, 2, 18), date(2026, 10, 28), date(2026, 12, 24), date(2026, 12, 31)])
def test_days_off_that_banks_do_not_keep_are_business_days(day: date) -> None:
    assert is_business_day(day)


@pytest.mark.parametrize(
    ("year", "carnaval", "corpus_christi"),
    [
        (2008, date(2008, 2, 5), date(2008, 5, 22)),
        (2024, date(2024, 2, 13), date(2024, 5, 30)),
        (2027, date(2027, 2, 9), date(2027, 5, 27)),
        (2038, date(2038, 3, 9), date(2038, 6, 24)),
    ],
)
def test_the_days_that_follow_easter(year: int, carnaval: date, corpus_christi: date) -> None:
    assert not is_business_day(carnaval - timedelta(days=1))
    assert not is_business_day(carnaval)
    assert is_business_day(carnaval + timedelta(days=1))
    assert not is_business_day(corpus_christi)


def test_consciencia_negra_is_a_holiday_since_2024() -> None:
    assert date(2023, 11, 20) not in national_holidays(2023)
    assert is_business_day(date(2023, 11, 20))
    assert not is_business_day(date(2024, 11, 20))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 20), False),  # Friday, holiday
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
        (date(2026, 2, 17), False),  # Carnaval
        (date(2026, 2, 18), True),  # Ash Wednesday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 6, 4), False),  # Corpus Christi
        (date(2026, 6, 5), True),
    ],
)
def test_business_days(day: date, expected: bool) -> None:
    assert is_business_day(day) is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 19), date(2026, 11, 23)),  # over the holiday and the weekend
        (date(2026, 11, 23), date(2026, 11, 24)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2026, 2, 13), date(2026, 2, 18)),
    ],
)
def test_the_next_business_day(day: date, expected: date) -> None:
    assert next_business_day(day) == expected
    assert not any(is_business_day(day + timedelta(days=n)) for n in range(1, (expected - day).days))
