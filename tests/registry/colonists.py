"""A third population for the measure of duplicates: names of the colonies of the south, and mistakes of the literature.

It was written down, whole, before anybody measured by it, and from what is published on errors in records, not from
the comparator: Damerau (1964), four edits are most misspellings, and four in five misspelt words have one alone;
Pollock and Zamora (1984), the first letter is seldom wrong; Febrl's generator (Christen and Pudjijono, 2009), mistakes
of the keyboard, of the optical reader and of the ear, words swapped, glued or split, values missing, up to three in a
record. Whatever it shows, it stays as it is: who adjusts the comparator to it needs a fourth.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from registry import numbers
from registry.population.people import UNKNOWN, Person

WOMEN = """
    EDELTRAUD HILDEGARD IRMGARD LISELOTE GERTRUDES ERICA INGRID HELGA ELFRIDA WALTRAUD ROSVITA MAGDALENA TRUDE ANELISE
    CLARINDA GENTILA DOZOLINA ITÁLIA ADELINA PIERINA LUCINDA ANGELINA TEREZINHA MARISTELA ZENAIDE IVETE NOELI LOIRI
    SALETE NELCI CLECI ILOIDE MARLISE DENISE SIRLEI VANDERLÉIA JUCÉLIA ROSELAINE ELISETE CLAUDETE FRANCIELE DJENIFER
    KEITY TAUANE MAIARA LUANA BRUNA ÉMILI KAMILI SCHEILA STANISLAVA JADVIGA VERÔNICA OLENKA HALINA NATÁLIA FUMIKO HARUE
    SETSUKO MIDORI""".split()  # noqa: SIM905
MEN = """
    HELMUTH WALDEMAR ARNOLDO ERVINO NORBERTO HARI LOTHAR EGON REINOLDO BRUNO ALOÍSIO GUIDO VALENTIM FIORAVANTE ALCIDES
    ARLINDO ANSELMO SANTO ÂNGELO FIORINDO ATÍLIO DIONÍSIO HONORINO VILMAR NÉDIO IVANIR DIRCEU LENOIR CLAUDIOMIR JANDIR
    GELSON NEIMAR CLEITON JEFERSON MAICON RUAN KAUAN VINÍCIUS IGOR EDUARDO CASIMIRO ESTANISLAU BOLESLAU MIROSLAU
    JAROSLAU TADEU VLADIMIR ESTEFANO BASÍLIO NICOLAU HIROSHI TAKESHI MASSAO KENJI JORGE ADEMAR OTÁVIO SIDNEI VALMOR
    DORVALINO""".split()  # noqa: SIM905
SURNAMES = """
    SCHMITT MÜLLER SCHNEIDER BECKER KLEIN WEBER HOFFMANN KRÜGER ZIMMERMANN SCHULZ DREHER HENNEMANN KOEHLER LUDWIG STEIN
    WERLANG KONRAD PETRY THEISEN BOHN DAL_PIZZOL ZANELLA BORTOLINI CARRARO DE_BASTIANI PERIN ZANOTTO FACCHIN TONIOLO
    RIGO DALLAGNOL SARTORI MENEGHETTI BERTOLDI GIACOMINI FRANCESCHI PASQUALOTTO TREVISAN VENTURIN SPADOTTO KOWALSKI
    NOWAK WISNIEWSKI KAMINSKI SZYMANSKI WOJCIK LEWANDOWSKI KOZLOWSKI JANKOSKI PIETROSKI SHEVCHENKO KOVALCHUK BOIKO
    MELNIK TKACHUK TANAKA SUZUKI WATANABE YAMADA NAKAMURA VIEIRA PADILHA FAGUNDES SILVEIRA DUTRA MACIEL AMARAL
    BITTENCOURT DA_LUZ DOS_PASSOS DE_ÁVILA VARGAS PRESTES GOULART RODRIGUES MORAIS ANTUNES CORDEIRO""".split()  # noqa: SIM905
REFERENCE = date(2026, 11, 23)

# Keys beside each on a Brazilian keyboard, in the row and across rows.
KEYBOARD = dict(
    (
        *(
            ("Q", "WA"),
            ("W", "QES"),
            ("E", "WRD"),
            ("R", "ETF"),
            ("T", "RYG"),
            ("Y", "TUH"),
            ("U", "YIJ"),
            ("I", "UOK"),
        ),
        *(("O", "IPL"), ("P", "OÇ"), ("A", "QSZ"), ("S", "AWDX"), ("D", "SEFC"), ("F", "DRGV"), ("G", "FTHB")),
        *(("H", "GYJN"), ("J", "HUKM"), ("K", "JIL"), ("L", "KOÇ"), ("Z", "AX"), ("X", "ZSC"), ("C", "XDV")),
        *(("V", "CFB"), ("B", "VGN"), ("N", "BHM"), ("M", "NJ")),
    )
)
# What an optical reader takes for another.
READ_AS = (
    *(("O", "0"), ("I", "1"), ("S", "5"), ("B", "8"), ("G", "6"), ("Z", "2"), ("M", "N"), ("RI", "N"), ("VV", "W")),
    *(("LI", "U"), ("H", "B"), ("E", "F"), ("C", "O"), ("D", "O"), ("Q", "O"), ("U", "V"), ("T", "I"), ("J", "I")),
)
# What the ear takes for another, in the names that Brazilians write as they hear them.
HEARD_AS = (
    *(("SCH", "CH"), ("SCH", "X"), ("CH", "X"), ("TH", "T"), ("PH", "F"), ("CK", "K"), ("K", "C"), ("W", "V")),
    *(("V", "W"), ("Y", "I"), ("I", "Y"), ("SS", "S"), ("LL", "L"), ("NN", "N"), ("TT", "T"), ("ZZ", "Z"), ("CC", "C")),
    *(("Z", "S"), ("S", "Z"), ("Ü", "I"), ("Ü", "U"), ("J", "G"), ("G", "J"), ("H", ""), ("SKI", "SQUI"), ("X", "CH")),
)
# What is next to each digit of a numeric keypad.
KEYPAD = ("12", "024", "135", "26", "157", "2468", "359", "48", "579", "68")

# Of all records and one after the other: the same person again; a twin; somebody of the same name; a brother or sister.
AGAIN, TWIN, NAMESAKE, SIBLING = 0.02, 0.027, 0.034, 0.05
# Each further mistake in a record, up to the most of them.
ONE_MORE, MOST = 0.2, 3

Mistake = Callable[[Random, Person], Person]


def make_colonists(seed: int, size: int) -> tuple[list[Person], set[tuple[int, int]]]:
    """People, of whom two in a hundred are there twice, and those pairs; twins, siblings and namesakes among them."""
    luck = Random(f"colonists:{seed}")  # noqa: S311 -- synthetic people
    people: list[Person] = []
    pairs: set[tuple[int, int]] = set()
    twice: set[int] = set()
    for ordinal in range(1, size + 1):
        kind, other = luck.random(), luck.choice(people) if people else None
        if other is None or kind >= SIBLING or (kind < AGAIN and other.ordinal in twice):
            people.append(_numbered(luck, _person(luck, ordinal)))
        elif kind < AGAIN:
            twice |= {other.ordinal, ordinal}
            pairs.add((other.ordinal, ordinal))
            people.append(_mistaken(luck, other)._replace(ordinal=ordinal, cpf=None))
        else:
            people.append(_numbered(luck, _alike(luck, other, kind)._replace(ordinal=ordinal)))
    return people, pairs


def _person(luck: Random, ordinal: int) -> Person:
    sex = luck.choice("FM")
    hers, his, grandmothers = (luck.choice(SURNAMES).replace("_", " ") for _ in range(3))
    mother = f"{_given(luck, 'F')} {grandmothers} {hers}" if luck.random() > 0.02 else UNKNOWN
    born = REFERENCE - timedelta(days=luck.randrange(90 * 365))
    person = Person(ordinal, "", "", "", "", born, sex, birth_city_id=luck.choice(("4106902", "4314902", "4205407")))
    return person.named(f"{_given(luck, sex)} {hers} {his}").with_mother(mother)


def _given(luck: Random, sex: str) -> str:
    names = WOMEN if sex == "F" else MEN
    return " ".join(luck.sample(names, 2 if luck.random() < 0.35 else 1))


def _alike(luck: Random, other: Person, kind: float) -> Person:
    """Somebody else who shares the family and the day, the name, or the family alone."""
    if TWIN <= kind < NAMESAKE:
        stranger = _person(luck, other.ordinal)
        return other.with_mother(stranger.mother)._replace(birth_date=stranger.birth_date)
    given, *_ = other.name.split()
    names = [name for name in (WOMEN if other.sex == "F" else MEN) if name != given]
    child = other.named(f"{luck.choice(names)} {' '.join(_family(other.name))}")
    if kind < TWIN:
        return child
    return child._replace(birth_date=min(REFERENCE, other.birth_date + timedelta(days=luck.randrange(400, 2500))))


def _family(name: str) -> Sequence[str]:
    return [word for word in name.split() if word not in WOMEN and word not in MEN]


def _numbered(luck: Random, person: Person) -> Person:
    return person._replace(cpf=None if luck.random() < 0.06 else numbers.population_cpf(person.ordinal))


def _mistaken(luck: Random, person: Person) -> Person:
    """One mistake, and with ever less chance a second and a third, each of another kind."""
    how_many = 1
    while how_many < MOST and luck.random() < ONE_MORE:
        how_many += 1
    left = dict(KINDS)
    for _ in range(how_many):
        kinds = list(left)
        (mistake,) = luck.choices(kinds, [left[kind] for kind in kinds])
        del left[mistake]
        person = mistake(luck, person)
    return person


def _edited(luck: Random, text: str) -> str:
    """One letter left out, put in, taken for a neighbour, or exchanged with the next; seldom the first one."""
    at = 0 if luck.random() < 0.05 else min(len(text) - 1, max(1, round(luck.gauss(len(text) / 2, len(text) / 4))))
    letter, rest = text[at], text[at + 1 :]
    near = luck.choice(KEYBOARD.get(letter, letter))
    kind = luck.choices(("out", "in", "other", "swap"), (30, 22, 30, 18))[0]
    if kind == "swap" and rest:
        return text[:at] + rest[0] + letter + rest[1:]
    changed = {"out": "", "in": letter + near, "other": near, "swap": near}[kind]
    return text[:at] + changed + rest


def _substituted(luck: Random, text: str, table: Sequence[tuple[str, str]]) -> str:
    possible = [(old, new) for old, new in table if old in text]
    if not possible:
        return _edited(luck, text)
    old, new = luck.choice(possible)
    places = [at for at in range(len(text)) if text.startswith(old, at)]
    at = luck.choice(places)
    return text[:at] + new + text[at + len(old) :]


def _spaced(luck: Random, text: str) -> str:
    """Two words glued, or one split."""
    spaces = [at for at, letter in enumerate(text) if letter == " "]
    if spaces and luck.random() < 0.5:
        at = luck.choice(spaces)
        return text[:at] + text[at + 1 :]
    found = text.split()
    at = luck.randrange(len(found))
    half = len(found[at]) // 2
    return text if half < 2 else " ".join([*found[:at], found[at][:half], found[at][half:], *found[at + 1 :]])


def _swapped(luck: Random, text: str) -> str:
    """Two neighbouring words, one for the other."""
    found = text.split()
    if len(found) < 3:
        return text
    at = luck.randrange(1, len(found) - 1)
    found[at], found[at + 1] = found[at + 1], found[at]
    return " ".join(found)


def _shortened(luck: Random, text: str) -> str:
    """A word in the middle left out, or its first letter alone."""
    found = text.split()
    if len(found) < 3:
        return text
    at = luck.randrange(1, len(found) - 1)
    short = [found[at][0]] if luck.random() < 0.5 else []
    return " ".join([*found[:at], *short, *found[at + 1 :]])


def _name(change: Callable[[Random, str], str]) -> Mistake:
    return lambda luck, person: person.named(change(luck, person.name))


def _mother(change: Callable[[Random, str], str]) -> Mistake:
    return lambda luck, person: person if person.mother == UNKNOWN else person.with_mother(change(luck, person.mother))


def _read(luck: Random, text: str) -> str:
    return _substituted(luck, text, READ_AS)


def _heard(luck: Random, text: str) -> str:
    return _substituted(luck, text, HEARD_AS)


def _mistyped_date(luck: Random, person: Person) -> Person:
    """A digit taken for its neighbour on the keypad, where that is a date."""
    written = f"{person.birth_date:%Y%m%d}"
    for _ in range(20):
        at = luck.randrange(2, 8)
        wrong = written[:at] + luck.choice(KEYPAD[int(written[at])]) + written[at + 1 :]
        if (born := _date(wrong)) is not None:
            return person._replace(birth_date=born)
    return person


def _swapped_date(luck: Random, person: Person) -> Person:
    written = f"{person.birth_date:%Y%d%m}"
    born = _date(written)
    return person._replace(birth_date=born) if born else _mistyped_date(luck, person)


def _date(written: str) -> date | None:
    try:
        born = date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None
    return born if born <= REFERENCE else None


def _no_mother(_: Random, person: Person) -> Person:
    return person.with_mother(UNKNOWN)


def _other_sex(_: Random, person: Person) -> Person:
    return person._replace(sex="M" if person.sex == "F" else "F")


# How often each, in a hundred.
KINDS: dict[Mistake, int] = {
    _name(_edited): 24,
    _name(_heard): 11,
    _name(_read): 5,
    _name(_spaced): 4,
    _name(_swapped): 4,
    _name(_shortened): 7,
    _mother(_edited): 14,
    _mother(_heard): 6,
    _mother(_shortened): 6,
    _no_mother: 3,
    _mistyped_date: 10,
    _swapped_date: 5,
    _other_sex: 1,
}
