"""The part of the territory that the synthetic world stands on: the whole list of municipalities has its own tests."""

from config.seed.entities import ENTITIES
from config.seed.room import MUNICIPALITY
from registry.population.room import room_slice
from territory.models import Municipality, Uf
from territory.services import UFS, read_municipalities
from tests.factories import NOON


def load_small_territory() -> None:
    """Every UF, and the municipalities of the entities, of their units and of where the people of a room were born."""
    needed = {plan.municipality for plan in ENTITIES} | {unit.seat for plan in ENTITIES for unit in plan.establishments}
    needed |= {person.birth_city_id or "" for person in room_slice(NOON.date(), MUNICIPALITY)}
    Uf.objects.bulk_create(Uf(ibge=ibge, acronym=a, name=name, time_zone=zone) for ibge, a, name, zone in UFS)
    Municipality.objects.bulk_create(row for row in read_municipalities() if row.ibge in needed)
