"""The simulated authorities: making them once, their chains, and certificates for our own TLS server."""

from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.db import transaction

from common import audit, vault
from common.actor import Actor
from pki.authority import hierarchy, profiles, trust
from pki.authority.issuing import Issuer, IssuerKey
from pki.models import Authority
from pki.services import locks

_POLICY_NUMBERS = {spec.slug: spec.policy_number for spec in hierarchy.SPECS}


@transaction.atomic
def ensure_authorities(*, at: datetime) -> list[Authority]:
    """Make the two hierarchies (e-Gestor and ICP-Brasil, both SIMULADA) unless they exist. Safe to call at once."""
    known = _known()
    if len(known) == len(hierarchy.SPECS):
        return list(known.values())
    locks.take(locks.AUTHORITIES)
    known = _known()
    for spec in hierarchy.SPECS:
        if spec.slug not in known:
            known[spec.slug] = make_authority(spec=spec, at=at)
    return list(known.values())


def _known() -> dict[str, Authority]:
    """Those of the two hierarchies that exist, by their slugs."""
    wanted = [spec.slug for spec in hierarchy.SPECS]
    return {authority.slug: authority for authority in Authority.objects.filter(slug__in=wanted).order_by("pk")}


@transaction.atomic
def make_authority(*, spec: hierarchy.AuthoritySpec, at: datetime) -> Authority:
    """Create one authority below its (existing) superior."""
    parent = Authority.objects.get(slug=spec.parent) if spec.parent else None
    made = hierarchy.make_authority(
        spec,
        parent=issuer_for(parent) if parent else None,
        organisation=profiles.STRICT_ORGANISATION if settings.BARE_ICP_SUBJECT else profiles.SIMULATED_ORGANISATION,
        portal_url=settings.PORTAL_URL,
        at=at,
    )
    authority = Authority.objects.create(
        slug=spec.slug,
        name=spec.common_name,
        parent=parent,
        certificate_pem=hierarchy.pem(made.certificate).decode(),
        sealed_key=vault.seal(hierarchy.key_pem(made.key)),
    )
    audit.record("authority.created", target=authority, at=at, by=Actor.routine("pki", at))
    return authority


def issuer_for(authority: Authority) -> Issuer:
    """The authority ready to sign."""
    return issuer_with(authority.certificate_pem)


@lru_cache(maxsize=16)
def issuer_with(certificate_pem: str) -> Issuer:
    """The authority that has this certificate, ready to sign: read, decrypted and parsed once per process."""
    authority = Authority.objects.select_related("parent").get(certificate_pem=certificate_pem)
    # Our own key: proving again that its primes are primes would take 45 ms.
    key = load_pem_private_key(vault.unseal(authority.sealed_key), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, IssuerKey):
        raise TypeError("an authority's key is EC or RSA")
    return Issuer(
        slug=authority.slug,
        policy_number=_POLICY_NUMBERS.get(authority.slug, _POLICY_NUMBERS["icp"]),
        certificate=parse(certificate_pem),
        key=key,
        chain=tuple(parse(superior.certificate_pem) for superior in lineage(authority)[1:]),
    )


def trust_store() -> trust.TrustStore:
    """Every authority of the house, parsed once per process."""
    rows = Authority.objects.order_by("pk").values_list("slug", "certificate_pem", "parent__slug")
    return store_of(tuple(rows))


def chain_pem(authority_slug: str) -> bytes:
    """The authority's certificate and those above it, in PEM; raises Authority.DoesNotExist."""
    authority = Authority.objects.select_related("parent").get(slug=authority_slug)
    return "".join(member.certificate_pem for member in lineage(authority)).encode()


def chain_of(authority_slug: str) -> tuple[x509.Certificate, ...]:
    """The authority's certificate and those above it, nearest first; raises Authority.DoesNotExist."""
    return chain_with(Authority.objects.values_list("certificate_pem", flat=True).get(slug=authority_slug))


@lru_cache(maxsize=64)
def chain_with(certificate_pem: str) -> tuple[x509.Certificate, ...]:
    """The same of the authority that has this certificate: whom it has above it never changes."""
    authority = Authority.objects.select_related("parent").get(certificate_pem=certificate_pem)
    return tuple(parse(member.certificate_pem) for member in lineage(authority))


def trusted_bundle_pem() -> bytes:
    """Every authority of the house, roots and intermediates, in PEM."""
    return "".join(Authority.objects.order_by("pk").values_list("certificate_pem", flat=True)).encode()


def server_certificate(*, hosts: list[str], at: datetime) -> hierarchy.ServerIdentity:
    """Short-lived TLS server certificates (P-256 and RSA) for `hosts`, signed by AC e-Gestor SIMULADA. Not kept."""
    authority = Authority.objects.select_related("parent").get(slug="egestor")
    return hierarchy.make_server_identity(issuer=issuer_for(authority), hosts=hosts, at=at)


@lru_cache(maxsize=256)
def parse(pem: str) -> x509.Certificate:
    """A certificate of the house from its PEM."""
    return x509.load_pem_x509_certificate(pem.encode())


@lru_cache(maxsize=8)
def store_of(rows: tuple[tuple[str, str, str | None], ...]) -> trust.TrustStore:
    """A trust store of (slug, PEM, superior's slug) rows."""
    return trust.TrustStore(trust.Authority(slug, parse(pem), parent or "") for slug, pem, parent in rows)


def lineage(authority: Authority) -> list[Authority]:
    """The authority and those above it, nearest first."""
    return [authority, *(lineage(authority.parent) if authority.parent else ())]
