"""What people have in hand: documents, the certidão and telephones. Drawn apart, so that who they are does not change.

Document numbers come from the ordinal; those with check digits have them right.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import cycle, islice
from operator import mul
from typing import NamedTuple

from registry.numbers import weighed
from registry.population.luck import often, pick

Row = tuple[object, ...]
# The area code (DDD) of the capital of each UF.
_DDD = {
    "11": "69",
    "12": "68",
    "13": "92",
    "14": "95",
    "15": "91",
    "16": "96",
    "17": "63",
    "21": "98",
    "22": "86",
    "23": "85",
    "24": "84",
    "25": "83",
    "26": "81",
    "27": "82",
    "28": "79",
    "29": "71",
    "31": "31",
    "32": "27",
    "33": "21",
    "35": "11",
    "41": "41",
    "42": "48",
    "43": "51",
    "50": "67",
    "51": "65",
    "52": "62",
    "53": "61",
}
_YEAR = 365.25
_ADULT, _YOUNGEST_BEARER, _CHILD = int(18 * _YEAR), int(16 * _YEAR), int(12 * _YEAR)
# How often: of adults, the RG, the NIS and a marriage; of children, the DNV; of everybody, certidão, e-mail, telephone.
_RG, _NIS, _MARRIED, _DNV = map(often, (0.85, 0.5, 0.35, 0.8))
_CIVIL, _EMAIL, _SECOND_PHONE = map(often, (0.9, 0.4, 0.3))
# Births registered from this year on have the matrícula of the new model; what stands before it says which.
_MATRICULAS, _OF_BIRTH = 2010, "0155"
_OFFICES = ("CARTÓRIO DO 1º OFÍCIO", "CARTÓRIO DO 2º OFÍCIO", "REGISTRO CIVIL DAS PESSOAS NATURAIS")


class PaperLuck(NamedTuple):
    """One number for each question about the papers of a person."""

    rg: int
    nis: int
    issued: int
    civil: int
    marriage: int
    office: int
    book: int
    sheet: int
    email: int
    second_phone: int


class Papers(NamedTuple):
    """Rows of the further tables, without the person's id."""

    documents: tuple[Row, ...] = ()
    civil_records: tuple[Row, ...] = ()
    contacts: tuple[Row, ...] = ()


class Region(NamedTuple):
    """Where papers are made out: the UF by its IBGE code, and its DDD."""

    uf: str
    ddd: str


def region_of(municipality: str) -> Region:
    return Region(municipality[:2], _DDD[municipality[:2]])


def phone_of(ordinal: int, region: Region) -> str:
    """A mobile telephone that no operator gives: those begin with 96 to 99."""
    return f"{region.ddd}90{ordinal:07d}"


def email_of(ordinal: int, luck: PaperLuck) -> str:
    return f"pessoa{ordinal}@correio.example" if luck.email < _EMAIL else ""


def papers_of(ordinal: int, born: date, today: int, region: Region, luck: PaperLuck, *, is_brazilian: bool) -> Papers:
    """Of a person born on that day, as they are on the day whose ordinal is `today`."""
    days = today - born.toordinal()
    return Papers(
        _documents(ordinal, days, today, region, luck),
        (_civil_record(ordinal, born, days, today, luck),) if is_brazilian and luck.civil < _CIVIL else (),
        (("PRN", f"{region.ddd}2{ordinal:07d}", "55"),) if luck.second_phone < _SECOND_PHONE else (),
    )


def _documents(ordinal: int, days: int, today: int, region: Region, luck: PaperLuck) -> tuple[Row, ...]:
    if days < _ADULT:
        return (("DNV", f"3{ordinal:010d}", *NOT_SAID),) if days < _CHILD and luck.rg < _DNV else ()
    rg: tuple[Row, ...] = ()
    if luck.rg < _RG:
        issued = date.fromordinal(today - luck.issued % (days - _YOUNGEST_BEARER))
        rg = (("RG", str(10_000_000 + ordinal), "SSP", region.uf, issued, "", "", "", ""),)
    return (*rg, ("NIS", nis(ordinal), *NOT_SAID)) if luck.nis < _NIS else rg


def _civil_record(ordinal: int, born: date, days: int, today: int, luck: PaperLuck) -> Row:
    """The certidão of birth, or of the marriage of an adult."""
    if days > _ADULT and luck.marriage < _MARRIED:
        return ("92", "", *_old_model("B", ordinal, luck), date.fromordinal(today - luck.issued % (days - _ADULT)))
    issued = date.fromordinal(min(today - days + luck.issued % 60, today))
    if born.year < _MATRICULAS:
        return ("91", "", *_old_model("A", ordinal, luck), issued)
    base = f"{100_000 + luck.office}{_OF_BIRTH}{issued.year}1{luck.book:05d}{luck.sheet % 300 + 1:03d}{ordinal:07d}"
    return ("91", f"{base}{check_digits(base)}", "", "", "", "", issued)


def _old_model(letter: str, ordinal: int, luck: PaperLuck) -> Sequence[str]:
    """Cartório, livro, folha and termo."""
    return pick(_OFFICES, luck.office), f"{letter}{luck.book % 400 + 1}", str(luck.sheet % 300 + 1), str(ordinal)


def nis(ordinal: int) -> str:
    """Of eleven digits, the last one a check."""
    base = f"20{ordinal:08d}"
    rest = (weighed(base[:2], 3) + weighed(base[2:6], 9) + weighed(base[6:], 5)) % 11
    return f"{base}{0 if rest < 2 else 11 - rest}"


def check_digits(base: str) -> str:
    """The two that end a matrícula."""
    digits = [int(digit) for digit in base]
    first = sum(map(mul, digits, _weights(2))) % 11
    first = 1 if first > 9 else first
    second = sum(map(mul, [*digits, first], _weights(1))) % 11
    return f"{first}{1 if second > 9 else second}"


@cache
def _weights(start: int) -> list[int]:
    """From `start` up to 10, and again from 0."""
    return list(islice(cycle(range(11)), start, start + 31))


DOCUMENT_COLUMNS = (
    *("person_id", "kind", "number", "issuer", "uf_id", "issued_on"),
    *("series", "zone", "section", "country"),
)
# From the issuer on.
NOT_SAID = ("", None, None, "", "", "", "")
CIVIL_RECORD_COLUMNS = ("person_id", "kind", "registration", "notary", "book", "sheet", "entry", "issued_on")
CONTACT_COLUMNS = ("person_id", "kind", "value", "country_code")
