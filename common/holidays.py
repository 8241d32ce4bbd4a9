"""Business days (dias úteis): neither weekend, nor national holiday, nor one of the days off that follow Easter."""

from datetime import date, timedelta
from functools import cache

SATURDAY = 5
# Consciência Negra became a national holiday by Lei 14.759/2023.
CONSCIENCIA_NEGRA_SINCE = 2024
FIXED = {
    (1, 1): "Confraternização Universal",
    (4, 21): "Tiradentes",
    (5, 1): "Dia do Trabalho",
    (9, 7): "Independência do Brasil",
    (10, 12): "Nossa Senhora Aparecida",
    (11, 2): "Finados",
    (11, 15): "Proclamação da República",
    (12, 25): "Natal",
}
# Days from Easter Sunday. Carnaval and Corpus Christi are days off (ponto facultativo) that banks and offices keep.
MOVABLE = {-48: "Carnaval", -47: "Carnaval", -2: "Paixão de Cristo", 60: "Corpus Christi"}


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (computus of Meeus, Jones and Butcher)."""
    century, within = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (within // 4) - moon - within % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@cache
def national_holidays(year: int) -> dict[date, str]:
    """Every holiday and movable day off of the year, with its name."""
    days = {date(year, month, day): name for (month, day), name in FIXED.items()}
    if year >= CONSCIENCIA_NEGRA_SINCE:
        days[date(year, 11, 20)] = "Dia Nacional de Zumbi e da Consciência Negra"
    sunday = easter(year)
    return days | {sunday + timedelta(days=shift): name for shift, name in MOVABLE.items()}


def is_business_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in national_holidays(day.year)


def next_business_day(day: date) -> date:
    """The first business day after `day`."""
    following = day + timedelta(days=1)
    while not is_business_day(following):
        following += timedelta(days=1)
    return following
