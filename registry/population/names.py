"""Names of a person and of the parents, drawn from the vocabulary and composed with their phonetic keys."""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple, TypeVar

from registry import keys
from registry.population import vocabulary
from registry.population.vocabulary import Word, table

LONGEST = 70
_T = TypeVar("_T")

# How often, each by itself.
_SECOND_GIVEN, _BOTH_SURNAMES, _MARRIED_MOTHER = 0.35, 0.65, 0.35
_JAPANESE, _INDIGENOUS, _ORIGIN_SECOND = 0.012, 0.005, 0.5
_SAME_AS_FATHER, _SHARED_BY_GENERATION = 0.06, ("FILHO", "JÚNIOR", "NETO", "SOBRINHO")
_UNKNOWN_FATHER, _UNKNOWN_MOTHER, _VERY_LONG = 0.12, 0.01, 0.0003
# Years between a mother and her child.
_MOTHER_AGE = range(17, 41)


class Name(NamedTuple):
    """A whole name, its phonetic key, and the words it was made of, of which the first `given` are given names."""

    text: str
    key: str
    words: tuple[Word, ...] = ()
    given: int = 0


UNKNOWN = Name("SEM INFORMAÇÃO", "")


class Family(NamedTuple):
    """What children of the same parents share. `race` is told by the surname of some."""

    mother: Name
    father: Name
    surnames: tuple[Word, ...]
    second_names: str = ""
    race: str = ""


def whole(text: str) -> Name:
    """A name of which only the text is known."""
    return Name(text, keys.key(text))


def compose(given: Sequence[Word], surnames: Sequence[Word], suffix: str = "") -> Name:
    """A name from its words: the key comes from theirs."""
    words = (*given, *surnames)
    text = " ".join(word.text for word in words)
    if suffix:
        text = f"{text} {suffix}"
    if len(text) > LONGEST:
        return whole(text[:LONGEST].rstrip())
    return Name(text, f"{words[0].first}|{words[-1].last}", words, len(given))


class Namer:
    """Draws names by one generator of luck."""

    def __init__(self, luck: Random) -> None:
        self.chance: Callable[[], float] = luck.random

    def pick(self, options: Sequence[_T]) -> _T:
        return options[int(self.chance() * len(options))]

    def given(self, sex: str, year: int, second_names: str = "") -> tuple[Word, ...]:
        first = self.pick(vocabulary.given_names(sex, year))
        if self.chance() >= _SECOND_GIVEN:
            return (first,)
        ordinary = vocabulary.SECOND_WOMEN if sex == "F" else vocabulary.SECOND_MEN
        second = self.pick(table(second_names or ordinary))
        return (first,) if second.first == first.first else (first, second)

    def family(self, birth_year: int) -> Family:
        """Parents of somebody born in that year."""
        ordinary = table(vocabulary.SURNAMES)
        hers, grandmothers, his, second_names, race = (
            self.pick(ordinary),
            self.pick(ordinary),
            self.pick(ordinary),
            "",
            "",
        )
        origin = self.chance()
        if origin < _JAPANESE:
            his, second_names, race = self.pick(table(vocabulary.JAPANESE)), vocabulary.JAPANESE_SECOND, "04"
        elif origin < _JAPANESE + _INDIGENOUS:
            his, race = self.pick(table(vocabulary.INDIGENOUS)), "05"
        mothers_year = birth_year - self.pick(_MOTHER_AGE)
        mother = father = UNKNOWN
        if self.chance() >= _UNKNOWN_MOTHER:
            married = self.chance() < _MARRIED_MOTHER
            mother = compose(self.given("F", mothers_year), (hers, his) if married else (grandmothers, hers))
        if self.chance() >= _UNKNOWN_FATHER:
            father = compose(self.given("M", mothers_year), (his,))
        return Family(mother, father, (hers, his), second_names if self.chance() < _ORIGIN_SECOND else "", race)

    def child(self, family: Family, sex: str, year: int) -> Name:
        hers, his = family.surnames
        if self.chance() < _VERY_LONG:
            ordinary = table(vocabulary.SURNAMES)
            return compose(self.given(sex, year), [hers, *(self.pick(ordinary) for _ in range(9)), his])
        if sex == "M" and family.father.words and self.chance() < _SAME_AS_FATHER:
            father = family.father
            return compose(father.words[: father.given], (his,), self.pick(_SHARED_BY_GENERATION))
        surnames = (hers, his) if self.chance() < _BOTH_SURNAMES and hers != his else (his,)
        return compose(self.given(sex, year, family.second_names), surnames)

    def foreigner(self) -> tuple[Name, Name]:
        """Somebody born next door, and the mother."""
        given, surnames = table(vocabulary.HISPANIC_GIVEN), table(vocabulary.HISPANIC)
        his, hers, other = self.pick(surnames), self.pick(surnames), self.pick(surnames)
        return compose([self.pick(given)], [his, hers]), compose([self.pick(given)], [hers, other])
