"""PKCS#12 containers (.pfx, .p12): writing them in two forms and opening those of strangers."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from asn1crypto import core
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import PrivateFormat, load_der_private_key, pkcs12

from common.apart import read_apart
from pki.authority import opener, recognition

MODERN = "moderno"
COMPATIBLE = "compativel"
# As many as Java's keytool asks for. Each container derives two keys, and each thousand rounds costs it 0.25 ms.
ROUNDS = 10_000
# How long opening may take, whatever hides inside: the work itself, and by the clock of a busy machine.
PROCESSOR_SECONDS = 10
LONGEST_SECONDS = 15.0

_ALGORITHMS: dict[str, tuple[pkcs12.PBES, hashes.HashAlgorithm]] = {
    MODERN: (pkcs12.PBES.PBESv2SHA256AndAES256CBC, hashes.SHA256()),
    # What Java before 8u301 and Windows before Server 2019 can open.
    COMPATIBLE: (pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC, hashes.SHA1()),  # noqa: S303 -- asked for by name
}


class NotAContainer(Exception):
    """The file is no PKCS#12 that serves; `found` is a kind of recognition.SENTENCES or .OPENED, or ""."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


class WrongPassword(Exception):
    """The password does not open it. `ambiguous` when the container may as well be damaged."""

    def __init__(self, *, ambiguous: bool) -> None:
        super().__init__("wrong password")
        self.ambiguous = ambiguous


@dataclass(frozen=True)
class Contents:
    """What a container holds; `form` is the form in which it was written."""

    certificate: x509.Certificate | None
    chain: tuple[x509.Certificate, ...]
    form: str
    key: PrivateKeyTypes | None = field(repr=False)


@dataclass(frozen=True)
class _Outline:
    """What a container shows without its password."""

    is_damaged: bool
    form: str
    is_protected: bool = True
    keys: int = 1


def write(
    certificate: x509.Certificate,
    *,
    key: rsa.RSAPrivateKey | None,
    chain: tuple[x509.Certificate, ...],
    friendly_name: str,
    password: str,
    form: str,
) -> bytes:
    """The container with certificate, key and chain under `password`, in the form "moderno" or "compativel"."""
    scheme, mac = _ALGORITHMS[form]
    encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(ROUNDS).key_cert_algorithm(scheme).hmac_hash(mac)
    return pkcs12.serialize_key_and_certificates(
        friendly_name.encode(), key, certificate, chain, encryption.build(password.encode())
    )


def open_container(content: bytes, password: str) -> Contents:
    """Open a container that may be hostile, in a process of its own; raises NotAContainer or WrongPassword.

    It takes up to LONGEST_SECONDS: never call it while something is locked (pki.services.openings keeps the count).
    """
    outline = _outline(content)
    try:
        encoded = password.encode()
    except UnicodeEncodeError:
        raise WrongPassword(ambiguous=outline.is_damaged) from None
    # The library aborts on NUL instead of raising.
    if b"\0" in encoded:
        raise WrongPassword(ambiguous=outline.is_damaged)
    key, *certificates = _opened_apart(content, encoded, outline)
    if not outline.is_protected or not password:
        raise NotAContainer("no_password")
    if outline.keys > 1:
        raise NotAContainer("two_keys")
    try:
        read = tuple(x509.load_der_x509_certificate(der) for der in certificates)
        _check_readable(*read)
        # The other process has checked the key already.
        private = load_der_private_key(key, None, unsafe_skip_rsa_key_validation=True) if key else None
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise NotAContainer("unreadable") from None
    return Contents(read[0] if read else None, read[1:], outline.form, private)


def _opened_apart(content: bytes, password: bytes, outline: _Outline) -> list[bytes]:
    """Private key and certificates in DER, as opener.py prints them."""
    given = opener.pack([password, content])
    ended = read_apart(opener.__file__, str(PROCESSOR_SECONDS), content=given, seconds=LONGEST_SECONDS)
    # A signal ended it: its time on the processor was over, or that by the clock.
    if ended.status < 0:
        raise NotAContainer("too_slow")
    if ended.status in (opener.WRONG_PASSWORD, opener.AMBIGUOUS):
        raise WrongPassword(ambiguous=outline.is_damaged or ended.status == opener.AMBIGUOUS)
    if ended.status:
        raise NotAContainer("no_password" if ended.status == opener.NO_PASSWORD else "unreadable")
    return list(opener.unpack(ended.output))


def _check_readable(*certificates: x509.Certificate) -> None:
    """The library reads certificates lazily; a broken one must show here and not later."""
    for certificate in certificates:
        _ = (certificate.subject, certificate.issuer, certificate.public_key(), certificate.not_valid_after_utc)


def _outline(content: bytes) -> _Outline:
    try:
        pfx = asn1_pkcs12.Pfx.load(content, strict=True)
        is_container = pfx["version"].native == "v3" and pfx["auth_safe"]["content_type"].native == "data"
    except (ValueError, TypeError, KeyError) as error:
        raise NotAContainer(recognition.what_it_is(content)) from error
    if not is_container:
        raise NotAContainer(recognition.what_it_is(content))
    try:
        schemes, keys = list(_schemes(pfx)), _visible_keys(pfx)
        has_mac = not isinstance(pfx["mac_data"], core.Void)
        form = COMPATIBLE if any(scheme.startswith("pkcs12_") for scheme in schemes) else MODERN
    except (ValueError, TypeError, KeyError, AttributeError):
        return _Outline(is_damaged=True, form=MODERN)
    return _Outline(is_damaged=not has_mac, form=form, is_protected=has_mac or bool(schemes), keys=keys)


def _schemes(pfx: asn1_pkcs12.Pfx) -> Iterator[str]:
    """Names of the password-based encryptions visible from outside."""
    for part in pfx.authenticated_safe:
        if part["content_type"].native == "encrypted_data":
            info = part["content"]["encrypted_content_info"]
            yield str(info["content_encryption_algorithm"]["algorithm"].native)
    for bag in _visible_bags(pfx):
        if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
            yield str(bag["bag_value"]["encryption_algorithm"]["algorithm"].native)


def _visible_keys(pfx: asn1_pkcs12.Pfx) -> int:
    kinds = ("key_bag", "pkcs8_shrouded_key_bag")
    return sum(bag["bag_id"].native in kinds for bag in _visible_bags(pfx))


def _visible_bags(pfx: asn1_pkcs12.Pfx) -> Iterator[asn1_pkcs12.SafeBag]:
    for part in pfx.authenticated_safe:
        if part["content_type"].native == "data":
            yield from asn1_pkcs12.SafeContents.load(bytes(part["content"].native), strict=True)
