"""The declaration of a bimestre: its calendar, its versions with their machine, and the amounts of each version."""

from declarations.models.cells import Cell, Justification
from declarations.models.declarations import Declaration
from declarations.models.mappings import ColumnMapping
from declarations.models.periods import ReportingPeriod
from declarations.models.references import EntityReference, UfReference

__all__ = ["Cell", "ColumnMapping", "Declaration", "EntityReference", "Justification", "ReportingPeriod", "UfReference"]
