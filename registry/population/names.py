"""Names of a person and of the parents, drawn from the vocabulary and composed with their phonetic keys."""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple, TypeVar

from registry import keys
from registry.population import vocabulary
from registry.population.vocabulary import Word, given_names, table

LONGEST = 70
_T = TypeVar("_T")

# How often, each by itself.
_BOTH_SURNAMES, _MARRIED_MOTHER, _JAPANESE, _INDIGENOUS = 0.65, 0.35, 0.012, 0.005
_SAME_AS_FATHER, _SHARED_BY_GENERATION = 0.06, ("FILHO", "JÚNIOR", "NETO", "SOBRINHO")
_UNKNOWN_FATHER, _UNKNOWN_MOTHER, _VERY_LONG = 0.12, 0.01, 0.0003
# Years between a mother and her child.
_MOTHER_AGE = range(17, 41)


class Name(NamedTuple):
    """A whole name, its phonetic key, and the given names and surnames it was made of, when that is known."""

    text: str
    key: str
    given: Word | None = None
    surnames: tuple[Word, ...] = ()


UNKNOWN = Name("SEM INFORMAÇÃO", "")


class Family(NamedTuple):
    """What children of the same parents share. `race` is told by the surname of some."""

    mother: Name
    father: Name
    surnames: tuple[Word, Word]
    race: str = ""


def whole(text: str) -> Name:
    """A name of which only the text is known."""
    return Name(text, keys.key(text))


def compose(given: Word, surnames: tuple[Word, ...], suffix: str = "") -> Name:
    """A name from its words: the key comes from theirs."""
    text = " ".join([given.text, *[word.text for word in surnames]])
    if suffix:
        text = f"{text} {suffix}"
    if len(text) > LONGEST:
        return whole(text[:LONGEST].rstrip())
    return Name(text, f"{given.first}|{surnames[-1].last}", given, surnames)


class Namer:
    """Draws names by one generator of luck."""

    def __init__(self, luck: Random) -> None:
        self.chance: Callable[[], float] = luck.random
        self.surnames = table(vocabulary.SURNAMES)

    def pick(self, options: Sequence[_T]) -> _T:
        return options[int(self.chance() * len(options))]

    def family(self, birth_year: int) -> Family:
        """Parents of somebody born in that year."""
        chance, pick, surnames, race = self.chance, self.pick, self.surnames, ""
        hers, his, origin = pick(surnames), pick(surnames), chance()
        if origin < _JAPANESE:
            his, race = pick(table(vocabulary.JAPANESE)), "04"
        elif origin < _JAPANESE + _INDIGENOUS:
            his, race = pick(table(vocabulary.INDIGENOUS)), "05"
        year = birth_year - pick(_MOTHER_AGE)
        mother = father = UNKNOWN
        if chance() >= _UNKNOWN_MOTHER:
            of_mother = (hers, his) if chance() < _MARRIED_MOTHER else (pick(surnames), hers)
            mother = compose(pick(given_names("F", year)), of_mother)
        if chance() >= _UNKNOWN_FATHER:
            father = compose(pick(given_names("M", year)), (his,))
        return Family(mother, father, (hers, his), race)

    def child(self, family: Family, sex: str, year: int) -> Name:
        hers, his = family.surnames
        luck, given = self.chance(), self.pick(given_names(sex, year, family.race))
        if luck < _VERY_LONG:
            return compose(given, (hers, *(self.pick(self.surnames) for _ in range(9)), his))
        if sex == "M" and luck > 1 - _SAME_AS_FATHER and family.father.given:
            return compose(family.father.given, (his,), self.pick(_SHARED_BY_GENERATION))
        return compose(given, (hers, his) if self.chance() < _BOTH_SURNAMES and hers != his else (his,))

    def foreigner(self) -> tuple[Name, Name]:
        """Somebody born next door, and the mother."""
        given, surnames = table(vocabulary.HISPANIC_GIVEN), table(vocabulary.HISPANIC)
        his, hers, other = self.pick(surnames), self.pick(surnames), self.pick(surnames)
        return compose(self.pick(given), (his, hers)), compose(self.pick(given), (hers, other))
