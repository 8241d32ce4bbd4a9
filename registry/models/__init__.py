"""The national registry of people: who somebody is, for every app above."""

from registry.models.details import Address, CivilRecord, Contact, Document
from registry.models.history import TaxRecord, Transaction
from registry.models.people import Cns, Person, PersonQuerySet
from registry.models.population import PopulatedBlock

__all__ = [
    "Address",
    "CivilRecord",
    "Cns",
    "Contact",
    "Document",
    "Person",
    "PersonQuerySet",
    "PopulatedBlock",
    "TaxRecord",
    "Transaction",
]
