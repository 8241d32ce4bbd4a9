"""Issuing: request → lint of the certificate to be signed, with a throw-away key → signature → second reading."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from pki.authority import linting, profiles
from pki.authority.errors import AuthorityError
from pki.authority.holders import Holder

IssuerKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issuer:
    """A certification authority ready to sign. `chain` goes from its own superior up to the root."""

    slug: str
    policy_number: int
    certificate: x509.Certificate
    key: IssuerKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def name(self) -> str:
        """Its common name."""
        return str(self.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)

    @property
    def organisation(self) -> str:
        """The O of its subject, which its certificates carry too."""
        return str(self.certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)[0].value)


@dataclass(frozen=True)
class Issued:
    """A fresh certificate and its private key, still only in memory."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)


def issue(
    holder: Holder,
    *,
    issuer: Issuer,
    portal_url: str,
    not_before: datetime,
    not_after: datetime | None = None,
    kind: str = profiles.A1,
    key: rsa.RSAPrivateKey | None = None,
) -> Issued:
    """Issue the certificate of `holder`, of the kind A1 or A3, for `key` or a fresh one.

    Without `not_after` it lasts as usual, but not beyond its authority. Raises InvalidHolder when the data do not fit
    the layout and LintFailed, before anything is signed, when the certificate would break its profile.
    """
    certificate_plan = profiles.plan(
        holder,
        organisation=issuer.organisation,
        authority_name=issuer.name,
        policy_number=issuer.policy_number,
        addresses=profiles.Addresses(portal_url.rstrip("/"), issuer.slug),
        not_before=not_before,
        not_after=not_after,
        kind=kind,
    )
    if not_after is None:
        end = min(certificate_plan.not_after, issuer.certificate.not_valid_after_utc)
        certificate_plan = replace(certificate_plan, not_after=end)
    key = key or new_key()
    request = make_request(key, certificate_plan)
    return Issued(certify(certificate_plan, request=request, issuer=issuer), key)


def new_key() -> rsa.RSAPrivateKey:
    """A fresh key of a holder."""
    return rsa.generate_private_key(public_exponent=65537, key_size=profiles.KEY_BITS)


def make_request(key: rsa.RSAPrivateKey, certificate_plan: profiles.Plan) -> bytes:
    """The holder's signed request (CSR, PKCS#10) in DER."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name(certificate_plan))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def certify(certificate_plan: profiles.Plan, *, request: bytes, issuer: Issuer) -> x509.Certificate:
    """Sign what the plan says for the key that made `request`; only the key is taken from the request.

    Raises AuthorityError when the request does not prove possession of its key, LintFailed when the result would break
    the profile.
    """
    public_key = _proven_key(request)
    serial = x509.random_serial_number()
    builder = build(certificate_plan, public_key=public_key, issuer=issuer, serial=serial)
    draft = builder.sign(_throw_away_key(isinstance(issuer.key, rsa.RSAPrivateKey)), hashes.SHA256())
    linting.check(draft, profile=certificate_plan.profile, issuer=issuer.certificate)
    signed = builder.sign(issuer.key, hashes.SHA256())
    return _read_again(signed, draft=draft, issuer=issuer.certificate)


def build(
    certificate_plan: profiles.Plan, *, public_key: rsa.RSAPublicKey, issuer: Issuer, serial: int
) -> x509.CertificateBuilder:
    """The unsigned certificate."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(certificate_plan))
        .issuer_name(issuer.certificate.subject)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(certificate_plan.not_before)
        .not_valid_after(certificate_plan.not_after)
    )
    for extension, critical in _extensions(certificate_plan, issuer.certificate):
        builder = builder.add_extension(extension, critical=critical)
    return builder


def _extensions(
    certificate_plan: profiles.Plan, issuer: x509.Certificate
) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    issuer_key = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    policy = x509.PolicyInformation(x509.ObjectIdentifier(certificate_plan.policy), [certificate_plan.practices_url])
    return (
        (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key), False),
        (key_usage(*certificate_plan.key_usage), True),
        (x509.ExtendedKeyUsage(certificate_plan.extended_key_usage), False),
        (x509.CertificatePolicies([policy]), False),
        (x509.CRLDistributionPoints([_distribution_point(url) for url in certificate_plan.crl_urls]), False),
        (_information_access(certificate_plan), False),
        (x509.SubjectAlternativeName(_alternative_names(certificate_plan)), False),
    )


def key_usage(*names: str) -> x509.KeyUsage:
    """The KeyUsage extension with only `names` set."""
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in names for name in every})


def _distribution_point(url: str) -> x509.DistributionPoint:
    return x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)


def _information_access(certificate_plan: profiles.Plan) -> x509.AuthorityInformationAccess:
    access = x509.oid.AuthorityInformationAccessOID
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(access.CA_ISSUERS, x509.UniformResourceIdentifier(certificate_plan.ca_issuers_url)),
            x509.AccessDescription(access.OCSP, x509.UniformResourceIdentifier(certificate_plan.ocsp_url)),
        ]
    )


def _alternative_names(certificate_plan: profiles.Plan) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [
        x509.OtherName(x509.ObjectIdentifier(oid), core.OctetString(text.encode("ascii")).dump())
        for oid, text in certificate_plan.other_names
    ]
    return [*names, x509.RFC822Name(certificate_plan.email)] if certificate_plan.email else names


def _name(certificate_plan: profiles.Plan) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in certificate_plan.subject])


def _proven_key(request: bytes) -> rsa.RSAPublicKey:
    try:
        parsed = x509.load_der_x509_csr(request)
        key = parsed.public_key()
        proven = parsed.is_signature_valid
    except (ValueError, InvalidSignature) as error:
        raise AuthorityError("O pedido de certificado não pôde ser lido.") from error
    if not proven or not isinstance(key, rsa.RSAPublicKey):
        raise AuthorityError("O pedido de certificado não prova a posse de uma chave RSA.")
    return key


def _read_again(signed: x509.Certificate, *, draft: x509.Certificate, issuer: x509.Certificate) -> x509.Certificate:
    certificate = x509.load_der_x509_certificate(signed.public_bytes(serialization.Encoding.DER))
    if certificate.tbs_certificate_bytes != draft.tbs_certificate_bytes:
        raise AuthorityError("the signed certificate differs from the linted one")
    certificate.verify_directly_issued_by(issuer)
    return certificate


@lru_cache(maxsize=2)
def _throw_away_key(is_rsa: bool) -> IssuerKey:
    if not is_rsa:
        return ec.generate_private_key(ec.SECP256R1())
    # Its length shows nowhere in what is linted, its signature is thrown away, and it signs ten times as fast.
    return rsa.generate_private_key(65537, 1024)  # noqa: S505 -- protects nothing
