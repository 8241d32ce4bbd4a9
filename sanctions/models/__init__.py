"""Deadlines and sanctions: the omitted 6º bimestre, the shortfall of the minimum, its deposits, and the timeline."""

from sanctions.models.events import SanctionEvent
from sanctions.models.omissions import Omission
from sanctions.models.shortfalls import Assessment, Deposit, Shortfall

__all__ = ["Assessment", "Deposit", "Omission", "SanctionEvent", "Shortfall"]
