"""Certificates that are wrong on purpose, for people who test clients. Nothing here passes through the linter."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pki.authority import hierarchy, issuing, layouts, profiles
from pki.authority.holders import PersonHolder
from pki.authority.issuing import Issuer, IssuerKey

# A valid CPF that belongs to no person of the simulator.
OTHER_CPF = "11144477735"

Alteration = Callable[[profiles.Plan], profiles.Plan]


@dataclass(frozen=True)
class Defect:
    """One entry of the catalogue.

    `check` is the import check that refuses it ("C5", "REAL" …), "" when the import accepts it. `signer` tells who
    signs: the "icp" authority, a "revoked" one below the same root, a "stranger", or one that "pretends" to be real.
    """

    name: str
    description: str
    check: str = ""
    alter: Alteration = lambda plan: plan
    signer: str = "icp"
    key_bits: int = 2048
    keeps_key: bool = True
    uses_sha1: bool = False
    is_revoked: bool = False


@dataclass(frozen=True)
class Defective:
    """A certificate made wrong, the key that fits it, and the chain to put beside it."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: rsa.RSAPrivateKey = field(repr=False)


def make(defect: Defect, *, holder: PersonHolder, issuer: Issuer, portal_url: str, at: datetime) -> Defective:
    """Make the defective certificate for `holder`; `issuer` is used when one of ours signs."""
    signer = issuer if defect.signer in ("icp", "revoked") else _stranger(defect.signer, portal_url=portal_url, at=at)
    plan = profiles.plan(
        holder,
        organisation=signer.organisation,
        authority_name=signer.name,
        policy_number=signer.policy_number,
        addresses=profiles.Addresses(portal_url.rstrip("/"), signer.slug),
        not_before=at,
    )
    key = rsa.generate_private_key(65537, defect.key_bits)
    builder = issuing.build(
        defect.alter(plan), public_key=key.public_key(), issuer=signer, serial=x509.random_serial_number()
    )
    certificate = builder.sign(signer.key, hashes.SHA256())
    if defect.uses_sha1:
        certificate = _signed_with_sha1(certificate, signer)
    return Defective(certificate, (signer.certificate, *signer.chain), key)


def _shifted(start: timedelta, end: timedelta) -> Alteration:
    def alter(plan: profiles.Plan) -> profiles.Plan:
        return replace(plan, not_before=plan.not_before + start, not_after=plan.not_before + end)

    return alter


def _renamed(common_name: Callable[[str, str], str]) -> Alteration:
    def alter(plan: profiles.Plan) -> profiles.Plan:
        name, _, document = plan.subject[-1][1].rpartition(":")
        return replace(plan, subject=(*plan.subject[:-1], (NameOID.COMMON_NAME, common_name(name, document))))

    return alter


def _wrong_check_digit(plan: profiles.Plan) -> profiles.Plan:
    document = plan.subject[-1][1].rpartition(":")[2]
    wrong = document[:-1] + str((int(document[-1]) + 1) % 10)
    names = tuple((oid, text.replace(document, wrong)) for oid, text in plan.other_names)
    return _renamed(lambda name, _: f"{name}:{wrong}")(replace(plan, other_names=names))


def _old_rg(plan: profiles.Plan) -> profiles.Plan:
    """RG in 11 positions and issuer in 6, as before the 15 and 10 of today."""
    names = tuple(
        (oid, text[: layouts.FIXED_POSITIONS] + "00123456789SSPSP") if oid == layouts.PERSON.oid else (oid, text)
        for oid, text in plan.other_names
    )
    return replace(plan, other_names=names)


def _stranger(kind: str, *, portal_url: str, at: datetime) -> Issuer:
    """An authority of no hierarchy of ours, thrown away after one signature."""
    organisation = profiles.STRICT_ORGANISATION if kind == "pretends" else "Autoridade Desconhecida"
    spec = hierarchy.AuthoritySpec("desconhecida", "AC Desconhecida SIMULADA", "", 9999)
    return hierarchy.make_authority(spec, parent=None, organisation=organisation, portal_url=portal_url, at=at)


def _signed_with_sha1(certificate: x509.Certificate, signer: Issuer) -> x509.Certificate:
    parsed = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    # Authorities of an older data folder have EC keys.
    algorithm = {"algorithm": "sha1_rsa" if isinstance(signer.key, rsa.RSAPrivateKey) else "sha1_ecdsa"}
    parsed["tbs_certificate"]["signature"] = algorithm
    parsed["signature_algorithm"] = algorithm
    parsed["signature_value"] = _sha1_signature(signer.key, parsed["tbs_certificate"].dump())
    return x509.load_der_x509_certificate(parsed.dump())


def _sha1_signature(key: IssuerKey, content: bytes) -> bytes:
    weak = hashes.SHA1()  # noqa: S303 -- the defect itself
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), weak)
    return key.sign(content, ec.ECDSA(weak))


_YEAR = timedelta(days=365)
_DAY = timedelta(days=1)

CATALOGUE = (
    Defect("expirado", "Venceu ontem", "C5", _shifted(-_YEAR, -_DAY)),
    Defect("ainda-nao-valido", "Só vale a partir de amanhã", "C5", _shifted(_DAY, _YEAR)),
    Defect("vence-logo", "Vence em menos de 30 dias (aceito, com aviso)", "", _shifted(-_YEAR + 10 * _DAY, 10 * _DAY)),
    Defect("revogado", "Consta da LCR da autoridade", "C8", is_revoked=True),
    Defect("ac-revogada", "A autoridade que o assinou foi revogada", "C8", signer="revoked"),
    Defect("ac-desconhecida", "Assinado por autoridade desconhecida", "C7", signer="stranger"),
    Defect("emissor-real", "O emissor se diz da ICP-Brasil de verdade", "REAL", signer="pretends"),
    Defect("sem-chave", "O arquivo traz só o certificado", "C4", keeps_key=False),
    Defect(
        "uso-errado",
        "Uso estendido sem autenticação de cliente",
        "C10",
        lambda plan: replace(plan, extended_key_usage=(ExtendedKeyUsageOID.EMAIL_PROTECTION,)),
    ),
    Defect(
        "sem-assinatura-digital",
        "Uso da chave sem assinatura digital",
        "C10",
        lambda plan: replace(plan, key_usage=("key_encipherment",)),
    ),
    Defect("politica-a3", "Política de certificado A3", "C9", lambda plan: replace(plan, policy="2.16.76.1.2.3.9902")),
    Defect("cpf-invalido", "CPF com dígito verificador errado", "C11", _wrong_check_digit),
    Defect(
        "cpf-diferente",
        "CPF do nome comum diferente do CPF do nome alternativo",
        "C11",
        _renamed(lambda name, _: f"{name}:{OTHER_CPF}"),
    ),
    Defect(
        "acentos",
        "Nome comum com acentos (aceito)",
        "",
        _renamed(lambda _, document: f"JOSÉ DA CONCEIÇÃO:{document}"),
    ),
    Defect("rg-antigo", "RG no leiaute antigo, de 11 posições (aceito)", "", _old_rg),
    Defect("uma-lcr", "Só um endereço de LCR (aceito)", "", lambda plan: replace(plan, crl_urls=plan.crl_urls[:1])),
    Defect("sha1", "Assinado com SHA-1", "C13", uses_sha1=True),
    Defect("rsa-1024", "Chave RSA de 1.024 bits", "C13", key_bits=1024),
)
BY_NAME = {defect.name: defect for defect in CATALOGUE}
