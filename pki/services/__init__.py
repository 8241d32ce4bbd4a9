"""Use cases of certificates.

These are low-level services: services of other apps call them inside their own transaction, so the caller asks for
permission; here nobody does. Commands call them with full power. `by` is only who goes into the audit trail; without
it the trail names the routine "pki".
"""

from pki.authority.holders import OrganisationHolder, PersonHolder
from pki.authority.trust import Outcome
from pki.services.authorities import (
    chain_pem,
    ensure_authorities,
    server_certificate,
    trusted_bundle_pem,
)
from pki.services.certificates import (
    activate_certificate,
    erase_file,
    issue_certificate,
    revoke_certificate,
    supersede_certificate,
)
from pki.services.clients import PresentedCertificate, find_a1_defect, verify_client_certificate
from pki.services.imports import CertificateRefused, import_pkcs12, inspect_pkcs12
from pki.services.media import (
    MediumAnswer,
    Verdict,
    create_medium,
    issue_on_medium,
    open_with_pin,
    require_pin,
    sign_challenge,
    unblock_with_puk,
)
from pki.services.revocation import answer_ocsp, current_crl, publish_crl, publish_due_crls, revoke_authority
from pki.services.signing import SigningPair, current_signing_key, public_jwks, rotate_signing_key

__all__ = [
    "CertificateRefused",
    "MediumAnswer",
    "OrganisationHolder",
    "Outcome",
    "PersonHolder",
    "PresentedCertificate",
    "SigningPair",
    "Verdict",
    "activate_certificate",
    "answer_ocsp",
    "chain_pem",
    "create_medium",
    "current_crl",
    "current_signing_key",
    "ensure_authorities",
    "erase_file",
    "find_a1_defect",
    "import_pkcs12",
    "inspect_pkcs12",
    "issue_certificate",
    "issue_on_medium",
    "open_with_pin",
    "public_jwks",
    "publish_crl",
    "publish_due_crls",
    "require_pin",
    "revoke_authority",
    "revoke_certificate",
    "rotate_signing_key",
    "server_certificate",
    "sign_challenge",
    "supersede_certificate",
    "trusted_bundle_pem",
    "unblock_with_puk",
    "verify_client_certificate",
]
