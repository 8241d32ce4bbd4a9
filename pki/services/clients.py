"""One judgement of the certificates that people and systems present, whatever the door."""

import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from django.db.models import QuerySet

from common import clock, prepared
from pki.authority import hierarchy, reading, trust, uses
from pki.authority.trust import Outcome
from pki.authority.uses import Use
from pki.models import Authority, Certificate
from pki.services.authorities import lineage, parse, store_of
from pki.services.revocation import revoked_at_of

# Lists may be long and keys are nobody's business here.
_UNREAD = tuple(f"{path}__{name}" for path in ("authority", "authority__parent") for name in ("crl_der", "sealed_key"))

_PEM_END = "-----END CERTIFICATE-----"

AuthorityRow = tuple[str, str, str | None]


@dataclass(frozen=True)
class PresentedCertificate:
    """Verdict on a presented certificate.

    `facts` is None when the bytes are no certificate; `certificate` is its row (with authority), None when the house
    does not know it. `defect` says in words why one of ours is UNFIT.
    """

    outcome: Outcome
    facts: reading.Facts | None = None
    certificate: Certificate | None = None
    defect: str = ""


def judge_certificate(*, pem: bytes | str, use: Use, at: datetime) -> PresentedCertificate:
    """Judge a certificate (PEM or DER) at the instant `at`: path, fitness for `use`, validity, revocation, in order.

    A certificate of the house costs one query: parsing and signatures are remembered, validity and revocation (its own
    and its superiors') are asked every time.
    """
    encoded = _encoded(pem)
    parsed = _parse(encoded)
    if parsed is None:
        return PresentedCertificate(Outcome.UNTRUSTED)
    certificate, facts = parsed
    rows = Certificate.objects.select_related("authority__parent").defer(*_UNREAD)
    row = rows.filter(sha256=facts.sha256).first()
    outcome, defect = _verdict(encoded, certificate, row, use, at)
    if row:
        facts = replace(facts, not_before=row.not_before, not_after=row.not_after)
    return PresentedCertificate(outcome, facts, row, defect)


@lru_cache(maxsize=512)
def fingerprint_of(pem: str) -> str:
    """SHA-256 of the first certificate in `pem`, in hexadecimal; "" when there is none."""
    first, end, _ = pem.partition(_PEM_END)
    try:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert((first + end).strip())).hexdigest()
    except ValueError:
        return ""


def validity_of(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    """From when to when it is in force in this room: as its row says, or by the room's clock when it has none."""
    row = Certificate.objects.filter(sha256=reading.fingerprint(certificate)).values_list("not_before", "not_after")
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    found: tuple[datetime, datetime] | None = row.first()
    return found or (start + clock.ahead(), end + clock.ahead())


def judge_again(*, sha256: str, at: datetime) -> Outcome:
    """How a certificate on record, once judged fit for its use, stands at `at`: OUTSIDE_VALIDITY, REVOKED or OK.

    One indexed query. UNTRUSTED when it is no longer on record.
    """
    found = _standing(sha256=sha256)
    if not found:
        return Outcome.UNTRUSTED
    (not_before, not_after, *revoked, issuer, root) = found[0]
    superiors = [parse(pem) for pem in (issuer, root) if pem]
    periods = [(not_before, not_after)]
    periods += [(superior.not_valid_before_utc, superior.not_valid_after_utc) for superior in superiors]
    if not all(start <= at < end for start, end in periods):
        return Outcome.OUTSIDE_VALIDITY
    return Outcome.REVOKED if any(revoked) else Outcome.OK


@prepared.composed
def _standing(sha256: str) -> QuerySet[Certificate, tuple[Any, ...]]:
    """The certificate's own period and, with those of its superiors, its revocation."""
    return Certificate.objects.filter(sha256=sha256).values_list("not_before", "not_after", "revoked_at", *_SUPERIORS)


_SUPERIORS = (
    "authority__revoked_at",
    "authority__parent__revoked_at",
    "authority__certificate_pem",
    "authority__parent__certificate_pem",
)


@lru_cache(maxsize=4096)
def find_defect(*, pem: bytes | str, authority_slug: str, use: Use) -> str:
    """Why this certificate, signed by that authority of ours, does not fit `use`, in words; "" when it does.

    Signature, validity and revocation are not looked at. Bytes that cannot be read have no defect: they are no
    certificate.
    """
    parsed = _parse(_encoded(pem))
    return uses.defect_of(parsed[0], root=hierarchy.root_of(authority_slug), use=use) if parsed else ""


def read_facts(*, pem: bytes | str) -> reading.Facts | None:
    """What a certificate says, believed or not; None when the bytes are none."""
    parsed = _parse(_encoded(pem))
    return parsed[1] if parsed else None


def is_ours(*, pem: bytes | str) -> bool:
    """Whether an authority of the house signed it, whatever its state."""
    try:
        return bool(_path(_encoded(pem), _every_authority()))
    except trust.WeakSignature:
        return True


def fitness_judge() -> Callable[[bytes], bool]:
    """A judge of what a handshake can tell and OpenSSL does not: whether a certificate (DER) fits any use at all.

    It knows the authorities of this moment and asks no database.
    """
    authorities = _every_authority()

    def fits(der: bytes) -> bool:
        try:
            path = _path(der, authorities)
        except trust.WeakSignature:
            return False
        return bool(path) and not all(find_defect(pem=der, authority_slug=path[0].slug, use=use) for use in Use)

    return fits


def _verdict(
    encoded: bytes, certificate: x509.Certificate, row: Certificate | None, use: Use, at: datetime
) -> tuple[Outcome, str]:
    try:
        path = _path(encoded, _authorities(row))
    except trust.WeakSignature:
        return Outcome.UNFIT, uses.FORBIDDEN_ALGORITHM
    if not path:
        return Outcome.UNTRUSTED, ""
    defect = find_defect(pem=encoded, authority_slug=path[0].slug, use=use)
    if defect:
        return Outcome.UNFIT, defect
    # The row has the room's dates; how far they are from those of X.509 is how far the room was ahead at the issue.
    ahead = row.not_before - certificate.not_valid_before_utc if row else clock.ahead()
    if not trust.within_validity(certificate, path, at - ahead):
        return Outcome.OUTSIDE_VALIDITY, ""
    return (Outcome.REVOKED if _is_revoked(certificate, path, row) else Outcome.OK), ""


def _is_revoked(certificate: x509.Certificate, path: tuple[trust.Authority, ...], row: Certificate | None) -> bool:
    if row is None:
        return trust.revocation_of(certificate, path, revoked_at_of) is not None
    return bool(row.revoked_at) or any(authority.revoked_at for authority in lineage(row.authority))


def _authorities(row: Certificate | None) -> tuple[AuthorityRow, ...]:
    if row is None:
        return _every_authority()
    return tuple(
        (authority.slug, authority.certificate_pem, authority.parent.slug if authority.parent else None)
        for authority in lineage(row.authority)
    )


def _every_authority() -> tuple[AuthorityRow, ...]:
    return tuple(Authority.objects.order_by("pk").values_list("slug", "certificate_pem", "parent__slug"))


@lru_cache(maxsize=4096)
def _path(encoded: bytes, authorities: tuple[AuthorityRow, ...]) -> tuple[trust.Authority, ...]:
    """The authorities above; empty when the certificate is not ours. Raises trust.WeakSignature."""
    parsed = _parse(encoded)
    return store_of(authorities).path(parsed[0]) if parsed else ()


def _encoded(pem: bytes | str) -> bytes:
    return pem.encode() if isinstance(pem, str) else bytes(pem)


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
