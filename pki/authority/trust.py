"""Which certificates are trusted: those whose path ends in one of our simulated roots."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from pki.authority import reading

WEAK_HASHES = (hashes.MD5, hashes.SHA1)


class Outcome(Enum):
    """Verdict on a presented certificate at an instant. UNFIT: ours, but not for the use it is presented for."""

    OK = "ok"
    UNTRUSTED = "untrusted"
    UNFIT = "unfit"
    OUTSIDE_VALIDITY = "outside_validity"
    REVOKED = "revoked"


class WeakSignature(Exception):
    """The issuer is known, but the signature's algorithm is no longer accepted."""


@dataclass(frozen=True)
class Authority:
    """One of our authorities, as a verifier knows it."""

    slug: str
    certificate: x509.Certificate
    parent: str = ""


# When was this number of this authority revoked? None: never. Asked with (authority's slug, hexadecimal number).
RevocationLookup = Callable[[str, str], datetime | None]


class TrustStore:
    """Our authorities, parsed once. Immutable."""

    def __init__(self, authorities: Iterable[Authority]) -> None:
        self._by_slug = {authority.slug: authority for authority in authorities}

    def path(self, certificate: x509.Certificate) -> tuple[Authority, ...]:
        """The authorities above `certificate`, nearest first, up to the root; empty when it is not ours.

        Raises WeakSignature when one of ours is named as issuer under an algorithm that is no longer accepted.
        """
        issuer = self._issuer_of(certificate)
        path: list[Authority] = []
        while issuer:
            path.append(issuer)
            issuer = self._by_slug.get(issuer.parent)
        return tuple(path)

    def knows(self, certificate: x509.Certificate) -> bool:
        """Whether it is one of our authorities, or signed by one of them under whatever algorithm."""
        if any(certificate == authority.certificate for authority in self._by_slug.values()):
            return True
        try:
            return bool(self.path(certificate))
        except WeakSignature:
            return True

    def _issuer_of(self, certificate: x509.Certificate) -> Authority | None:
        for authority in self._by_slug.values():
            if authority.certificate.subject == certificate.issuer and _signed_by(certificate, authority.certificate):
                return authority
        return None


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        if isinstance(certificate.signature_hash_algorithm, WEAK_HASHES):
            raise WeakSignature
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def may_authenticate(certificate: x509.Certificate) -> bool:
    """Whether its key usages let it open a TLS session as a client."""
    signs = "digital_signature" in reading.key_usages_of(certificate)
    return signs and ExtendedKeyUsageOID.CLIENT_AUTH in reading.extended_usages_of(certificate)


def within_validity(certificate: x509.Certificate, path: Iterable[Authority], at: datetime) -> bool:
    """Whether `at` lies within the validity of the certificate and of every authority above it (end excluded)."""
    every = [certificate, *(authority.certificate for authority in path)]
    return all(entry.not_valid_before_utc <= at < entry.not_valid_after_utc for entry in every)


def revocation_of(
    certificate: x509.Certificate, path: tuple[Authority, ...], lookup: RevocationLookup
) -> datetime | None:
    """When the certificate or the nearest authority above it was revoked; None when none was."""
    below = certificate
    for authority in path:
        revoked_at = lookup(authority.slug, reading.serial_of(below))
        if revoked_at:
            return revoked_at
        below = authority.certificate
    return None
