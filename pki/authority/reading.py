"""Reading certificates that may come from anywhere: a broken extension counts as an absent one."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from pki.authority import layouts

KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)
_COMMON_NAME = re.compile(r"(?P<name>.+):(?P<document>[0-9A-Z]+)", re.DOTALL)

ExtensionValue = TypeVar("ExtensionValue", bound=x509.ExtensionType)


@dataclass(frozen=True)
class Facts:
    """What a certificate says about its holder (titular) and itself.

    `holder_kind` is "pf", "pj" or "" when no ICP-Brasil field names a holder; `holder_document` comes from the subject
    alternative name, `common_name_document` from the suffix of the common name. `person_cpf` and `person_name` are of
    who uses it: the holder, or the organisation's responsible person (responsável). `serial` is hexadecimal.
    """

    sha256: str
    serial: str
    subject: str
    issuer: str
    holder_kind: str
    holder_name: str
    holder_document: str
    common_name_document: str
    not_before: datetime
    not_after: datetime
    person_cpf: str = ""
    person_name: str = ""


def public_certificate_in(content: bytes) -> x509.Certificate | None:
    """The certificate (PEM or DER) that the file is, or None when it is none or cannot be read through.

    The library reads a certificate piece by piece, when each is asked for: a broken one must show here and not later.
    """
    load = x509.load_pem_x509_certificate if b"-----BEGIN" in content else x509.load_der_x509_certificate
    try:
        found = load(content)
        facts_of(found)
        _ = (found.public_key(), found.version, found.signature_algorithm_oid)
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None
    return found


def facts_of(certificate: x509.Certificate) -> Facts:
    """Read the facts; never raises for odd contents."""
    common_name = common_name_of(certificate.subject)
    match = _COMMON_NAME.fullmatch(common_name)
    kind, document = holder_of(certificate)
    holder_name = (match["name"] if match else common_name)[:120]
    person_cpf, responsible_name = person_of(certificate)
    return Facts(
        sha256=fingerprint(certificate),
        serial=serial_of(certificate),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        holder_kind=kind,
        holder_name=holder_name,
        holder_document=document,
        common_name_document=match["document"] if match else "",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        person_cpf=person_cpf,
        person_name=responsible_name if kind == "pj" else holder_name,
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the DER, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def serial_of(certificate: x509.Certificate) -> str:
    """The certificate's number as lower-case hexadecimal."""
    return f"{certificate.serial_number:x}"


def common_name_of(name: x509.Name) -> str:
    """The last common name, or ""."""
    values = [attribute.value for attribute in name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    return str(values[-1]) if values else ""


def organisations_of(certificate: x509.Certificate) -> set[str]:
    """Every O of subject and issuer; a name that cannot be read has none."""
    found: set[str] = set()
    for part in ("subject", "issuer"):
        try:
            attributes = getattr(certificate, part).get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
        except ValueError:
            continue
        found |= {str(attribute.value).strip() for attribute in attributes}
    return found


def extension(certificate: x509.Certificate, kind: type[ExtensionValue]) -> x509.Extension[ExtensionValue] | None:
    """The extension of that kind, or None when it is absent or cannot be read."""
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return None


def key_usages_of(certificate: x509.Certificate) -> frozenset[str]:
    """Names of the permitted uses of the key."""
    found = extension(certificate, x509.KeyUsage)
    return frozenset(name for name in KEY_USAGES if found and getattr(found.value, name))


def extended_usages_of(certificate: x509.Certificate) -> tuple[x509.ObjectIdentifier, ...]:
    found = extension(certificate, x509.ExtendedKeyUsage)
    return tuple(found.value) if found else ()


def policies_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """OIDs of the certificate policies (políticas de certificado)."""
    found = extension(certificate, x509.CertificatePolicies)
    return tuple(policy.policy_identifier.dotted_string for policy in found.value) if found else ()


def other_names_of(certificate: x509.Certificate) -> tuple[tuple[str, str], ...]:
    """(OID, text) of each otherName, in order."""
    found = extension(certificate, x509.SubjectAlternativeName)
    names = found.value if found else ()
    return tuple((n.type_id.dotted_string, layouts.text_of(n.value)) for n in names if isinstance(n, x509.OtherName))


def holder_of(certificate: x509.Certificate) -> tuple[str, str]:
    """("pf", CPF) or ("pj", CNPJ) of the subject alternative name; ("", "") when it names nobody."""
    names = dict(other_names_of(certificate))
    if layouts.ORGANISATION.oid in names:
        return "pj", names[layouts.ORGANISATION.oid][:14]
    cpf = _cpf_in(names.get(layouts.PERSON.oid, ""))
    return ("pf", cpf) if cpf else ("", "")


def person_of(certificate: x509.Certificate) -> tuple[str, str]:
    """(CPF, "") of the holder, or (CPF, name) of an organisation's responsible person; "" for what is not named."""
    names = dict(other_names_of(certificate))
    if layouts.ORGANISATION.oid not in names:
        return _cpf_in(names.get(layouts.PERSON.oid, "")), ""
    return _cpf_in(names.get(layouts.RESPONSIBLE.oid, "")), names.get(layouts.RESPONSIBLE_NAME.oid, "")


def _cpf_in(personal_data: str) -> str:
    return personal_data[layouts.CPF_POSITIONS] if len(personal_data) >= layouts.FIXED_POSITIONS else ""
