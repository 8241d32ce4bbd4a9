"""SIOPS: who answers for the entity, how they prove it, and the paperwork around a change of government."""

from siops.models.attachments import Attachment
from siops.models.certification import Attendant, CertificationRequest, Certifier, ServicePoint
from siops.models.elections import ElectionLoad
from siops.models.fund_updates import FundUpdate
from siops.models.letters import OfficialLetter
from siops.models.managers import HealthManager
from siops.models.releases import RuleRelease
from siops.models.technicians import Technician

__all__ = [
    "Attachment",
    "Attendant",
    "CertificationRequest",
    "Certifier",
    "ElectionLoad",
    "FundUpdate",
    "HealthManager",
    "OfficialLetter",
    "RuleRelease",
    "ServicePoint",
    "Technician",
]
