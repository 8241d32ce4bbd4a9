"""One person as the registry holds them, and the rows of each table, in the order of the columns told here."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from registry.numbers import DEFINITIVE
from registry.population.names import UNKNOWN, Name

Row = tuple[object, ...]

PERSON_COLUMNS = (
    "id",
    "ordinal",
    "cpf",
    "cns",
    "name",
    "social_name",
    "mother",
    "father",
    "birth_date",
    "sex",
    "race",
    "ethnicity",
    "nationality",
    "birth_country",
    "birth_city",
    "status",
    "status_reason",
    "deceased_on",
    "is_protected",
    "is_vip",
    "is_nomad",
    "survivor_id",
    "phonetic",
    "mother_phonetic",
)
CNS_COLUMNS = (
    "number",
    "person_id",
    "type",
    "principal",
    "active",
)
ADDRESS_COLUMNS = (
    "person_id",
    "kind",
    "street_type",
    "street",
    "number",
    "complement",
    "district",
    "postal_code",
    "municipality",
    "country",
)

BRAZIL = "010"
ACTIVE, INACTIVE = "active", "inactive"


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


@dataclass(slots=True, kw_only=True)
class Person:
    """A record of the registry. `birth_city` is an IBGE code of seven digits; `survivor` the ordinal of another."""

    ordinal: int
    name: Name
    mother: Name
    birth_date: date
    sex: str
    father: str = UNKNOWN.text
    social_name: str = ""
    cpf: str | None = None
    cns: list[Cns] = field(default_factory=list)
    race: str = "99"
    ethnicity: str = ""
    nationality: str = "B"
    birth_country: str = BRAZIL
    birth_city: str | None = None
    status: str = ACTIVE
    status_reason: str = ""
    deceased_on: date | None = None
    is_protected: bool = False
    is_vip: bool = False
    is_nomad: bool = False
    survivor: int | None = None
    address: Address | None = None

    @property
    def principal(self) -> str | None:
        """The number that speaks for the person: the first definitive one."""
        return next((cns.number for cns in self.cns if cns.kind == DEFINITIVE), None)

    def person_row(self, first_id: int = 0) -> Row:
        """The id is that of the ordinal, `first_id` before the first of them."""
        return (
            first_id + self.ordinal,
            self.ordinal,
            self.cpf,
            self.principal,
            self.name.text,
            self.social_name,
            self.mother.text,
            self.father,
            self.birth_date,
            self.sex,
            self.race,
            self.ethnicity,
            self.nationality,
            self.birth_country,
            self.birth_city,
            self.status,
            self.status_reason,
            self.deceased_on,
            self.is_protected,
            self.is_vip,
            self.is_nomad,
            None if self.survivor is None else first_id + self.survivor,
            self.name.key,
            self.mother.key,
        )

    def cns_rows(self, first_id: int = 0) -> list[Row]:
        principal = self.principal
        return [(cns.number, first_id + self.ordinal, cns.kind, cns.number == principal, True) for cns in self.cns]

    def address_rows(self, first_id: int = 0) -> list[Row]:
        if not self.address:
            return []
        street, number, complement = self.address
        kind, name, district, postal_code, municipality = street
        home = (kind, name, number, complement, district, postal_code, municipality, BRAZIL)
        return [(first_id + self.ordinal, "H", *home)]
