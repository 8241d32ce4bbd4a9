"""Certificate profiles as data: what e-CPF (A1 and A3) and e-CNPJ (A1) of ICP-Brasil must look like."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from pki.authority import layouts
from pki.authority.errors import InvalidHolder
from pki.authority.holders import Holder, OrganisationHolder, PersonHolder, ascii_name

STRICT_ORGANISATION = "ICP-Brasil"
SIMULATED_ORGANISATION = "ICP-Brasil SIMULADA"
# Synthetic registration authority (autoridade de registro).
REGISTRATION_AUTHORITY_CNPJ = "11222333000181"
# By this name one knows the seal of the portal (selo), with which it signs its papers and its receipts log.
SEAL_NAME = "ENSAIO SELO DO PORTAL"
IDENTIFICATION = "videoconferencia"
COMMON_NAME_LENGTH = 64
KEY_BITS = 2048
# Where the key lives: in a file under a password, or on a medium that it never leaves.
A1, A3 = "A1", "A3"


@dataclass(frozen=True)
class Profile:
    """The rules of one certificate type. Periods are calendar lengths, key sizes are bits."""

    name: str
    kind: str
    document_length: int
    other_names: tuple[layouts.OtherName, ...]
    policy_arc: str = "2.16.76.1.2.1"
    key_bits: int = KEY_BITS
    longest_validity: timedelta = timedelta(days=366)
    usual_validity: timedelta = timedelta(days=365)
    key_usage: tuple[str, ...] = ("digital_signature", "content_commitment", "key_encipherment")
    extended_key_usage: tuple[ObjectIdentifier, ...] = (
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
    )


PERSON_A1 = Profile(
    name="e-CPF A1",
    kind="pf",
    document_length=11,
    other_names=(layouts.PERSON, layouts.PERSON_CEI, layouts.PERSON_VOTER),
)
PERSON_A3 = replace(
    PERSON_A1,
    name="e-CPF A3",
    policy_arc="2.16.76.1.2.3",
    longest_validity=timedelta(days=1827),
    usual_validity=timedelta(days=1825),
)
ORGANISATION_A1 = Profile(
    name="e-CNPJ A1",
    kind="pj",
    document_length=14,
    other_names=(
        layouts.RESPONSIBLE,
        layouts.RESPONSIBLE_NAME,
        layouts.ORGANISATION,
        layouts.ORGANISATION_CEI,
    ),
)


@dataclass(frozen=True)
class Addresses:
    """Where an authority's certificate, revocation lists, responder and practices are served. `base` has no slash."""

    base: str
    slug: str

    @property
    def ca_issuers(self) -> str:
        return f"{self.base}/pki/ac/{self.slug}.cer"

    @property
    def ocsp(self) -> str:
        return f"{self.base}/pki/ocsp/{self.slug}/"

    @property
    def crls(self) -> tuple[str, ...]:
        return (f"{self.base}/pki/lcr/{self.slug}.crl", f"{self.base}/pki/lcr-espelho/{self.slug}.crl")

    @property
    def practices(self) -> str:
        return f"{self.base}/pki/#dpc"


@dataclass(frozen=True)
class Plan:
    """Everything a certificate will say, before any key touches it."""

    profile: Profile
    subject: tuple[tuple[ObjectIdentifier, str], ...]
    other_names: tuple[tuple[str, str], ...]
    email: str
    policy: str
    practices_url: str
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[ObjectIdentifier, ...]
    crl_urls: tuple[str, ...]
    ca_issuers_url: str
    ocsp_url: str
    not_before: datetime
    not_after: datetime


def profile_for(holder: Holder, kind: str = A1) -> Profile:
    """The profile of a certificate of that kind; raises InvalidHolder for an A3 of an organisation."""
    if isinstance(holder, PersonHolder):
        return PERSON_A3 if kind == A3 else PERSON_A1
    if kind != A1:
        raise InvalidHolder("Só o e-CPF é emitido em mídia A3.")
    return ORGANISATION_A1


def plan(
    holder: Holder,
    *,
    organisation: str,
    authority_name: str,
    policy_number: int,
    addresses: Addresses,
    not_before: datetime,
    not_after: datetime | None = None,
    kind: str = A1,
) -> Plan:
    """Lay out the certificate of `holder`; raises InvalidHolder when the data do not fit the layout.

    Instants lose their fraction of a second, which X.509 cannot hold. Without `not_after` the usual validity applies.
    """
    profile = profile_for(holder, kind)
    values = _values(holder)
    start = not_before.replace(microsecond=0)
    try:
        other_names = tuple((entry.oid, entry.encode(values)) for entry in profile.other_names)
    except ValueError as error:
        raise InvalidHolder("Os dados do titular não cabem no leiaute do certificado.") from error
    return Plan(
        profile=profile,
        subject=(
            (NameOID.COUNTRY_NAME, "BR"),
            (NameOID.ORGANIZATION_NAME, organisation),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, authority_name),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, REGISTRATION_AUTHORITY_CNPJ),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, IDENTIFICATION),
            (NameOID.COMMON_NAME, common_name(holder.name, holder.document)),
        ),
        other_names=other_names,
        email=holder.email,
        policy=f"{profile.policy_arc}.{policy_number}",
        practices_url=addresses.practices,
        key_usage=profile.key_usage,
        extended_key_usage=profile.extended_key_usage,
        crl_urls=addresses.crls,
        ca_issuers_url=addresses.ca_issuers,
        ocsp_url=addresses.ocsp,
        not_before=start,
        not_after=(not_after or start + profile.usual_validity).replace(microsecond=0),
    )


def common_name(name: str, document: str) -> str:
    """`NOME:CPF` or `RAZAO SOCIAL:CNPJ`, the name cut to what the 64 positions allow."""
    written = ascii_name(name)[: COMMON_NAME_LENGTH - 1 - len(document)].rstrip()
    if not written:
        raise InvalidHolder("O nome do titular não tem letras que caibam no certificado.")
    return f"{written}:{document}"


def _values(holder: Holder) -> dict[str, str]:
    if isinstance(holder, OrganisationHolder):
        person = _person_values(holder.responsible)
        return person | {
            "responsible_name": ascii_name(holder.responsible.name),
            "cnpj": holder.cnpj,
            "cei": holder.cei,
        }
    return _person_values(holder)


def _person_values(person: PersonHolder) -> dict[str, str]:
    return {
        "birth_date": f"{person.birth_date:%d%m%Y}",
        "cpf": person.cpf,
        "nis": person.nis,
        "rg": person.rg,
        "rg_issuer": ascii_name(person.rg_issuer) if person.rg else "",
        "cei": person.cei,
        "voter_id": person.voter_id,
        "voter_zone": person.voter_zone,
        "voter_section": person.voter_section,
        "voter_city": ascii_name(person.voter_city),
    }
