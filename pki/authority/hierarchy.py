"""Making the simulated hierarchies: roots, intermediates, and short-lived certificates for our own TLS server.

Authorities are RSA and sign with SHA-256 up to the root, as those above a real A1 do: client libraries that know
nothing else (node-forge) must read what we issue.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pki.authority.issuing import Issuer, IssuerKey, key_usage
from pki.authority.profiles import Addresses

ROOT_LIFE = timedelta(days=3650)
INTERMEDIATE_LIFE = timedelta(days=3285)
# Certificates are backdated so that a clock a little behind still accepts them.
BACKDATING = timedelta(days=800)
SERVER_LIFE = timedelta(days=30)
ROOT_BITS, ISSUING_BITS = 4096, 2048
NO_LEGAL_VALUE = "SIMULADA - SEM VALOR LEGAL"


@dataclass(frozen=True)
class AuthoritySpec:
    """One authority to be made: its name in addresses, its common name, its superior and its number in policy OIDs."""

    slug: str
    common_name: str
    parent: str
    policy_number: int

    @property
    def key_bits(self) -> int:
        return ISSUING_BITS if self.parent else ROOT_BITS


SPECS = (
    AuthoritySpec("egestor-raiz", f"AC Raiz e-Gestor {NO_LEGAL_VALUE}", "", 0),
    AuthoritySpec("egestor", f"AC e-Gestor {NO_LEGAL_VALUE}", "egestor-raiz", 9901),
    AuthoritySpec("icp-raiz", f"AC Raiz ICP-Brasil {NO_LEGAL_VALUE}", "", 0),
    AuthoritySpec("icp", f"AC ICP-Brasil {NO_LEGAL_VALUE}", "icp-raiz", 9902),
)
# Made only when somebody asks for a certificate whose superior was revoked.
REVOKED = AuthoritySpec("icp-revogada", f"AC Revogada {NO_LEGAL_VALUE}", "icp-raiz", 9902)
_ROOTS = {spec.slug: spec.parent or spec.slug for spec in (*SPECS, REVOKED)}


def root_of(slug: str) -> str:
    """Slug of the root above one of our authorities; "" for an authority that is not ours."""
    return _ROOTS.get(slug, "")


@dataclass(frozen=True)
class ServerIdentity:
    """A TLS server's certificates, each with its chain (without the root), and their keys, in PEM."""

    ecdsa_chain: bytes
    rsa_chain: bytes
    ecdsa_key: bytes = field(repr=False)
    rsa_key: bytes = field(repr=False)


def make_authority(
    spec: AuthoritySpec, *, parent: Issuer | None, organisation: str, portal_url: str, at: datetime
) -> Issuer:
    """Make a root (no parent) or an intermediate below `parent`, valid from well before `at`."""
    key = new_key(spec)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, spec.common_name),
        ]
    )
    start = at.replace(microsecond=0) - BACKDATING
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent.certificate.subject if parent else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + BACKDATING + (INTERMEDIATE_LIFE if parent else ROOT_LIFE))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0 if parent else 1), critical=True)
        .add_extension(key_usage("digital_signature", "key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if parent:
        builder = _below(builder, parent, Addresses(portal_url.rstrip("/"), parent.slug))
    certificate = builder.sign(parent.key if parent else key, hashes.SHA256())
    chain = (parent.certificate, *parent.chain) if parent else ()
    return Issuer(spec.slug, spec.policy_number, certificate, key, chain)


def new_key(spec: AuthoritySpec) -> rsa.RSAPrivateKey:
    """A fresh key for the authority."""
    return rsa.generate_private_key(65537, spec.key_bits)


def _below(builder: x509.CertificateBuilder, parent: Issuer, addresses: Addresses) -> x509.CertificateBuilder:
    identifier = parent.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    points = [x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None) for url in addresses.crls]
    authority_key = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    return builder.add_extension(authority_key, critical=False).add_extension(
        x509.CRLDistributionPoints(points), critical=False
    )


def make_server_identity(*, issuer: Issuer, hosts: list[str], at: datetime) -> ServerIdentity:
    """A P-256 and an RSA-2048 certificate for `hosts` (names or addresses), valid 30 days."""
    ecdsa_key = ec.generate_private_key(ec.SECP256R1())
    rsa_key = rsa.generate_private_key(65537, 2048)
    return ServerIdentity(
        ecdsa_chain=_server_chain(ecdsa_key, issuer=issuer, hosts=hosts, at=at),
        rsa_chain=_server_chain(rsa_key, issuer=issuer, hosts=hosts, at=at),
        ecdsa_key=key_pem(ecdsa_key),
        rsa_key=key_pem(rsa_key),
    )


def _server_chain(key: IssuerKey, *, issuer: Issuer, hosts: list[str], at: datetime) -> bytes:
    identifier = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    usages = ("digital_signature", "key_encipherment") if isinstance(key, rsa.RSAPrivateKey) else ("digital_signature",)
    start = at.replace(microsecond=0) - timedelta(hours=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + SERVER_LIFE)
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        .add_extension(key_usage(*usages), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    return pem(certificate) + pem(issuer.certificate)


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key: IssuerKey) -> bytes:
    """The private key in clear PKCS#8 PEM; the caller seals it or hands it to the TLS server."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def der_of(certificate_pem: str) -> bytes:
    """The DER of a certificate kept as PEM."""
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    return certificate.public_bytes(serialization.Encoding.DER)
