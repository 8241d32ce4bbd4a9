"""Client certificates presented in a TLS handshake."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509

from pki.authority import reading, trust
from pki.authority.trust import Outcome
from pki.models import Certificate
from pki.services.authorities import trust_store
from pki.services.revocation import revoked_at_of


@dataclass(frozen=True)
class PresentedCertificate:
    """Verdict on a presented certificate.

    `facts` is None when the bytes are no certificate; `certificate` is its row (with authority), None when the house
    does not know it.
    """

    outcome: Outcome
    facts: reading.Facts | None = None
    certificate: Certificate | None = None


def verify_client_certificate(*, pem: bytes | str, at: datetime) -> PresentedCertificate:
    """Judge a client certificate (PEM or DER) at the instant `at`: path, validity, revocation, in this order.

    A certificate of the house costs one query, and its revocation is read every time.
    """
    parsed = _parse(pem.encode() if isinstance(pem, str) else bytes(pem))
    if parsed is None:
        return PresentedCertificate(Outcome.UNTRUSTED)
    certificate, facts = parsed
    row = Certificate.objects.select_related("authority__parent").filter(sha256=facts.sha256).first()
    path = trust_path(certificate)
    if not path:
        return PresentedCertificate(Outcome.UNTRUSTED, facts, row)
    if not trust.within_validity(certificate, path, at):
        return PresentedCertificate(Outcome.OUTSIDE_VALIDITY, facts, row)
    if trust.revocation_of(certificate, path, revoked_at_of):
        return PresentedCertificate(Outcome.REVOKED, facts, row)
    return PresentedCertificate(Outcome.OK, facts, row)


def trust_path(certificate: x509.Certificate) -> tuple[trust.Authority, ...]:
    """The authorities above; empty when the certificate is not ours."""
    try:
        return trust_store().path(certificate)
    except trust.WeakSignature:
        return ()


@lru_cache(maxsize=4096)
def _parse(encoded: bytes) -> tuple[x509.Certificate, reading.Facts] | None:
    try:
        if encoded.lstrip().startswith(b"-----BEGIN"):
            certificate = x509.load_pem_x509_certificate(encoded)
        else:
            certificate = x509.load_der_x509_certificate(encoded)
        return certificate, reading.facts_of(certificate)
    except (ValueError, x509.InvalidVersion):
        return None
