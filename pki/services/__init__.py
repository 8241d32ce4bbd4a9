"""Use cases of certificates.

These are low-level services: services of other apps call them inside their own transaction, so the caller asks for
permission; here nobody does. Commands call them with full power. `by` is only who goes into the audit trail; without
it the trail names the routine "pki".
"""

from pki.authority.holders import OrganisationHolder, PersonHolder
from pki.authority.trust import Outcome
from pki.authority.uses import Use
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
    new_key,
    revoke_certificate,
    supersede_certificate,
)
from pki.services.clients import (
    PresentedCertificate,
    find_defect,
    fingerprint_of,
    fitness_judge,
    is_ours,
    judge_again,
    judge_certificate,
    read_facts,
    validity_of,
)
from pki.services.imports import CertificateRefused, inspect_pkcs12, is_known_file, keep_pkcs12, shows_real_certificate
from pki.services.media import (
    MediumAnswer,
    Verdict,
    create_medium,
    has_puk,
    issue_on_medium,
    open_with_pin,
    require_pin,
    sign_challenge,
    unblock_with_puk,
)
from pki.services.openings import open_container
from pki.services.passwords import opens_in_java, require_typeable
from pki.services.revocation import answer_ocsp, current_crl, publish_crl, publish_due_crls, revoke_authority
from pki.services.signing import SigningPair, current_signing_key, public_jwks, rotate_signing_key, verifying_key

__all__ = [
    "CertificateRefused",
    "MediumAnswer",
    "OrganisationHolder",
    "Outcome",
    "PersonHolder",
    "PresentedCertificate",
    "SigningPair",
    "Use",
    "Verdict",
    "activate_certificate",
    "answer_ocsp",
    "chain_pem",
    "create_medium",
    "current_crl",
    "current_signing_key",
    "ensure_authorities",
    "erase_file",
    "find_defect",
    "fingerprint_of",
    "fitness_judge",
    "has_puk",
    "inspect_pkcs12",
    "is_known_file",
    "is_ours",
    "issue_certificate",
    "issue_on_medium",
    "judge_again",
    "judge_certificate",
    "keep_pkcs12",
    "new_key",
    "open_container",
    "open_with_pin",
    "opens_in_java",
    "public_jwks",
    "publish_crl",
    "publish_due_crls",
    "read_facts",
    "require_pin",
    "require_typeable",
    "revoke_authority",
    "revoke_certificate",
    "rotate_signing_key",
    "server_certificate",
    "shows_real_certificate",
    "sign_challenge",
    "supersede_certificate",
    "trusted_bundle_pem",
    "unblock_with_puk",
    "validity_of",
    "verifying_key",
]
