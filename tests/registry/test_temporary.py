"""The rule set of 2025: who has no CPF, until when, and who needs none; the same in Python and in SQL."""

from datetime import date

import pytest
from django.db import connection

from registry.temporary import Standing, last_day, last_day_sql, standing, stays_on_cns

GIVEN = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("given_on", "last"),
    [
        (GIVEN, date(2027, 3, 10)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        # What was given before the rule, or nobody knows when, counts from its first day.
        (date(2019, 5, 1), date(2026, 7, 1)),
        (None, date(2026, 7, 1)),
    ],
)
@pytest.mark.django_db
def test_a_year_from_the_number_on_and_never_from_before_the_rule(given_on: date | None, last: date) -> None:
    assert last_day(given_on) == last
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {last_day_sql('%s::date')}", [given_on])
        assert cursor.fetchone()[0] == last


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"cpf": "11144477735", "today": date(2040, 1, 1)}, Standing.REGULAR),
        ({"stays": True, "today": date(2040, 1, 1)}, Standing.BY_CNS),
        ({"today": date(2027, 3, 10)}, Standing.TEMPORARY),
        ({"today": date(2027, 3, 11)}, Standing.INACTIVE),
    ],
)
def test_on_the_last_day_it_still_stands(fields: dict[str, object], expected: Standing) -> None:
    given: dict[str, object] = {"cpf": "", "stays": False, "given_on": GIVEN} | fields
    assert standing(**given) == expected  # type: ignore[arg-type] # fields of standing


@pytest.mark.parametrize(
    ("nationality", "race", "is_nomad", "stays"),
    [
        ("B", "01", False, False),
        ("N", "01", False, False),
        ("E", "01", False, True),
        ("B", "05", False, True),
        ("B", "01", True, True),
    ],
)
def test_foreigners_indigenous_people_and_nomads_stay_on_their_cns(
    nationality: str, race: str, is_nomad: bool, stays: bool
) -> None:
    assert stays_on_cns(nationality=nationality, race=race, is_nomad=is_nomad) is stays
