"""The rule set of 2025: who has no CPF has a temporary record (cadastro temporário) for a year.

Whether it is over is asked at use, and never stored: with a CPF it is regular, without one and after its last day it
counts as inactive. Foreigners, indigenous people and nomads stay on their CNS.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from registry.models.tables import Nationality, Race

# Since when records without CPF are suspended; nobody's year began before.
IN_FORCE_FROM = date(2025, 7, 1)


class Standing(StrEnum):
    """What a record is by this rule set (situação)."""

    REGULAR = "REGULARIZADO"
    BY_CNS = "PELO CNS"
    TEMPORARY = "TEMPORÁRIO"
    INACTIVE = "INATIVADO"


def stays_on_cns(*, nationality: str, race: str, is_nomad: bool) -> bool:
    """Who needs no CPF. The registry does not know riverside people: nomads stand for them."""
    return nationality == Nationality.FOREIGN or race == Race.INDIGENOUS or is_nomad


def last_day(given_on: date | None) -> date:
    """The last day of the year of a record whose definitive CNS was given on that day, where it is known."""
    begun = max(given_on or IN_FORCE_FROM, IN_FORCE_FROM)
    is_leap_day = (begun.month, begun.day) == (2, 29)
    return begun.replace(year=begun.year + 1, day=28 if is_leap_day else begun.day)


def standing(*, cpf: str, stays: bool, given_on: date | None, today: date) -> Standing:
    """Of a record with this CPF ("" for none), on that day."""
    if cpf:
        return Standing.REGULAR
    if stays:
        return Standing.BY_CNS
    return Standing.TEMPORARY if today <= last_day(given_on) else Standing.INACTIVE


def stays_on_cns_sql(person: str) -> str:
    """The same of a row of the registry."""
    return (
        f"({person}.nationality = '{Nationality.FOREIGN}' OR {person}.race = '{Race.INDIGENOUS}' OR {person}.is_nomad)"
    )


def last_day_sql(given_on: str) -> str:
    begun = f"greatest(coalesce({given_on}, date '{IN_FORCE_FROM}'), date '{IN_FORCE_FROM}')"
    return f"({begun} + interval '1 year')::date"
