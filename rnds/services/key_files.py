"""Files of the folder "chaves": what may be put there, and what is inside when the password opens it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from common.actor import Actor
from common.exceptions import RuleBroken
from common.text import has_unwelcome_characters
from pki import services as pki
from pki.authority import containers, reading, recognition
from pki.authority.profiles import STRICT_ORGANISATION

MAX_BYTES = 100 * 1024
MAX_NAME = 120
REAL_CERTIFICATE = "real_certificate"
NO_PRIVATE_KEY = "O arquivo selecionado não possui chave privada."
NOT_A_CONTAINER = "O arquivo selecionado não é um .pfx ou .p12."


@dataclass(frozen=True, slots=True)
class OpenedKeyFile:
    """A container that its password opened. Its private key lives only in memory."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        return reading.fingerprint(self.certificate)

    def validity(self) -> tuple[datetime, datetime]:
        """From when to when the certificate is in force in this room."""
        return pki.validity_of(self.certificate)


def clean_filename(name: str) -> str:
    """The name in composed form; raises RuleBroken for paths, control and bidi characters, or an absurd length."""
    name = unicodedata.normalize("NFC", name)
    broken = has_unwelcome_characters(name) or any(mark in name for mark in '/\\:*?"<>|')
    if broken or not name.strip(" .") or name != name.strip() or len(name) > MAX_NAME:
        raise RuleBroken(
            "Nome de arquivo inválido. Use letras, números, ponto, hífen ou sublinhado.", code="filename", field="file"
        )
    return name


def check_content(content: bytes) -> None:
    """Raise RuleBroken for an empty or large file, or one that shows a certificate of the real ICP-Brasil."""
    if not content:
        raise RuleBroken("O arquivo está vazio.", code="empty_file", field="file")
    if len(content) > MAX_BYTES:
        raise RuleBroken("Selecione um arquivo de até 100 KB.", code="file_too_large", field="file")
    if pki.shows_real_certificate(content):
        raise real_certificate()


def hides_nothing(content: bytes) -> bool:
    """Whether the whole file is a certificate that anybody can read, so that no password can reveal more."""
    return recognition.what_it_is(content) in ("pem", "der")


def open_key_file(content: bytes, password: str, *, by: Actor | None = None) -> OpenedKeyFile:
    """Open a PKCS#12 as the PEC does; raises RuleBroken with the PEC's sentence for what is wrong, or Busy.

    It takes time: call it before locking anything.
    """
    try:
        opened = pki.open_container(content, password, by=by)
    except containers.NotAContainer as refused:
        raise _not_usable(refused.found) from None
    except containers.WrongPassword:
        raise RuleBroken("Senha do certificado incorreta.", code="wrong_password", field="password") from None
    key, certificate = opened.key, opened.certificate
    if certificate and _is_real(certificate, *opened.chain):
        raise real_certificate()
    if key is not None and not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise _not_usable("other_key")
    if (
        not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
        or certificate is None
        or certificate.public_key() != key.public_key()
    ):
        raise _not_usable("")
    return OpenedKeyFile(key, certificate, opened.chain)


def real_certificate() -> RuleBroken:
    """A sandbox must not collect real private keys."""
    return RuleBroken(
        "Este ambiente é um simulador. Não envie certificados reais.", code=REAL_CERTIFICATE, field="file"
    )


def _not_usable(found: str) -> RuleBroken:
    """The PEC's own sentence where it is true, and always the way out of the kind `found`."""
    has_key = found and found not in recognition.PUBLIC_ONLY
    message = recognition.sentence_of(found, otherwise=NOT_A_CONTAINER if has_key else NO_PRIVATE_KEY)
    return RuleBroken(message, code="not_a_container" if has_key else "no_private_key", field="file")


def _is_real(certificate: x509.Certificate, *chain: x509.Certificate) -> bool:
    """Names the real ICP-Brasil and is not of our simulated authorities (which may be told to bear its name)."""
    if not any(STRICT_ORGANISATION in reading.organisations_of(each) for each in (certificate, *chain)):
        return False
    return not pki.is_ours(pem=certificate.public_bytes(Encoding.DER))
