"""Business days (dias úteis): neither weekend, nor national holiday, nor a day off that banks and offices keep."""

from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5
# Of the days off that a decree may grant (pontos facultativos), those on which banks stay closed the whole day.
KEPT_BY_BANKS = {"Carnaval", "Corpus Christi"}


@cache
def national_holidays(year: int) -> dict[date, str]:
    """Every holiday and kept day off of the year, with its name in Portuguese."""
    public = holidays.country_holidays("BR", years=year, language="pt_BR")
    optional = holidays.country_holidays("BR", years=year, language="pt_BR", categories=holidays.OPTIONAL)
    return dict(public) | {day: name for day, name in optional.items() if name in KEPT_BY_BANKS}


def is_business_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in national_holidays(day.year)


def next_business_day(day: date) -> date:
    """The first business day after `day`."""
    following = day + timedelta(days=1)
    while not is_business_day(following):
        following += timedelta(days=1)
    return following
