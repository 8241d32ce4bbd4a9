"""Where the people of the synthetic world live: an operator of the CADSUS needs an address in the own record (M33)."""

from collections.abc import Iterable

from config.seed.plans import EntityPlan
from registry.models import Address, Person
from registry.models.tables import StreetKind


def plant_homes(people: Iterable[tuple[EntityPlan, Person]]) -> None:
    """Give each new person a home in the seat of the entity."""
    Address.objects.bulk_create(
        Address(
            person=person,
            municipality_id=plan.municipality,
            postal_code=plan.postal_code,
            district="Centro",
            street_kind=StreetKind.STREET,
            street="das Acácias",
            number=str(number),
        )
        for number, (plan, person) in enumerate(people, start=1)
    )
