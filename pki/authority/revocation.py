"""Telling what was revoked: revocation lists (LCR) and answers of the responder (OCSP, RFC 6960)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from pki.authority.issuing import Issuer

CRL_LIFE = timedelta(hours=24)
OCSP_LIFE = timedelta(hours=1)
_NONCE_OCTETS = 128


@dataclass(frozen=True)
class RevokedEntry:
    """One line of a revocation list; `serial` is hexadecimal."""

    serial: str
    revoked_at: datetime


@dataclass(frozen=True)
class SerialStatus:
    """What the authority knows about a number: `known` when it issued it, `revoked_at` when it is revoked."""

    known: bool
    revoked_at: datetime | None = None


def build_crl(entries: Iterable[RevokedEntry], *, issuer: Issuer, number: int, at: datetime) -> bytes:
    """The revocation list at `at`, in DER; the next one is due CRL_LIFE later."""
    identifier = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(at + CRL_LIFE)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    for entry in entries:
        revoked = (
            x509.RevokedCertificateBuilder().serial_number(int(entry.serial, 16)).revocation_date(entry.revoked_at)
        )
        builder = builder.add_revoked_certificate(revoked.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def read_ocsp_request(der: bytes) -> ocsp.OCSPRequest | None:
    """The request, or None when it cannot be read as one about a single certificate."""
    try:
        request = ocsp.load_der_ocsp_request(der)
        _ = (request.serial_number, request.hash_algorithm, request.extensions)
    except (ValueError, NotImplementedError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None
    return request


def is_about(request: ocsp.OCSPRequest, issuer: x509.Certificate) -> bool:
    """Whether the request names `issuer` as the authority."""
    name, key = _issuer_hashes(issuer, request.hash_algorithm)
    return request.issuer_name_hash == name and request.issuer_key_hash == key


def build_ocsp_answer(request: ocsp.OCSPRequest, status: SerialStatus, *, issuer: Issuer, at: datetime) -> bytes:
    """The answer signed by the authority itself, with the request's nonce if it gave one."""
    state = _state(status)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            issuer_name_hash=request.issuer_name_hash,
            issuer_key_hash=request.issuer_key_hash,
            serial_number=request.serial_number,
            algorithm=request.hash_algorithm,
            cert_status=state,
            this_update=at,
            next_update=at + OCSP_LIFE,
            revocation_time=status.revoked_at if state is ocsp.OCSPCertStatus.REVOKED else None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
    )
    nonce = _nonce(request)
    if nonce:
        builder = builder.add_extension(nonce, critical=False)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def ocsp_failure(status: ocsp.OCSPResponseStatus) -> bytes:
    """An unsigned answer that only says why there is no other."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)


def _state(status: SerialStatus) -> ocsp.OCSPCertStatus:
    if status.revoked_at:
        return ocsp.OCSPCertStatus.REVOKED
    return ocsp.OCSPCertStatus.GOOD if status.known else ocsp.OCSPCertStatus.UNKNOWN


def _nonce(request: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    try:
        nonce = request.extensions.get_extension_for_class(x509.OCSPNonce).value
    except x509.ExtensionNotFound:
        return None
    return nonce if len(nonce.nonce) <= _NONCE_OCTETS else None


def _issuer_hashes(issuer: x509.Certificate, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    spki = issuer.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    key = bytes(keys.PublicKeyInfo.load(spki)["public_key"])
    return _digest(issuer.subject.public_bytes(), algorithm), _digest(key, algorithm)


def _digest(data: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()
