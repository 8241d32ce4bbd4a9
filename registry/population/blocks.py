"""The population, in blocks of ten thousand records: each block depends on the seed and on its own number only.

About 2 % of the records are the same person once more, without CPF and with mistakes, and 2 % are people who look like
another and are not: twins, people of the same name, father and son. The block knows which are which.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from random import Random

from registry import numbers
from registry.numbers import DEFINITIVE, PROVISIONAL
from registry.population import vocabulary
from registry.population.mistakes import Clerk
from registry.population.names import Family, Name, Namer, compose
from registry.population.people import INACTIVE, Address, Cns, Person, Street
from registry.population.vocabulary import Word, given_names, table, word

BLOCK = 10_000

# People of each five years of age, in a thousand: a large Brazilian municipality.
_PYRAMID = (56, 60, 60, 64, 73, 78, 79, 82, 81, 71, 66, 62, 56, 45, 31, 18, 10, 5, 2, 1)
_ADULT_YEARS, _OLD_DAYS, _YEAR = 18, 60 * 365, 365.25
# Streets of a block, and what is written after the number of a house.
_STREETS = 500
_COMPLEMENTS = ("", "", "", "CASA 2", "APTO 101", "FUNDOS")
# How many in a hundred; what a surname tells comes on top.
_RACES = {"03": 43, "01": 41, "02": 13, "99": 2, "04": 1}

# How often, of all records and one after the other.
_DUPLICATE, _TWIN, _NAMESAKE, _HEIR = 0.02, 0.007, 0.007, 0.006
# How often, each by itself.
_WITHOUT_CPF, _FOREIGN, _SOCIAL_NAME, _INACTIVE, _BORN_HERE = 0.06, 0.005, 0.004, 0.01, 0.7
_DEAD_OLD, _DEAD = 0.04, 0.003
_DEFINITIVE, _PROVISIONAL, _SECOND_PROVISIONAL, _DUPLICATE_DEFINITIVE = 0.985, 0.25, 0.06, 0.6
_TWIN_SAME_FIRST, _NAMESAKE_SAME_DAY = 0.4, 0.5
# Countries by the table of the registry: Bolívia, Venezuela, Haiti, Portugal.
_COUNTRIES = ("022", "026", "040", "045")
# Where people came from.
_CITIES = (
    *("3550308", "3304557", "3106200", "2927408", "2304400", "5300108", "2611606", "4314902", "1302603", "1501402"),
    *("4106902", "5208707", "2111300", "2704302", "2211001", "2408102", "2507507", "2800308", "3205309", "5002704"),
)


@dataclass
class Block:
    """People in the order of their ordinals, and the pairs of ordinals that are one person."""

    people: list[Person] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)


def make_block(seed: int, number: int, *, reference: date, municipality: str, size: int = BLOCK) -> Block:
    """Block `number`, from 0; with a smaller `size`, its beginning. Nobody in it was born after `reference`."""
    return _Maker(Random(f"{seed}:{number}"), reference, municipality).block(number * BLOCK + 1, size)


class _Maker:
    def __init__(self, luck: Random, reference: date, municipality: str) -> None:
        self.namer, self.clerk = Namer(luck), Clerk(luck, reference)
        self.chance, self.pick = self.namer.chance, self.namer.pick
        self.reference, self.municipality = reference, municipality
        postal_region = 10_000 + int(self.chance() * 90_000)
        self.streets = [self._street(postal_region) for _ in range(_STREETS)]
        self.registered_twice: set[int] = set()

    def block(self, first: int, size: int) -> Block:
        block = Block()
        for ordinal in range(first, first + size):
            kind = self.chance()
            if block.people and kind < _DUPLICATE + _TWIN + _NAMESAKE + _HEIR:
                person = self._beside(block, ordinal, kind)
            else:
                person = self._person(ordinal)
            block.people.append(person)
        return block

    def _beside(self, block: Block, ordinal: int, kind: float) -> Person:
        """Somebody who is, or looks like, one of those already there."""
        other = self.pick(block.people)
        if kind < _DUPLICATE:
            return self._duplicate(block, other, ordinal)
        given = other.name.given
        if given and kind < _DUPLICATE + _TWIN:
            return self._twin(other, given, ordinal)
        if given and kind < _DUPLICATE + _TWIN + _HEIR:
            return self._heir(other, given, ordinal)
        return self._namesake(other, ordinal)

    def _duplicate(self, block: Block, other: Person, ordinal: int) -> Person:
        if other.ordinal in self.registered_twice:
            return self._person(ordinal)
        self.registered_twice |= {other.ordinal, ordinal}
        block.pairs.append((other.ordinal, ordinal))
        again = self.clerk.again(other)
        cns = self._cns(ordinal, definitive=self.chance() < _DUPLICATE_DEFINITIVE)
        return replace(again, ordinal=ordinal, cpf=None, cns=cns, address=self._address(), social_name="")

    def _twin(self, other: Person, twin: Word, ordinal: int) -> Person:
        sex = self._sex()
        given = self.pick(given_names(sex, other.birth_date.year))
        if sex == other.sex and " " in twin.text and self.chance() < _TWIN_SAME_FIRST:
            given = word(f"{twin.text.split()[0]} {given.text.split()[-1]}")
        name = compose(given, other.name.surnames)
        if name.text == other.name.text:
            return self._person(ordinal)
        return self._numbered(
            Person(
                ordinal=ordinal,
                name=name,
                mother=other.mother,
                father=other.father,
                birth_date=other.birth_date,
                sex=sex,
                race=other.race,
                ethnicity=other.ethnicity,
                nationality=other.nationality,
                birth_country=other.birth_country,
                birth_city=other.birth_city,
            )
        )

    def _namesake(self, other: Person, ordinal: int) -> Person:
        born = other.birth_date if self.chance() < _NAMESAKE_SAME_DAY else self._birth_date()
        return self._child(ordinal, self.namer.family(born.year), other.name, other.sex, born)

    def _heir(self, other: Person, given: Word, ordinal: int) -> Person:
        """A son with the name of his father, and mostly a suffix that says so."""
        born = other.birth_date + timedelta(days=int((20 + self.chance() * 20) * _YEAR))
        if other.sex != "M" or born > self.reference:
            return self._person(ordinal)
        name = compose(given, other.name.surnames, self.pick(("FILHO", "JÚNIOR", "")))
        return self._child(ordinal, self.namer.family(born.year)._replace(father=other.name), name, "M", born)

    def _person(self, ordinal: int) -> Person:
        born, sex = self._birth_date(), self._sex()
        if self.chance() < _FOREIGN:
            name, mother = self.namer.foreigner()
            person = Person(ordinal=ordinal, name=name, mother=mother, birth_date=born, sex=sex)
            person.nationality, person.birth_country = "E", self.pick(_COUNTRIES)
            return self._numbered(person)
        family = self.namer.family(born.year)
        return self._child(ordinal, family, self.namer.child(family, sex, born.year), sex, born)

    def _child(self, ordinal: int, family: Family, name: Name, sex: str, born: date) -> Person:
        return self._numbered(
            Person(
                ordinal=ordinal,
                name=name,
                mother=family.mother,
                father=family.father.text,
                birth_date=born,
                sex=sex,
                race=family.race or self.pick(_races()),
                ethnicity=family.surnames[-1].text if family.race == "05" else "",
                birth_city=self._birth_city(),
                social_name=self._social_name(name, sex, born),
            )
        )

    def _numbered(self, person: Person) -> Person:
        """The person with numbers, a home, and how the record stands."""
        person.cpf = None if self.chance() < _WITHOUT_CPF else numbers.population_cpf(person.ordinal)
        person.cns = self._cns(person.ordinal, definitive=self.chance() < _DEFINITIVE)
        person.address = self._address()
        if self.chance() < _INACTIVE:
            person.status, person.status_reason = INACTIVE, "CADASTRO DESATUALIZADO"
        days = (self.reference - person.birth_date).days
        if self.chance() < (_DEAD_OLD if days > _OLD_DAYS else _DEAD):
            person.deceased_on = self.reference - timedelta(days=int(self.chance() * min(days, 10 * _YEAR)))
        return person

    def _cns(self, ordinal: int, *, definitive: bool) -> list[Cns]:
        found = [Cns(numbers.population_cns(DEFINITIVE, ordinal), DEFINITIVE)] if definitive else []
        luck = self.chance()
        provisional = 0 if luck >= _PROVISIONAL else 1 if luck >= _SECOND_PROVISIONAL else 2
        for nth in range(provisional if definitive else max(1, provisional)):
            found.append(Cns(numbers.population_cns(PROVISIONAL, ordinal, nth=nth), PROVISIONAL))
        return found

    def _address(self) -> Address:
        number = int(self.chance() * 2000)
        return Address(self.pick(self.streets), str(number) if number else "S/N", self.pick(_COMPLEMENTS))

    def _street(self, postal_region: int) -> Street:
        postal_code = f"{postal_region}{int(self.chance() * 1000):03d}"
        name, district = self.pick(table(vocabulary.STREETS)).text, self.pick(table(vocabulary.DISTRICTS)).text
        return Street(self.pick(("081", "081", "081", "008")), name, district, postal_code, self.municipality)

    def _birth_date(self) -> date:
        group = self.pick(_ages())
        return self.reference - timedelta(days=int((group * 5 + self.chance() * 5) * _YEAR))

    def _birth_city(self) -> str:
        return self.municipality if self.chance() < _BORN_HERE else self.pick(_CITIES)

    def _sex(self) -> str:
        return "F" if self.chance() < 0.52 else "M"

    def _social_name(self, name: Name, sex: str, born: date) -> str:
        grown = (self.reference - born).days > _ADULT_YEARS * _YEAR
        if not grown or not name.surnames or self.chance() >= _SOCIAL_NAME:
            return ""
        return compose(self.pick(given_names("M" if sex == "F" else "F", born.year)), name.surnames).text


@cache
def _ages() -> Sequence[int]:
    """The five years of age of each of a thousand people."""
    return [group for group, people in enumerate(_PYRAMID) for _ in range(people)]


@cache
def _races() -> Sequence[str]:
    return [race for race, people in _RACES.items() for _ in range(people)]
