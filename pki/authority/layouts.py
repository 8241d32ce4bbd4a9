"""Layouts of the otherName fields of ICP-Brasil (DOC-ICP-04), as data."""

from dataclasses import dataclass
from enum import Enum

from asn1crypto import parser


class Filling(Enum):
    """How a value takes up its positions."""

    NUMBER = "zeros on the left; all zeros when unavailable"
    TEXT = "exactly as long as it is, up to the length"


@dataclass(frozen=True)
class Field:
    """One stretch of an otherName: `length` positions, the maximum when the filling is TEXT."""

    name: str
    length: int
    filling: Filling = Filling.NUMBER


@dataclass(frozen=True)
class OtherName:
    """An otherName of the subject alternative name: its OID and the stretches of its text."""

    oid: str
    fields: tuple[Field, ...]

    @property
    def minimum(self) -> int:
        return sum(field.length for field in self.fields if field.filling is Filling.NUMBER)

    @property
    def maximum(self) -> int:
        return sum(field.length for field in self.fields)

    def encode(self, values: dict[str, str]) -> str:
        """The text of this otherName for `values`; raises ValueError when one does not fit."""
        return "".join(_fill(field, values.get(field.name, "")) for field in self.fields)


def _fill(field: Field, value: str) -> str:
    if len(value) > field.length:
        raise ValueError(f"{field.name} has more than {field.length} positions")
    return value.rjust(field.length, "0") if field.filling is Filling.NUMBER else value


_PERSON_DATA = (
    Field("birth_date", 8),
    Field("cpf", 11),
    Field("nis", 11),
    Field("rg", 15),
    Field("rg_issuer", 10, Filling.TEXT),
)
_VOTER_DATA = (
    Field("voter_id", 12),
    Field("voter_zone", 3),
    Field("voter_section", 4),
    Field("voter_city", 22, Filling.TEXT),
)

PERSON = OtherName("2.16.76.1.3.1", _PERSON_DATA)
PERSON_CEI = OtherName("2.16.76.1.3.6", (Field("cei", 12),))
PERSON_VOTER = OtherName("2.16.76.1.3.5", _VOTER_DATA)
RESPONSIBLE = OtherName("2.16.76.1.3.4", _PERSON_DATA)
RESPONSIBLE_NAME = OtherName("2.16.76.1.3.2", (Field("responsible_name", 120, Filling.TEXT),))
ORGANISATION = OtherName("2.16.76.1.3.3", (Field("cnpj", 14),))
ORGANISATION_CEI = OtherName("2.16.76.1.3.7", (Field("cei", 12),))

# Older certificates have a shorter RG, so only the first thirty positions (birth, CPF, NIS) are read.
CPF_POSITIONS = slice(8, 19)
FIXED_POSITIONS = 30

_STRING_TAGS = frozenset({4, 12, 19, 22})


def text_of(der: bytes) -> str:
    """The text inside an otherName value (OCTET STRING, PrintableString, UTF8String or IA5String), or ""."""
    try:
        class_, _, tag, _, content, _ = parser.parse(der, strict=True)
    except (ValueError, TypeError):
        return ""
    if class_ != 0 or tag not in _STRING_TAGS:
        return ""
    return bytes(content).decode("ascii", errors="replace")
