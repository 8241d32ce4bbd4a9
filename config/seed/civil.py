"""What the national registry has of a seeded person besides the plan: made up from the numbers, always the same."""

from datetime import date, timedelta
from typing import Any

from config.seed.entities import ENTITIES
from config.seed.plans import EntityPlan, PersonPlan
from registry.models import Person, PersonQuerySet
from registry.models.tables import Race, Sex

# First names of the men of the plan; all others are women's.
MEN = """
Adalberto Adenilson Ailton Alencar Anselmo Benedito Caio Cleilton Cristiano Célio Damião Edivaldo Fernando Genaro
Genival Geraldo Gilvan Haroldo Joaquim Jonas Josivaldo Josué Jurandir Leandro Lindomar Manoel Moisés Nilton Nivaldo
Ocivaldo Osvaldo Otacílio Otoniel Rafael Raimundo Reginaldo Robson Rogério Sebastião Sérgio Ubirajara Valdomiro Valmir
Vítor Wagner Waldeck Wesley Élcio
"""
MOTHERS = ("Maria Aparecida", "Terezinha", "Ana Lúcia", "Josefa", "Aurora", "Maria das Dores", "Geralda", "Odete")
FATHERS = ("José Carlos", "Antônio", "João Batista", "Pedro", "Luiz Gonzaga", "Manoel", "Sebastião")
BORN = ("Silva", "Santos", "Oliveira", "Souza", "Pereira", "Lima", "Ferreira", "Costa", "Ribeiro", "Alves", "Dias")
# All are of age: born in the forty years from 1960 on.
FIRST_BIRTH, BIRTH_DAYS = date(1960, 1, 15), 40 * 365
RACES = (Race.BROWN, Race.WHITE, Race.BROWN, Race.WHITE, Race.BLACK, Race.BROWN, Race.WHITE, Race.YELLOW)


def civil_facts(plan: EntityPlan, person: PersonPlan) -> dict[str, Any]:
    """Born in the seat of the entity, of parents who handed down the last surname."""
    first, *_, surname = person.name.split()
    n = 31 * plan.number + person.sequence
    return {
        "mother": f"{MOTHERS[n % len(MOTHERS)]} {BORN[n % len(BORN)]} {surname}",
        "father": f"{FATHERS[n % len(FATHERS)]} {surname}",
        "birth_date": FIRST_BIRTH + timedelta(days=(397 * person.sequence + 61 * plan.number) % BIRTH_DAYS),
        "birth_city_id": plan.municipality,
        "sex": Sex.MALE if first in MEN.split() else Sex.FEMALE,
        "race": RACES[n % len(RACES)],
    }


def seeded_people() -> PersonQuerySet:
    """Those of the plan who are there: a room may have millions besides."""
    people: PersonQuerySet = Person.objects.filter(
        cpf__in=[plan.cpf(person) for plan in ENTITIES for person in plan.people]
    )
    return people
