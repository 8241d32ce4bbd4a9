"""How complete a record is (grau de qualidade): weights of the simulator's own, as the real ones are not public."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from registry import keys
from registry.models import Person
from registry.models.tables import Race, Sex


@dataclass(frozen=True)
class Item:
    """One thing that a record may have, and what it weighs in a hundred."""

    label: str
    weight: int
    is_filled: Callable[[Person], bool]


ITEMS = (
    Item("CPF", 15, lambda person: bool(person.cpf)),
    Item("CNS definitivo", 15, lambda person: bool(person.cns)),
    Item("Nome", 10, lambda person: not keys.is_unknown(person.name)),
    Item("Nome da mãe", 10, lambda person: not keys.is_unknown(person.mother)),
    Item("Data de nascimento", 10, lambda person: bool(person.birth_date)),
    Item("Endereço", 10, lambda person: person.addresses.exists()),
    Item("Nome do pai", 5, lambda person: not keys.is_unknown(person.father)),
    Item("Sexo", 5, lambda person: person.sex != Sex.UNKNOWN),
    Item("Raça/cor", 5, lambda person: person.race != Race.UNKNOWN),
    Item("Município de nascimento", 5, lambda person: bool(person.birth_city_id)),
    Item("Telefone", 5, lambda person: bool(person.phone)),
    Item("E-mail", 5, lambda person: bool(person.email)),
)
# From how many points; the cuts of the real levels are not public.
BRONZE = 50
LEVELS = ((90, "Ouro"), (75, "Prata"), (BRONZE, "Bronze"))
BELOW = "Abaixo de bronze"


def degree(person: Person) -> int:
    """From 0 to 100."""
    return points({item.label for item in ITEMS if item.is_filled(person)})


def points(filled: Collection[str]) -> int:
    """The same by the labels of the items that are filled, for what is known otherwise than by a record."""
    return sum(item.weight for item in ITEMS if item.label in filled)


def level(degree: int) -> str:
    return next((name for least, name in LEVELS if degree >= least), BELOW)
