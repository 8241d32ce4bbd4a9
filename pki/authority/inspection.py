"""Inspection of an uploaded PKCS#12: the checks C1 to C11 and C13, in order (C12 and C14 belong to the credential)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from common.legal_time import BRASILIA
from pki.authority import containers, reading, recognition, trust, uses
from pki.authority.errors import InspectionRefused
from pki.authority.profiles import STRICT_ORGANISATION

MOST_BYTES = 100 * 1024
WARNING_DAYS = 30
_EXTENSIONS = (".pfx", ".p12")
_CHOOSE_FILE = "Selecione um arquivo .pfx ou .p12 de até 100 KB."


Opener = Callable[[bytes, str], containers.Contents]


@dataclass(frozen=True)
class Inspection:
    """A container that passed. `authority` is the slug of the issuer, `form` how the container was written."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    facts: reading.Facts
    authority: str
    form: str
    warnings: tuple[str, ...]
    key: PrivateKeyTypes = field(repr=False)


def inspect(
    *,
    content: bytes,
    filename: str,
    password: str,
    at: datetime,
    store: trust.TrustStore,
    revoked_at: trust.RevocationLookup,
    opened_by: Opener = containers.open_container,
) -> Inspection:
    """Run the checks in order at the instant `at`; raises InspectionRefused at the first that fails.

    `opened_by` opens the container, which takes time; it may refuse to.
    """
    _check_file(content, filename)
    if shows_real_certificate(content, store=store):
        raise _real()
    contents = _opened(content, password, opened_by)
    certificate = _leaf_of(contents)
    _check_not_real(store, certificate, *contents.chain)
    key = _check_key(contents, certificate)
    authority = check_certificate(certificate, at=at, store=store, revoked_at=revoked_at)
    facts = reading.facts_of(certificate)
    return Inspection(certificate, contents.chain, facts, authority, contents.form, _warnings(facts, at), key)


def check_certificate(
    certificate: x509.Certificate, *, at: datetime, store: trust.TrustStore, revoked_at: trust.RevocationLookup
) -> str:
    """The checks of the certificate itself (REAL, C5 to C11 and C13); returns the slug of its authority."""
    _check_not_real(store, certificate)
    _check_validity(reading.facts_of(certificate), at)
    try:
        path = store.path(certificate)
    except trust.WeakSignature:
        raise InspectionRefused("C13", uses.FORBIDDEN_ALGORITHM) from None
    _check_path(certificate, path, at)
    _check_revocation(trust.revocation_of(certificate, path, revoked_at))
    uses.check(certificate, root=path[-1].slug, use=uses.Use.SERVICE)
    return path[0].slug


def shows_real_certificate(content: bytes, *, store: trust.TrustStore) -> bool:
    """Whether the file shows, to whoever has no password, a certificate of the real ICP-Brasil."""
    return any(
        STRICT_ORGANISATION in reading.organisations_of(certificate) and not store.knows(certificate)
        for certificate in recognition.visible_certificates(content)
    )


def _check_file(content: bytes, filename: str) -> None:
    if not 0 < len(content) <= MOST_BYTES:
        raise InspectionRefused("C1", _CHOOSE_FILE)
    if not filename.lower().endswith(_EXTENSIONS):
        found = recognition.what_it_is(content)
        raise InspectionRefused("C1", recognition.sentence_of(found, otherwise=_CHOOSE_FILE), found=found)


def _opened(content: bytes, password: str, opened_by: Opener) -> containers.Contents:
    try:
        return opened_by(content, password)
    except containers.NotAContainer as error:
        message = recognition.sentence_of(error.found, otherwise=recognition.NOT_A_CONTAINER)
        raise InspectionRefused("C2", message, found=error.found) from None
    except containers.WrongPassword as error:
        message = "Senha incorreta ou arquivo corrompido." if error.ambiguous else "Senha do certificado incorreta."
        raise InspectionRefused("C3", message, about="password") from None


def _leaf_of(contents: containers.Contents) -> x509.Certificate:
    if contents.certificate is None:
        raise InspectionRefused("C4", "O arquivo não contém a chave privada do certificado.")
    return contents.certificate


def _check_not_real(store: trust.TrustStore, certificate: x509.Certificate, *chain: x509.Certificate) -> None:
    """A sandbox must not collect real private keys: refuse before anything else is said about the certificate."""
    names_it = any(STRICT_ORGANISATION in reading.organisations_of(entry) for entry in (certificate, *chain))
    if names_it and not _is_ours(store, certificate):
        raise _real()


def _real() -> InspectionRefused:
    return InspectionRefused("REAL", "Este ambiente é um simulador. Não envie certificados reais.")


def _is_ours(store: trust.TrustStore, certificate: x509.Certificate) -> bool:
    try:
        return bool(store.path(certificate))
    except trust.WeakSignature:
        return True


def _check_key(contents: containers.Contents, certificate: x509.Certificate) -> PrivateKeyTypes:
    if contents.key is None or contents.key.public_key() != certificate.public_key():
        raise InspectionRefused("C4", "O arquivo não contém a chave privada do certificado.")
    if not isinstance(contents.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise InspectionRefused("C13", recognition.OPENED["other_key"], found="other_key")
    return contents.key


def _check_validity(facts: reading.Facts, at: datetime) -> None:
    if at >= facts.not_after:
        raise InspectionRefused("C5", f"Certificado expirado em {_day(facts.not_after)}.")
    if at < facts.not_before:
        raise InspectionRefused(
            "C5", f"Este certificado ainda não é válido; ele vale a partir de {_day(facts.not_before)}."
        )


def _check_path(certificate: x509.Certificate, path: tuple[trust.Authority, ...], at: datetime) -> None:
    if not path or not trust.within_validity(certificate, path, at):
        raise InspectionRefused("C7", uses.NOT_OURS)


def _check_revocation(revoked_at: datetime | None) -> None:
    if revoked_at:
        raise InspectionRefused("C8", f"Certificado revogado em {_day(revoked_at)}.")


def _warnings(facts: reading.Facts, at: datetime) -> tuple[str, ...]:
    left = facts.not_after - at
    if left >= timedelta(days=WARNING_DAYS):
        return ()
    days = {0: "menos de 1 dia", 1: "1 dia"}.get(left.days, f"{left.days} dias")
    return (f"Atenção: este certificado vence em {days}.",)


def _day(instant: datetime) -> str:
    return f"{instant.astimezone(BRASILIA):%d/%m/%Y}"
