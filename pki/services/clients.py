"""Client certificates presented in a TLS handshake."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509

from pki.authority import inspection, reading, trust
from pki.authority.trust import Outcome
from pki.models import Authority, Certificate
from pki.services.authorities import lineage, store_of
from pki.services.revocation import revoked_at_of

# Lists may be long and keys are nobody's business here.
_UNREAD = tuple(f"{path}__{name}" for path in ("authority", "authority__parent") for name in ("crl_der", "sealed_key"))

AuthorityRow = tuple[str, str, str | None]


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
    """Judge a client certificate (PEM or DER) at the instant `at`: path and purpose, validity, revocation.

    A certificate of the house costs one query: parsing and signatures are remembered, validity and revocation (its own
    and its superiors') are asked every time.
    """
    encoded = pem.encode() if isinstance(pem, str) else bytes(pem)
    parsed = _parse(encoded)
    if parsed is None:
        return PresentedCertificate(Outcome.UNTRUSTED)
    certificate, facts = parsed
    rows = Certificate.objects.select_related("authority__parent").defer(*_UNREAD)
    row = rows.filter(sha256=facts.sha256).first()
    path = _path(encoded, _authorities(row))
    return PresentedCertificate(_outcome(certificate, path, row, at), facts, row)


@lru_cache(maxsize=4096)
def find_a1_defect(*, pem: str) -> str:
    """Why this certificate is not an A1 that may authenticate, in words; "" when it is one.

    Chain, validity and revocation are not looked at. A PEM that cannot be read has no defect: it is no certificate.
    """
    parsed = _parse(pem.encode())
    return inspection.defect_of_a1(parsed[0]) if parsed else ""


def _outcome(
    certificate: x509.Certificate, path: tuple[trust.Authority, ...], row: Certificate | None, at: datetime
) -> Outcome:
    if not path:
        return Outcome.UNTRUSTED
    if not trust.within_validity(certificate, path, at):
        return Outcome.OUTSIDE_VALIDITY
    return Outcome.REVOKED if _is_revoked(certificate, path, row) else Outcome.OK


def _is_revoked(certificate: x509.Certificate, path: tuple[trust.Authority, ...], row: Certificate | None) -> bool:
    if row is None:
        return trust.revocation_of(certificate, path, revoked_at_of) is not None
    return bool(row.revoked_at) or any(authority.revoked_at for authority in lineage(row.authority))


def _authorities(row: Certificate | None) -> tuple[AuthorityRow, ...]:
    if row is None:
        return tuple(Authority.objects.order_by("pk").values_list("slug", "certificate_pem", "parent__slug"))
    return tuple(
        (authority.slug, authority.certificate_pem, authority.parent.slug if authority.parent else None)
        for authority in lineage(row.authority)
    )


@lru_cache(maxsize=4096)
def _path(encoded: bytes, authorities: tuple[AuthorityRow, ...]) -> tuple[trust.Authority, ...]:
    """The authorities above; empty when the certificate is not ours or may not open a session."""
    parsed = _parse(encoded)
    if parsed is None or not trust.may_authenticate(parsed[0]):
        return ()
    try:
        return store_of(authorities).path(parsed[0])
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
