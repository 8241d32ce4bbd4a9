"""The tables of the national registry, emptied and filled, for the benches that need many people."""

from datetime import date

from django.db import connection

CITY, REFERENCE, SEED = "3106200", date(2026, 11, 23), 1
_EMPTY = "TRUNCATE registry_person, registry_populatedblock RESTART IDENTITY CASCADE"


def empty() -> None:
    """Nobody there, and the ids from 1 again: those of a population are its ordinals."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)
        cursor.execute("CHECKPOINT")


def populate(people: int) -> None:
    from registry.population import load

    population = load.plan(people=people, seed=SEED, municipality=CITY, reference=REFERENCE)
    assert list(load.populate(population))[-1] == people
