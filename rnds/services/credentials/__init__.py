"""The credential: granted by the termo or by an analyst, downloaded, revoked, and warned about before it expires."""

from rnds.services.credentials.acceptance import accept_terms
from rnds.services.credentials.expiry import days_left, expiry_warning, warn_of_expiry
from rnds.services.credentials.files import Download, credential_file
from rnds.services.credentials.review import approve_request, reject_request, resubmit_request, send_back_request
from rnds.services.credentials.revocation import revoke_credential

__all__ = [
    "Download",
    "accept_terms",
    "approve_request",
    "credential_file",
    "days_left",
    "expiry_warning",
    "reject_request",
    "resubmit_request",
    "revoke_credential",
    "send_back_request",
    "warn_of_expiry",
]
