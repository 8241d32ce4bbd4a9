"""The population, in blocks of ten thousand records: each block depends on the seed and on its own number only.

About 2 % of the records are the same person once more, without CPF and with mistakes, and 2 % are people who look like
another and are not: twins, people of the same name, father and son. The block knows which are which.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random

from registry import numbers
from registry.numbers import DEFINITIVE, PROVISIONAL
from registry.population import vocabulary
from registry.population.luck import Luck, draw, often, pick
from registry.population.mistakes import Clerk
from registry.population.names import Family, Name, child_name, compose, foreign_family, make_family
from registry.population.papers import PaperLuck, Papers, email_of, papers_of, phone_of, region_of
from registry.population.people import INACTIVE_REASON, Address, Cns, Person, Street
from registry.population.vocabulary import Word, given_names, table, word

BLOCK = 10_000

# People of each five years of age, in a thousand: a large Brazilian municipality.
_PYRAMID = (56, 60, 60, 64, 73, 78, 79, 82, 81, 71, 66, 62, 56, 45, 31, 18, 10, 5, 2, 1)
_AGE_GROUP, _YEAR = 1826, 365.25
_ADULT, _OLD = 18 * 366, 60 * 365
# How many in a hundred; what a surname tells comes on top.
_RACES = {"03": 43, "01": 41, "02": 13, "99": 2, "04": 1}

# How often, of all records and one after the other.
_DUPLICATE, _TWIN, _HEIR, _NAMESAKE, _FOREIGN = (often(share) for share in (0.02, 0.027, 0.033, 0.04, 0.045))
# How often, each by itself.
_WOMEN, _WITHOUT_CPF, _SOCIAL_NAME, _INACTIVE, _BORN_HERE = map(often, (0.52, 0.06, 0.004, 0.01, 0.7))
_DEAD_OLD, _DEAD = often(0.04), often(0.003)
_DEFINITIVE, _DUPLICATE_DEFINITIVE = often(0.985), often(0.6)
_PROVISIONAL, _SECOND_PROVISIONAL = often(0.25), often(0.06)
_TWIN_SAME_FIRST, _NAMESAKE_SAME_DAY = often(0.4), often(0.5)
# Countries by the table of the registry: Bolívia, Venezuela, Haiti, Portugal.
_COUNTRIES = ("022", "026", "040", "045")
# Where people came from.
_CITIES = (
    *("3550308", "3304557", "3106200", "2927408", "2304400", "5300108", "2611606", "4314902", "1302603", "1501402"),
    *("4106902", "5208707", "2111300", "2704302", "2211001", "2408102", "2507507", "2800308", "3205309", "5002704"),
)
# Streets of a block, numbers of a street, and what is written after the number of a house.
_STREETS, _HOUSES = 500, 2000
_COMPLEMENTS = ("", "", "", "CASA 2", "APTO 101", "FUNDOS")


@dataclass
class Block:
    """People in the order of their ordinals, and the pairs of ordinals that are one person."""

    people: list[Person] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)


def make_block(
    seed: int, number: int, *, reference: date, municipality: str, size: int = BLOCK, papers_from: int = 0
) -> Block:
    """Block `number`, from 0; with a smaller `size`, its beginning. Nobody in it was born after `reference`.

    `papers_from` comes before the ordinals that the numbers of documents and telephones are made of.

    Nothing here makes cycles: who makes many blocks gains a third of the time with the garbage collector off.
    """
    maker = _Maker(Random(f"{seed}:{number}:mistakes"), reference, municipality, papers_from)
    lucks = draw(f"{seed}:{number}", size, Luck)
    papers = draw(f"{seed}:{number}:papers", size, PaperLuck)
    for ordinal, (luck, of_papers) in enumerate(zip(lucks, papers, strict=True), number * BLOCK + 1):
        maker.add(ordinal, luck, of_papers)
    return maker.block


@cache
def _ages() -> Sequence[int]:
    """The days before the five years of age of each of a thousand people."""
    return [group * _AGE_GROUP for group, people in enumerate(_PYRAMID) for _ in range(people)]


@cache
def _races() -> Sequence[str]:
    return [race for race, people in _RACES.items() for _ in range(people)]


class _Maker:
    """Makes one block."""

    def __init__(self, luck: Random, reference: date, municipality: str, papers_from: int) -> None:
        self.block = Block()
        self.clerk = Clerk(luck, reference)
        self.reference, self.municipality, self.papers_from = reference, municipality, papers_from
        self.today = reference.toordinal()
        self.region = region_of(municipality)
        self.registered_twice: set[int] = set()
        postal_region = luck.randrange(10_000, 100_000)
        self.streets = [self._street(luck, postal_region) for _ in range(_STREETS)]

    def _street(self, luck: Random, postal_region: int) -> Street:
        names, districts = table(vocabulary.STREETS), table(vocabulary.DISTRICTS)
        name, district = names[luck.randrange(len(names))].text, districts[luck.randrange(len(districts))].text
        kind = "008" if luck.random() < 0.2 else "081"
        return Street(kind, name, district, f"{postal_region}{luck.randrange(1000):03d}", self.municipality)

    def add(self, ordinal: int, luck: Luck, papers: PaperLuck) -> None:
        """One more record: mostly an ordinary person."""
        self.ordinal, self.luck, self.paper_luck = ordinal, luck, papers
        people = self.block.people
        if luck.kind >= _NAMESAKE or not people:
            people.append(self._person())
        else:
            people.append(self._beside(pick(people, luck.other)))

    def _beside(self, other: Person) -> Person:
        """Somebody who is, or looks like, one of those already there."""
        luck = self.luck
        if luck.kind < _DUPLICATE:
            return self._duplicate(other)
        if not other.given or not other.last:
            return self._person()
        if luck.kind < _TWIN:
            return self._twin(other, other.given, other.last)
        if luck.kind < _HEIR:
            return self._heir(other, other.given, other.last)
        name = Name(other.name, other.phonetic, other.given, other.middle, other.last)
        born = other.birth_date if luck.day < _NAMESAKE_SAME_DAY else self._birth_date()
        return self._child(make_family(born.year, luck), name, other.sex, born)

    def _duplicate(self, other: Person) -> Person:
        if other.ordinal in self.registered_twice:
            return self._person()
        self.registered_twice |= {other.ordinal, self.ordinal}
        self.block.pairs.append((other.ordinal, self.ordinal))
        cns = self._cns(definitive=self.luck.definitive < _DUPLICATE_DEFINITIVE)
        again = self.clerk.again(other)
        return again._replace(
            ordinal=self.ordinal, cpf=None, cns=cns, address=self._address(), social_name="", papers=None
        )

    def _twin(self, other: Person, twin: Word, last: Word) -> Person:
        sex = self._sex()
        given = pick(given_names(sex, other.birth_date.year), self.luck.given)
        if sex == other.sex and " " in twin.text and self.luck.shape < _TWIN_SAME_FIRST:
            given = word(f"{twin.text.split()[0]} {given.text.split()[-1]}")
        elif given.first == twin.first:
            return self._person()
        name = compose(given, last, other.middle)
        if name.text == other.name:
            return self._person()
        parents = Name(other.mother, other.mother_phonetic), Name(other.father, "")
        family = Family(*parents, last, last, other.race, other.ethnicity)
        return self._child(family, name, sex, other.birth_date)._replace(birth_city_id=other.birth_city_id)

    def _heir(self, other: Person, given: Word, last: Word) -> Person:
        """A son with the name of his father, and mostly a suffix that says so."""
        luck = self.luck
        born = other.birth_date + timedelta(days=int(20 * _YEAR) + luck.day % int(20 * _YEAR))
        if other.sex != "M" or born > self.reference:
            return self._person()
        name = compose(given, last, other.middle, pick((" FILHO", " JÚNIOR", ""), luck.shape))
        family = make_family(born.year, luck)._replace(father=Name(other.name, other.phonetic))
        return self._child(family, name, "M", born)

    def _person(self) -> Person:
        luck = self.luck
        born, sex = self._birth_date(), self._sex()
        if _NAMESAKE <= luck.kind < _FOREIGN:
            return self._foreigner(sex, born)
        family = make_family(born.year, luck)
        return self._child(family, child_name(family, sex, born.year, luck), sex, born)

    def _foreigner(self, sex: str, born: date) -> Person:
        family, name = foreign_family(sex, self.luck)
        person = self._child(family, name, sex, born)
        return person._replace(
            nationality="E",
            birth_country=pick(_COUNTRIES, self.luck.city),
            birth_city_id=None,
            papers=self._papers(born, is_brazilian=False),
        )

    def _child(self, family: Family, name: Name, sex: str, born: date) -> Person:
        """The record of a child of the family, with numbers, a home, and how it stands."""
        luck = self.luck
        days = self.today - born.toordinal()
        is_active = luck.standing >= _INACTIVE
        return Person(
            self.ordinal,
            name.text,
            name.key,
            family.mother.text,
            family.mother.key,
            born,
            sex,
            None if luck.cpf < _WITHOUT_CPF else numbers.population_cpf(self.ordinal),
            family.father.text,
            self.municipality if luck.city < _BORN_HERE else _CITIES[luck.city % len(_CITIES)],
            family.race or pick(_races(), luck.race),
            family.ethnicity,
            self._social_name(name, sex, born) if luck.social < _SOCIAL_NAME and days > _ADULT else "",
            is_active=is_active,
            inactive_reason="" if is_active else INACTIVE_REASON,
            deceased_on=self._death(days) if luck.death < (_DEAD_OLD if days > _OLD else _DEAD) else None,
            email=email_of(self.papers_from + self.ordinal, self.paper_luck),
            phone=phone_of(self.papers_from + self.ordinal, self.region),
            cns=self._cns(definitive=luck.definitive < _DEFINITIVE),
            address=self._address(),
            papers=self._papers(born),
            given=name.given,
            middle=name.middle,
            last=name.last,
        )

    def _cns(self, *, definitive: bool) -> tuple[Cns, ...]:
        found = [Cns(numbers.population_cns(DEFINITIVE, self.ordinal), DEFINITIVE)] if definitive else []
        if self.luck.provisional < _PROVISIONAL or not definitive:
            for nth in range(2 if self.luck.provisional < _SECOND_PROVISIONAL else 1):
                found.append(Cns(numbers.population_cns(PROVISIONAL, self.ordinal, nth=nth), PROVISIONAL))
        return tuple(found)

    def _address(self) -> Address:
        luck = self.luck
        number = luck.house % _HOUSES
        return Address(pick(self.streets, luck.street), str(number or "S/N"), pick(_COMPLEMENTS, luck.complement))

    def _papers(self, born: date, *, is_brazilian: bool = True) -> Papers:
        ordinal = self.papers_from + self.ordinal
        return papers_of(ordinal, born, self.today, self.region, self.paper_luck, is_brazilian=is_brazilian)

    def _birth_date(self) -> date:
        return date.fromordinal(self.today - pick(_ages(), self.luck.age) - self.luck.day % _AGE_GROUP)

    def _death(self, days: int) -> date:
        """Some day of the last ten years, and of the life."""
        return date.fromordinal(self.today - self.luck.death_day % (min(days, int(10 * _YEAR)) + 1))

    def _sex(self) -> str:
        return "F" if self.luck.sex < _WOMEN else "M"

    def _social_name(self, name: Name, sex: str, born: date) -> str:
        if not name.last:
            return ""
        given = given_names("M" if sex == "F" else "F", born.year)
        return compose(given[born.toordinal() % len(given)], name.last, name.middle).text
