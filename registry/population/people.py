"""One person as the registry holds them, and the rows of each table, in the order of the columns told here."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from registry import keys
from registry.numbers import DEFINITIVE
from registry.population.papers import CIVIL_RECORD_COLUMNS, CONTACT_COLUMNS, DOCUMENT_COLUMNS, Papers, Row
from registry.population.vocabulary import Word

UNKNOWN = "SEM INFORMAÇÃO"
BRAZIL = "010"
INACTIVE_REASON, PROTECTED_REASON = "CADASTRO DESATUALIZADO", "MEDIDA PROTETIVA"
HOME = "H"


class Cns(NamedTuple):
    number: str
    kind: str


class Street(NamedTuple):
    """`kind` is a code of the table of logradouros (081 rua, 008 avenida…), `municipality` one of the IBGE."""

    kind: str
    name: str
    district: str
    postal_code: str
    municipality: str


class Address(NamedTuple):
    """A home in Brazil."""

    street: Street
    number: str
    complement: str = ""


class Person(NamedTuple):
    """A record of the registry. `birth_city_id` is an IBGE code of seven digits, `survivor` the ordinal of another.

    The fields from `name` to the one before `survivor` are columns of the row. `given` and `last` are the words that
    the name was made of, when that is known, with what stands between them in `middle`.
    """

    ordinal: int
    name: str
    phonetic: str
    mother: str
    mother_phonetic: str
    birth_date: date
    sex: str
    cpf: str | None = None
    father: str = UNKNOWN
    birth_city_id: str | None = None
    race: str = "99"
    ethnicity: str = ""
    social_name: str = ""
    nationality: str = "B"
    birth_country: str = BRAZIL
    is_active: bool = True
    inactive_reason: str = ""
    deceased_on: date | None = None
    is_protected: bool = False
    protected_reason: str = ""
    is_vip: bool = False
    is_nomad: bool = False
    email: str = ""
    phone: str = ""
    survivor: int | None = None
    cns: tuple[Cns, ...] = ()
    address: Address | None = None
    papers: Papers | None = None
    given: Word | None = None
    middle: str = ""
    last: Word | None = None

    @property
    def principal(self) -> str | None:
        """The number that speaks for the person: the first definitive one."""
        for number, kind in self.cns:
            if kind == DEFINITIVE:
                return number
        return None

    def named(self, name: str) -> "Person":
        """The same person by a name of which only the text is known."""
        return self._replace(name=name, phonetic=keys.key(name), given=None, middle="", last=None)

    def with_mother(self, mother: str) -> "Person":
        return self._replace(mother=mother, mother_phonetic=keys.key(mother))

    def person_row(self, first_id: int = 0) -> Row:
        """The id is that of the ordinal, `first_id` before the first of them."""
        survivor = None if self.survivor is None else first_id + self.survivor
        return (first_id + self.ordinal, self.principal, survivor, *self[1:_LAST], *_AT_FIRST)

    def cns_rows(self, first_id: int = 0) -> list[Row]:
        principal = self.principal
        return [
            (number, first_id + self.ordinal, kind, number == principal, True, False, "") for number, kind in self.cns
        ]

    def address_rows(self, first_id: int = 0) -> list[Row]:
        if not self.address:
            return []
        street, number, complement = self.address
        return [(first_id + self.ordinal, HOME, *street, number, complement, BRAZIL, "")]

    def document_rows(self, first_id: int = 0) -> list[Row]:
        person = first_id + self.ordinal
        return [(person, *row) for row in self.papers.documents] if self.papers else []

    def civil_record_rows(self, first_id: int = 0) -> list[Row]:
        return [(first_id + self.ordinal, *row) for row in self.papers.civil_records] if self.papers else []

    def contact_rows(self, first_id: int = 0) -> list[Row]:
        return [(first_id + self.ordinal, *row) for row in self.papers.contacts] if self.papers else []


_LAST = Person._fields.index("survivor")
# What every record begins with.
_BEGINNING: dict[str, object] = {
    "quality": 0,
    "from_revenue": False,
    "not_hygienised_reason": "",
    "version": 1,
}
_AT_FIRST = tuple(_BEGINNING.values())
PERSON_COLUMNS = ("id", "cns", "survivor_id", *Person._fields[1:_LAST], *_BEGINNING)
CNS_COLUMNS = ("number", "person_id", "kind", "is_principal", "is_active", "is_manual", "manual_reason")
ADDRESS_COLUMNS = (
    *("person_id", "kind", "street_kind", "street", "district", "postal_code", "municipality_id"),
    *("number", "complement", "country", "foreign_city"),
)
# Table, columns, and the rows of a person in it.
TABLES: tuple[tuple[str, tuple[str, ...], Callable[[Person, int], list[Row]]], ...] = (
    ("registry_person", PERSON_COLUMNS, lambda person, first_id: [person.person_row(first_id)]),
    ("registry_cns", CNS_COLUMNS, Person.cns_rows),
    ("registry_address", ADDRESS_COLUMNS, Person.address_rows),
    ("registry_document", DOCUMENT_COLUMNS, Person.document_rows),
    ("registry_civilrecord", CIVIL_RECORD_COLUMNS, Person.civil_record_rows),
    ("registry_contact", CONTACT_COLUMNS, Person.contact_rows),
)


# How copy_text writes what is not known: the options of COPY that read it.
COPY_OPTIONS = "(NULL 'None')"


def copy_text(rows: Sequence[Row]) -> str:
    """Rows as the text of COPY. Nothing in them needs to be escaped: no tabulator, no line end, no backslash."""
    line = "\t".join(["%s"] * len(rows[0])) + "\n" if rows else ""
    return "".join([line % row for row in rows])
