"""Deadlines and sanctions: the omitted 6º bimestre, the shortfall, its deposits, the defences, the timeline."""

from sanctions.models.defences import Defence
from sanctions.models.events import SanctionEvent
from sanctions.models.omissions import Omission
from sanctions.models.shortfalls import Assessment, Deposit, Shortfall

__all__ = ["Assessment", "Defence", "Deposit", "Omission", "SanctionEvent", "Shortfall"]
