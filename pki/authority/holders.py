"""Who a certificate is for, in the terms of the ICP-Brasil layout (titular)."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from validate_docbr import CNPJ, CPF

CPF_LENGTH = 11
_NAME_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 &.-'/")


@dataclass(frozen=True)
class PersonHolder:
    """Natural person (pessoa física). Numbers are digits only; an unavailable one stays empty."""

    name: str
    cpf: str
    birth_date: date
    nis: str = ""
    rg: str = ""
    rg_issuer: str = ""
    cei: str = ""
    voter_id: str = ""
    voter_zone: str = ""
    voter_section: str = ""
    voter_city: str = ""
    email: str = ""

    @property
    def document(self) -> str:
        return self.cpf


@dataclass(frozen=True)
class OrganisationHolder:
    """Legal entity (pessoa jurídica) and the person who answers for it (responsável)."""

    name: str
    cnpj: str
    responsible: PersonHolder
    cei: str = ""
    email: str = ""

    @property
    def document(self) -> str:
        return self.cnpj


Holder = PersonHolder | OrganisationHolder


def ascii_name(name: str) -> str:
    """`name` as the profile writes it: capitals, no accents, no control or directional characters, single spaces."""
    decomposed = unicodedata.normalize("NFKD", name.replace("–", "-").replace("’", "'")).upper()
    kept = (character if not character.isspace() else " " for character in decomposed)
    return " ".join("".join(character for character in kept if character in _NAME_CHARACTERS).split())


def is_valid_document(document: str) -> bool:
    """Whether `document` is a CPF or a (possibly alphanumeric) CNPJ with right check digits."""
    if len(set(document)) <= 1 or not document.isascii():
        return False
    if len(document) == CPF_LENGTH:
        return document.isdigit() and CPF().validate(document)
    return document.isalnum() and document == document.upper() and document[-2:].isdigit() and CNPJ().validate(document)
