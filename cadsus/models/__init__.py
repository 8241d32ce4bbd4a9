"""The operators of the CADSUS, who works where in the municipality, and its territory."""

from cadsus.models.accesses import Machine, OperatorAccess
from cadsus.models.postings import Posting
from cadsus.models.requests import Operator
from cadsus.models.territory import Area, MicroArea
from cadsus.models.unification import SuspectedPair, Unification

__all__ = ["Area", "Machine", "MicroArea", "Operator", "OperatorAccess", "Posting", "SuspectedPair", "Unification"]
