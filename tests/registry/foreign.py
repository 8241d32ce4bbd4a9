"""A second population for the tests: other names and other mistakes. No weight or limit was adjusted to it.

What it showed at first sight (0.93 of the pairs found) was answered by general rules: the next day, a word a letter
apart, keys by the mother.

The names are of Angola, Mozambique, Cape Verde and of the north of Brazil. The mistakes are those of a keyboard, of a
hurried reader and of forms with few boxes: neighbouring keys, letters read for others, names cut, surnames exchanged.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from registry import numbers
from registry.population.people import UNKNOWN, Person

WOMEN = """
    LURDES ESPERANÇA DOMINGAS NZINGA TCHISSOLA JANDIRA WEZA MILENA ELIZANGELA ALBERTINA CELESTE GRAÇA ISAURA
    FILOMENA ZULEICA EDNEIDE FRANCINETE GLEICIANE IRISMAR LEIDIANE MARINALVA NUBIA ROSICLEIDE SOCORRO TAINARA
    VALDIRENE YARA ARMANDA BELMIRA CONSTANÇA DEOLINDA ESTEFANIA FERMINA GENOVEVA HORTÊNCIA""".split()  # noqa: SIM905
MEN = """
    NELITO DOMINGOS ARMANDO KIALUNDA ZEFERINO EVARISTO AGOSTINHO BERNARDINO CASIMIRO DELFIM EDNALDO FRANCINALDO
    GLEIDSON IRANILDO JOCIVALDO KENEDY LINDOMAR MANASSÉS NAZARENO OTONIEL PLÁCIDO QUINTINO RAIMUNDINHO SILVESTRE
    TIBÚRCIO UBIRATAN VALDEMIR WALDECY XISTO ZACARIAS ABRAÃO BALTAZAR CRISPIM DEMÉTRIO""".split()  # noqa: SIM905
SURNAMES = """
    NETO CHIVUKUVUKU SAVIMBI TAVARES SEMEDO ÉVORA FORTES DA_GRAÇA MACHEL CHISSANO MONDLANE CABRAL LUMUMBA
    QUISSANGA KIALA MATEUS CATARINO MUTEKA PINHEIRO PANTOJA CARIPUNA GAMA DE_LIRA BATALHA PALHETA TRINDADE MAUÉS
    CORDOVIL BRABO FURTADO LOBATO NEGRÃO RAIOL TENÓRIO WANZELER BARATA PAMPLONA QUARESMA SARMENTO UCHÔA
    VERÍSSIMO DO_VALE ZAGALO ALENCAR BEZERRIL CAVALEIRO DAMOUS ESPINDOLA FEITOSA""".split()  # noqa: SIM905
NEIGHBOURS = dict(zip("QWERTYUIOASDFGHJKLZXCVBNM", "WERTYUIOPSDFGHJKLÇXCVBNMN", strict=True))
READ_FOR = (
    ("RN", "M"),
    ("M", "RN"),
    ("CL", "D"),
    ("U", "V"),
    ("I", "L"),
    ("O", "Q"),
    ("E", "F"),
    ("H", "N"),
    ("C", "G"),
)
BOXES = 34
REFERENCE = date(2026, 11, 23)

Mistake = Callable[[Random, Person], Person]


def make_foreigners(seed: int, size: int) -> tuple[list[Person], set[tuple[int, int]]]:
    """People, of whom two in a hundred are there twice, and those pairs; as many twins and namesakes are among them."""
    luck = Random(seed)  # noqa: S311 -- synthetic people
    people: list[Person] = []
    pairs: set[tuple[int, int]] = set()
    twice: set[int] = set()
    for ordinal in range(1, size + 1):
        kind = luck.random()
        other = luck.choice(people) if people and kind < 0.04 else None
        if other is None or (kind < 0.02 and other.ordinal in twice):
            people.append(_person(luck, ordinal))
        elif kind < 0.02:
            twice |= {other.ordinal, ordinal}
            pairs.add((other.ordinal, ordinal))
            people.append(_mistaken(luck, other)._replace(ordinal=ordinal, cpf=None))
        elif kind < 0.03:
            given = luck.choice([name for name in (WOMEN if other.sex == "F" else MEN) if name not in other.name])
            twin = other._replace(ordinal=ordinal).named(_instead(other.name, 0, given))
            people.append(_numbered(luck, twin))
        else:
            namesake = other._replace(ordinal=ordinal).with_mother(_person(luck, ordinal).mother)
            people.append(_numbered(luck, namesake))
    return people, pairs


def _person(luck: Random, ordinal: int) -> Person:
    sex = luck.choice("FM")
    hers, his, other = (luck.choice(SURNAMES).replace("_", " ") for _ in range(3))
    name = " ".join([*luck.sample(WOMEN if sex == "F" else MEN, luck.choice((1, 1, 2))), hers, his])
    mother = f"{luck.choice(WOMEN)} {other} {hers}" if luck.random() > 0.02 else UNKNOWN
    born = REFERENCE - timedelta(days=luck.randrange(90 * 365))
    person = Person(ordinal, name, "", mother, "", born, sex, birth_city_id="1501402")
    return _numbered(luck, person.named(name).with_mother(mother))


def _numbered(luck: Random, person: Person) -> Person:
    return person._replace(cpf=None if luck.random() < 0.06 else numbers.population_cpf(person.ordinal))


def _mistaken(luck: Random, person: Person) -> Person:
    kinds: list[Mistake] = [
        _key,
        _key,
        _read,
        _read,
        _cut,
        _exchange,
        _initials,
        _mothers_key,
        _mothers_word,
        _date,
        _date,
    ]
    for mistake in luck.sample(kinds, luck.choice((1, 1, 1, 2))):
        person = mistake(luck, person)
    return person


def _instead(text: str, at: int, word: str) -> str:
    found = text.split()
    return " ".join([*found[:at], word, *found[at + 1 :]])


def _slip(luck: Random, text: str) -> str:
    """A neighbouring key, at any letter."""
    at = luck.randrange(len(text))
    return text[:at] + NEIGHBOURS.get(text[at], text[at]) + text[at + 1 :]


def _key(luck: Random, person: Person) -> Person:
    return person.named(_slip(luck, person.name))


def _mothers_key(luck: Random, person: Person) -> Person:
    return person if person.mother == UNKNOWN else person.with_mother(_slip(luck, person.mother))


def _read(luck: Random, person: Person) -> Person:
    possible = [(old, new) for old, new in READ_FOR if old in person.name]
    return person.named(person.name.replace(*luck.choice(possible), 1)) if possible else person


def _cut(_: Random, person: Person) -> Person:
    return person.named(person.name[:BOXES].rstrip())


def _exchange(_: Random, person: Person) -> Person:
    """The surname of the mother and that of the father, one for the other."""
    *rest, last_but_one, last = person.name.split()
    return person.named(" ".join([*rest, last, last_but_one])) if len(rest) > 1 else person


def _initials(_: Random, person: Person) -> Person:
    first, *middle, last = person.name.split()
    return person.named(" ".join([first, *(word[0] for word in middle), last]))


def _mothers_word(_: Random, person: Person) -> Person:
    """Of the mother only the first and the last name."""
    found = person.mother.split()
    return person if person.mother == UNKNOWN else person.with_mother(f"{found[0]} {found[-1]}")


def _date(luck: Random, person: Person) -> Person:
    """The neighbouring day, the same day of the next month, or of the year before."""
    born = person.birth_date
    kind = luck.randrange(3)
    if kind == 0:
        return person._replace(birth_date=born - timedelta(days=1))
    wrong = (born.year, born.month % 12 + 1) if kind == 1 else (born.year - 1, born.month)
    return person._replace(birth_date=min(date(*wrong, born.day), REFERENCE)) if born.day < 29 else person
