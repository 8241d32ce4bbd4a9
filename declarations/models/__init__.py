"""The declaration of a bimestre: its calendar, its versions with their machine, their amounts and receipts."""

from declarations.models.cells import Cell, Justification
from declarations.models.declarations import Declaration
from declarations.models.homologations import Homologation, Rectification
from declarations.models.mappings import ColumnMapping
from declarations.models.periods import ReportingPeriod
from declarations.models.receipts import Receipt
from declarations.models.references import EntityReference, UfReference
from declarations.models.tokens import TransmissionToken

__all__ = [
    "Cell",
    "ColumnMapping",
    "Declaration",
    "EntityReference",
    "Homologation",
    "Justification",
    "Receipt",
    "Rectification",
    "ReportingPeriod",
    "TransmissionToken",
    "UfReference",
]
