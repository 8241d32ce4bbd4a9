"""The declaration of a bimestre: its calendar, its versions with their machine, their amounts and receipts."""

from declarations.models.cells import Cell, Justification
from declarations.models.declarations import Declaration
from declarations.models.periods import ReportingPeriod
from declarations.models.receipts import Receipt

__all__ = ["Cell", "Declaration", "Justification", "Receipt", "ReportingPeriod"]
