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
        yield "o assunto não é C, O, OU, OU, OU, CN"
    for attribute in attributes:
        value = str(attribute.value)
        if not value.isascii() or not value.isprintable() or not 0 < len(value) <= COMMON_NAME_LENGTH:
            yield f"o atributo {attribute.rfc4514_attribute_name} do assunto está vazio, longo demais ou fora do ASCII"
    if attributes and attributes[0].value != "BR":
        yield "o país não é BR"
    if certificate.issuer != issuer.subject:
        yield "o emissor não é o assunto da autoridade"
    organisation = issuer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    if certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME) != organisation:
        yield "a organização não é a da autoridade"


def _common_name(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    common_name = reading.common_name_of(certificate.subject)
    if not _COMMON_NAME.fullmatch(common_name):
        yield "o nome comum não é NOME:DOCUMENTO em maiúsculas sem acento"
    document = common_name.rpartition(":")[2]
    if len(document) != profile.document_length or not is_valid_document(document):
        yield "o documento do nome comum não é válido"
    if (profile.kind, document) != reading.holder_of(certificate):
        yield "o documento do nome comum difere do nome alternativo"


def _other_names(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    found = reading.other_names_of(certificate)
    if [oid for oid, _ in found] != [entry.oid for entry in profile.other_names]:
        yield "os campos otherName não são os do perfil, na ordem dele"
        return
    for entry, (oid, text) in zip(profile.other_names, found, strict=True):
        if not entry.minimum <= len(text) <= entry.maximum:
            yield f"o otherName {oid} tem comprimento errado"
        if not _PLAIN_TEXT.fullmatch(text) or not (entry.minimum == 0 or text[: entry.minimum].isalnum()):
            yield f"o otherName {oid} tem caracteres que o leiaute proíbe"


def _extensions(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    for kind, critical in _EXTENSIONS:
        found = reading.extension(certificate, kind)
        if found is None:
            yield f"falta a extensão {kind.__name__}"
        elif found.critical is not critical:
            yield f"a extensão {kind.__name__} tem a criticidade errada"
    if len(certificate.extensions) != len(_EXTENSIONS):
        yield "há extensões que o perfil não tem"
    if reading.key_usages_of(certificate) != frozenset(profile.key_usage):
        yield "o uso da chave não é o do perfil"
    if reading.extended_usages_of(certificate) != profile.extended_key_usage:
        yield "o uso estendido da chave não é o do perfil"


def _policies(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    found = reading.extension(certificate, x509.CertificatePolicies)
    policies = list(found.value) if found else []
    oids = [policy.policy_identifier.dotted_string for policy in policies]
    if len(oids) != 1 or not re.fullmatch(rf"{re.escape(profile.policy_arc)}\.[0-9]+", oids[0]):
        yield "a política de certificado não é a do perfil"
    elif not any(_is_url(qualifier) for qualifier in policies[0].policy_qualifiers or ()):
        yield "a política não traz o endereço da declaração de práticas"


def _addresses(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    points = reading.extension(certificate, x509.CRLDistributionPoints)
    urls = {name.value for point in (points.value if points else ()) for name in point.full_name or ()}
    if len(urls) != _CRL_URLS or not all(_is_url(url) for url in urls):
        yield "não há dois endereços de LCR"
    access = reading.extension(certificate, x509.AuthorityInformationAccess)
    methods = [description.access_method for description in (access.value if access else ())]
    if methods != [AuthorityInformationAccessOID.CA_ISSUERS, AuthorityInformationAccessOID.OCSP]:
        yield "o acesso à autoridade não é caIssuers seguido de OCSP"


def _authority_key(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    mine = reading.extension(certificate, x509.AuthorityKeyIdentifier)
    theirs = reading.extension(issuer, x509.SubjectKeyIdentifier)
    if mine is None or theirs is None or mine.value.key_identifier != theirs.value.digest:
        yield "o identificador da chave não é o da autoridade"


def _validity(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if start >= end:
        yield "a validade termina antes de começar"
    if end - start > profile.longest_validity:
        yield f"a validade passa da do {profile.name}"
    if start < issuer.not_valid_before_utc or end > issuer.not_valid_after_utc:
        yield "a validade não cabe na da autoridade"


def _key_and_number(certificate: x509.Certificate, profile: Profile, issuer: x509.Certificate) -> Iterator[str]:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size != profile.key_bits:
        yield "a chave não é RSA do tamanho do perfil"
    elif key.public_numbers().e != _PUBLIC_EXPONENT:
        yield "o expoente público não é 65537"
    if not isinstance(certificate.signature_hash_algorithm, hashes.SHA256):
        yield "a assinatura não usa SHA-256"
    if not 0 < certificate.serial_number < 1 << _SERIAL_BITS:
        yield "o número de série não é positivo em até 20 octetos"


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
