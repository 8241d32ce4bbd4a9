"""The operators of the CADSUS, who works where in the municipality, its territory, and the citizens of the SISRede."""

from cadsus.models.accesses import Machine, OperatorAccess
from cadsus.models.checks import Attendance, Consultation, Document, Justification, Synchronization
from cadsus.models.citizens import Citizen
from cadsus.models.detection import DetectionPass
from cadsus.models.households import Family, Household, HouseholdLink
from cadsus.models.modules import Enablement, Module
from cadsus.models.pauses import LookupPause
from cadsus.models.postings import Posting
from cadsus.models.requests import Operator
from cadsus.models.territory import Area, MicroArea
from cadsus.models.unification import SuspectedPair, Unification
from cadsus.models.wire import Continuation, LocalIdentifier

__all__ = [
    "Area",
    "Attendance",
    "Citizen",
    "Consultation",
    "Continuation",
    "DetectionPass",
    "Document",
    "Enablement",
    "Family",
    "Household",
    "HouseholdLink",
    "Justification",
    "LocalIdentifier",
    "LookupPause",
    "Machine",
    "MicroArea",
    "Module",
    "Operator",
    "OperatorAccess",
    "Posting",
    "SuspectedPair",
    "Synchronization",
    "Unification",
]
