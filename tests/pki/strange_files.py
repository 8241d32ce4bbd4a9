"""Files that people take for a .pfx, each made anew from one certificate and its key."""

import base64
import hmac
import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

from asn1crypto import core
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)

from pki.authority import opener

SECRET = "segredo-Do-Teste-9"


def self_signed(
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
    *,
    at: datetime,
    organisation: str = "Outra",
    name: str = "EXEMPLO",
) -> x509.Certificate:
    """A certificate of nobody's authority, in force around `at`."""
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
        ]
    )
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(at - timedelta(days=1))
    algorithm = hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else None
    return builder.not_valid_after(at + timedelta(days=300)).sign(key, algorithm)


def container(
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | None,
    certificate: x509.Certificate | None,
    *,
    password: str = SECRET,
    rounds: int = 2048,
) -> bytes:
    encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(rounds).build(password.encode())
    return pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, encryption)


def open_container(key: rsa.RSAPrivateKey, certificate: x509.Certificate, *, mac_password: str | None = None) -> bytes:
    """A container whose bags are not encrypted, with an integrity code under `mac_password` when it is given."""
    return with_mac(pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, NoEncryption()), mac_password)


def with_mac(content: bytes, password: str | None) -> bytes:
    """The container with an integrity code made by the rules of RFC 7292, or with none."""
    parsed = asn1_pkcs12.Pfx.load(content)
    if password is None:
        bare = asn1_pkcs12.Pfx({"version": "v3", "auth_safe": parsed["auth_safe"]})
        return bytes(bare.dump())
    salt, rounds = b"12345678", 2048
    key = opener._mac_key("sha256", password.encode("utf-16-be") + b"\0\0", salt, rounds)
    code = hmac.digest(key, bytes(parsed["auth_safe"]["content"].native), "sha256")
    mac = {
        "mac": {"digest_algorithm": {"algorithm": "sha256", "parameters": core.Null()}, "digest": code},
        "mac_salt": salt,
        "iterations": rounds,
    }
    whole = asn1_pkcs12.Pfx({"version": "v3", "auth_safe": parsed["auth_safe"], "mac_data": mac})
    return bytes(whole.dump())


def with_a_broken_certificate(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    """The password is right and the integrity code fits, but the certificate's version does not exist."""
    der = certificate.public_bytes(Encoding.DER)
    parsed = asn1_pkcs12.Pfx.load(open_container(key, certificate))
    safe = parsed.authenticated_safe
    for part in safe:
        inside = bytes(part["content"].native)
        part["content"] = core.OctetString(inside.replace(der, der[:40] + b"\xff" * 10 + der[50:]))
    outer = {"content_type": "data", "content": safe.dump(force=True)}
    return with_mac(asn1_pkcs12.Pfx({"version": "v3", "auth_safe": outer}).dump(), SECRET)


def with_two_keys(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    parsed, other = (asn1_pkcs12.Pfx.load(container(k, c)) for k, c in ((key, certificate), (key, certificate)))
    parts = asn1_pkcs12.AuthenticatedSafe([*parsed.authenticated_safe, *other.authenticated_safe])
    outer = {"content_type": "data", "content": parts.dump()}
    return with_mac(asn1_pkcs12.Pfx({"version": "v3", "auth_safe": outer}).dump(), SECRET)


def java_store(certificate: x509.Certificate, *, magic: bytes = b"\xfe\xed\xfe\xed") -> bytes:
    """A JKS of version 2 with one trusted certificate; its digest is not checked by anybody here."""
    der = certificate.public_bytes(Encoding.DER)

    def text(value: str) -> bytes:
        return len(value).to_bytes(2, "big") + value.encode()

    entry = (2).to_bytes(4, "big") + text("meu") + (0).to_bytes(8, "big") + text("X.509")
    entry += len(der).to_bytes(4, "big") + der
    return magic + (2).to_bytes(4, "big") + (1).to_bytes(4, "big") + entry + bytes(20)


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def strange_files(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> dict[str, Callable[[], bytes]]:
    """Name of the case → its maker. The names are the cases of the literal tables of tests."""
    pfx = container(key, certificate)
    pem, der = certificate.public_bytes(Encoding.PEM), certificate.public_bytes(Encoding.DER)
    secret = BestAvailableEncryption(SECRET.encode())
    clear = NoEncryption()
    request = x509.CertificateSigningRequestBuilder().subject_name(certificate.subject).sign(key, hashes.SHA256())
    ed = ed25519.Ed25519PrivateKey.generate()
    return {
        "certificate PEM": lambda: pem,
        "certificate PEM after openssl's notes": lambda: b"Bag Attributes\n  localKeyID: 01\n" + pem,
        "certificate DER": lambda: der,
        "certificate in bare Base64": lambda: base64.encodebytes(der),
        "p7b DER": lambda: pkcs7.serialize_certificates([certificate], Encoding.DER),
        "p7b PEM": lambda: pkcs7.serialize_certificates([certificate], Encoding.PEM),
        "CSR DER": lambda: request.public_bytes(Encoding.DER),
        "CSR PEM": lambda: request.public_bytes(Encoding.PEM),
        "key PEM": lambda: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, clear),
        "key PEM, old form": lambda: key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, clear),
        "key DER": lambda: key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, clear),
        "encrypted key PEM": lambda: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret),
        "encrypted key PEM, old form": lambda: key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, secret
        ),
        "encrypted key DER": lambda: key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, secret),
        "key and certificate PEM": lambda: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret) + pem,
        "JKS": lambda: java_store(certificate),
        "JCEKS": lambda: java_store(certificate, magic=b"\xce\xce\xce\xce"),
        "pfx in Base64": lambda: base64.encodebytes(pfx),
        "pfx in one line of Base64": lambda: base64.b64encode(pfx),
        "ZIP": lambda: zipped("meu.pfx", pfx),
        "truncated pfx": lambda: pfx[:-40],
        "pfx and a newline": lambda: pfx + b"\r\n",
        "pfx without password": lambda: open_container(key, certificate),
        "pfx with an empty password": lambda: open_container(key, certificate, mac_password=""),
        "two keys": lambda: with_two_keys(key, certificate),
        "broken certificate": lambda: with_a_broken_certificate(key, certificate),
        "Ed25519": lambda: container(ed, self_signed(ed, at=certificate.not_valid_before_utc)),
    }
