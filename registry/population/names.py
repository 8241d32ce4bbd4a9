"""Names of a person and of the parents, drawn from the vocabulary and composed with their phonetic keys."""

from typing import NamedTuple

from registry import keys
from registry.population import vocabulary
from registry.population.luck import Luck, often, pick
from registry.population.people import UNKNOWN
from registry.population.vocabulary import Word, given_names, table

LONGEST = 70

_UNKNOWN_MOTHER, _MARRIED_MOTHER, _UNKNOWN_FATHER = often(0.01), often(0.35), often(0.12)
_JAPANESE, _INDIGENOUS = often(0.012), often(0.017)
_VERY_LONG, _ONE_SURNAME, _WITH_SUFFIX = often(0.0004), often(0.35), often(0.97)
_OF_THE_FATHER = (" FILHO", " JÚNIOR")
_SUFFIXES = (*_OF_THE_FATHER, " NETO", " SOBRINHO")
# Years between a mother and her child: from the first number on, so many.
_YOUNGEST_MOTHER, _MOTHER_YEARS = 17, 24
_JAPANESE_RACE, INDIGENOUS_RACE = "04", "05"


class Name(NamedTuple):
    """A name, its phonetic key, and the words of which it was made, when that is known."""

    text: str
    key: str
    given: Word | None = None
    middle: str = ""
    last: Word | None = None


NOBODY = Name(UNKNOWN, "")


class Family(NamedTuple):
    """What children of the same parents share. The surname of some tells `race` and, with it, the indigenous people."""

    mother: Name
    father: Name
    hers: Word
    his: Word
    race: str = ""
    ethnicity: str = ""


def compose(given: Word, last: Word, middle: str = "", suffix: str = "") -> Name:
    """A name from its words: the key comes from theirs. `middle` and `suffix` bring the space that parts them."""
    text = f"{given.text} {middle}{last.text}{suffix}"
    if len(text) > LONGEST:
        text = text[:LONGEST].rstrip()
        return Name(text, keys.key(text))
    return Name(text, f"{given.first}|{last.last}", given, middle, last)


def make_family(year: int, luck: Luck) -> Family:
    """Parents of somebody born in that year."""
    surnames = table(vocabulary.SURNAMES)
    hers, his, race, ethnicity = pick(surnames, luck.hers), pick(surnames, luck.his), "", ""
    if luck.origin < _INDIGENOUS:
        his, race, ethnicity = _of_origin(luck)
    year -= _YOUNGEST_MOTHER + luck.mothers_age % _MOTHER_YEARS
    mother = father = NOBODY
    if luck.mother >= _UNKNOWN_MOTHER:
        given = pick(given_names("F", year), luck.mothers_given)
        if luck.mother < _MARRIED_MOTHER:
            mother = compose(given, his, f"{hers.text} ")
        else:
            mother = compose(given, hers, f"{pick(surnames, luck.grandmothers).text} ")
    if luck.father >= _UNKNOWN_FATHER:
        father = compose(pick(given_names("M", year), luck.fathers_given), his)
    return Family(mother, father, hers, his, race, ethnicity)


def _of_origin(luck: Luck) -> tuple[Word, str, str]:
    """A surname that tells where a family comes from, the race, and the indigenous people."""
    if luck.origin < _JAPANESE:
        return pick(table(vocabulary.JAPANESE), luck.his), _JAPANESE_RACE, ""
    his = pick(table(vocabulary.INDIGENOUS), luck.his)
    return his, INDIGENOUS_RACE, vocabulary.ETHNICITIES[his.text]


def child_name(family: Family, sex: str, year: int, luck: Luck) -> Name:
    given = pick(given_names(sex, year, family.race), luck.given)
    if luck.shape < _VERY_LONG:
        # A handful of surnames from all over the table.
        ancestors = table(vocabulary.SURNAMES)[luck.other % 400 :: 400]
        return compose(given, family.his, "".join(f"{word.text} " for word in (family.hers, *ancestors)))
    if luck.shape < _ONE_SURNAME:
        return compose(given, family.his)
    if luck.shape > _WITH_SUFFIX and sex == "M":
        suffix = _SUFFIXES[luck.shape % len(_SUFFIXES)]
        of_the_father = family.father.given if suffix in _OF_THE_FATHER else None
        return compose(of_the_father or given, family.his, suffix=suffix)
    return compose(given, family.his, f"{family.hers.text} ")


def foreign_family(sex: str, luck: Luck) -> tuple[Family, Name]:
    """A family of a country next door, and the name of the child."""
    women, surnames = table(vocabulary.HISPANIC_WOMEN), table(vocabulary.HISPANIC)
    given = women if sex == "F" else table(vocabulary.HISPANIC_MEN)
    his, hers, other = (pick(surnames, number) for number in (luck.his, luck.hers, luck.grandmothers))
    mother = compose(pick(women, luck.mothers_given), other, f"{hers.text} ")
    return Family(mother, NOBODY, hers, his), compose(pick(given, luck.given), hers, f"{his.text} ")
