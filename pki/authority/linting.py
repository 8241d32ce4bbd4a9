"""The linter: is this certificate exactly what its profile promises? Each rule yields the problems it sees."""

import re
from collections.abc import Callable, Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from pki.authority import reading
from pki.authority.errors import LintFailed
from pki.authority.holders import is_valid_document
from pki.authority.profiles import COMMON_NAME_LENGTH, Profile

_SUBJECT_ORDER = (
    NameOID.COUNTRY_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.COMMON_NAME,
)
_PLAIN_TEXT = re.compile(r"[A-Z0-9 &.\-'/]*")
_COMMON_NAME = re.compile(r"[A-Z0-9 &.\-'/]+:([0-9]{11}|[0-9A-Z]{12}[0-9]{2})")
_EXTENSIONS = (
    # (kind, must be critical)
    (x509.AuthorityKeyIdentifier, False),
    (x509.KeyUsage, True),
    (x509.ExtendedKeyUsage, False),
    (x509.CertificatePolicies, False),
    (x509.CRLDistributionPoints, False),
    (x509.AuthorityInformationAccess, False),
    (x509.SubjectAlternativeName, False),
)
_SERIAL_BITS = 159
_CRL_URLS = 2
_PUBLIC_EXPONENT = 65537

Rule = Callable[[x509.Certificate, Profile, x509.Certificate], Iterator[str]]


def check(certificate: x509.Certificate, *, profile: Profile, issuer: x509.Certificate) -> None:
    """Raise LintFailed with everything that is wrong; the signature itself is not looked at."""
    problems = [problem for rule in _RULES for problem in rule(certificate, profile, issuer)]
    if problems:
        raise LintFailed(problems)


def _subject(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    attributes = list(certificate.subject)
    if tuple(attribute.oid for attribute in attributes) != _SUBJECT_ORDER:
        yield "subject is not C, O, OU, OU, OU, CN"
    for attribute in attributes:
        value = str(attribute.value)
        if not value.isascii() or not value.isprintable() or not 0 < len(value) <= COMMON_NAME_LENGTH:
            yield f"subject attribute {attribute.rfc4514_attribute_name} is empty, too long or not plain ASCII"
    if attributes and attributes[0].value != "BR":
        yield "country is not BR"
    if certificate.issuer != issuer.subject:
        yield "issuer is not the authority's subject"
    organisation = issuer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    if certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME) != organisation:
        yield "organisation is not the authority's"


def _common_name(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    common_name = reading.common_name_of(certificate.subject)
    if not _COMMON_NAME.fullmatch(common_name):
        yield "common name is not NAME:DOCUMENT in plain capitals"
    document = common_name.rpartition(":")[2]
    if len(document) != profile.document_length or not is_valid_document(document):
        yield "document of the common name is not valid"
    if document != reading.facts_of(certificate).holder_document:
        yield "document of the common name differs from the alternative name's"


def _other_names(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    found = reading.other_names_of(certificate)
    if [oid for oid, _ in found] != [entry.oid for entry in profile.other_names]:
        yield "otherName fields are not those of the profile, in its order"
        return
    for entry, (oid, text) in zip(profile.other_names, found, strict=True):
        if not entry.minimum <= len(text) <= entry.maximum:
            yield f"otherName {oid} has the wrong length"
        if not _PLAIN_TEXT.fullmatch(text) or (not text[: entry.minimum].isalnum() and entry.minimum):
            yield f"otherName {oid} has characters that the layout forbids"


def _extensions(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    for kind, critical in _EXTENSIONS:
        found = reading.extension(certificate, kind)
        if found is None:
            yield f"{kind.__name__} is missing"
        elif found.critical is not critical:
            yield f"{kind.__name__} has the wrong criticality"
    if len(certificate.extensions) != len(_EXTENSIONS):
        yield "there are extensions that the profile does not have"
    if reading.key_usages_of(certificate) != frozenset(profile.key_usage):
        yield "key usage is not the profile's"
    if reading.extended_usages_of(certificate) != profile.extended_key_usage:
        yield "extended key usage is not the profile's"


def _policies(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    found = reading.extension(certificate, x509.CertificatePolicies)
    policies = list(found.value) if found else []
    oids = [policy.policy_identifier.dotted_string for policy in policies]
    if len(oids) != 1 or not re.fullmatch(rf"{re.escape(profile.policy_arc)}\.[0-9]+", oids[0]):
        yield "policy is not the profile's"
    elif not any(_is_url(qualifier) for qualifier in policies[0].policy_qualifiers or ()):
        yield "policy has no address of the practices statement"


def _addresses(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    points = reading.extension(certificate, x509.CRLDistributionPoints)
    urls = {name.value for point in (points.value if points else ()) for name in point.full_name or ()}
    if len(urls) != _CRL_URLS or not all(_is_url(url) for url in urls):
        yield "there are not two addresses of revocation lists"
    access = reading.extension(certificate, x509.AuthorityInformationAccess)
    methods = [description.access_method for description in (access.value if access else ())]
    if methods != [AuthorityInformationAccessOID.CA_ISSUERS, AuthorityInformationAccessOID.OCSP]:
        yield "authority information access is not caIssuers followed by OCSP"


def _authority_key(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    mine = reading.extension(certificate, x509.AuthorityKeyIdentifier)
    theirs = reading.extension(issuer, x509.SubjectKeyIdentifier)
    if mine is None or theirs is None or mine.value.key_identifier != theirs.value.digest:
        yield "authority key identifier is not the authority's"


def _validity(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if start >= end:
        yield "validity ends before it starts"
    if end - start > profile.longest_validity:
        yield "validity is longer than the profile allows"
    if start < issuer.not_valid_before_utc or end > issuer.not_valid_after_utc:
        yield "validity is not within the authority's"


def _key_and_number(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size != profile.key_bits:
        yield "key is not RSA of the profile's size"
    elif key.public_numbers().e != _PUBLIC_EXPONENT:
        yield "public exponent is not 65537"
    if not isinstance(certificate.signature_hash_algorithm, hashes.SHA256):
        yield "signature is not made with SHA-256"
    if not 0 < certificate.serial_number < 1 << _SERIAL_BITS:
        yield "serial number is not positive and within 20 octets"


def _is_url(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


_RULES: tuple[Rule, ...] = (
    _subject,
    _common_name,
    _other_names,
    _extensions,
    _policies,
    _addresses,
    _authority_key,
    _validity,
    _key_and_number,
)
