"""Holidays that stand still and those that follow Easter."""

from datetime import date, timedelta

import pytest

from common.holidays import easter, is_business_day, national_holidays, next_business_day


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1954, date(1954, 4, 18)),
        (1981, date(1981, 4, 19)),
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),
        (2011, date(2011, 4, 24)),
        (2018, date(2018, 4, 1)),
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
        (2285, date(2285, 3, 22)),
    ],
)
def test_easter(year: int, sunday: date) -> None:
    assert easter(year) == sunday


def test_easter_is_a_sunday_between_its_limits_for_four_centuries() -> None:
    for year in range(1900, 2300):
        sunday = easter(year)
        assert sunday.weekday() == 6
        assert date(year, 3, 22) <= sunday <= date(year, 4, 25)


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
