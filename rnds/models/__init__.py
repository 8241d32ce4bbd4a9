"""PEC and RNDS: installations, credential requests, the termo and the credentials that open the RNDS."""

from rnds.models.credentials import Credential
from rnds.models.pec import PecInstallation, PecKeyFile
from rnds.models.requests import AccessPeriod, CredentialRequest
from rnds.models.systems import SystemAccess
from rnds.models.terms import TermsAcceptance, TermsText

__all__ = [
    "AccessPeriod",
    "Credential",
    "CredentialRequest",
    "PecInstallation",
    "PecKeyFile",
    "SystemAccess",
    "TermsAcceptance",
    "TermsText",
]
