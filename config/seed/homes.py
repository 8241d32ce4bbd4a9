"""Where the people of the synthetic world live: an operator of the CADSUS needs an address in the own record (M33)."""

from config.seed.civil import seeded_people
from config.seed.entities import ENTITIES
from registry.models import Address
from registry.models.tables import StreetKind


def plant_homes() -> int:
    """Give a home in the seat of the entity to whoever has none."""
    seats = {plan.cpf(person): plan for plan in ENTITIES for person in plan.people}
    people = list(seeded_people().filter(addresses=None, cpf__in=seats).order_by("pk"))
    homes = Address.objects.bulk_create(
        Address(
            person=person,
            municipality_id=seats[person.cpf_text].municipality,
            postal_code=seats[person.cpf_text].postal_code,
            district="Centro",
            street_kind=StreetKind.STREET,
            street="das Acácias",
            number=str(number),
        )
        for number, person in enumerate(people, start=1)
    )
    return len(homes)
