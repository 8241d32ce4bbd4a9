"""The portal's seal (selo do portal): the certificate with which the house itself signs the papers that it issues."""

from datetime import date, datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import transaction
from django.db.models import QuerySet

from common import audit, prepared, vault
from common.actor import Actor
from pki.authority import profiles
from pki.authority.hierarchy import key_pem
from pki.authority.holders import OrganisationHolder, PersonHolder
from pki.authority.identities import SigningIdentity
from pki.models import Seal
from pki.services import locks
from pki.services.authorities import chain_of, parse
from pki.services.certificates import activate_certificate, new_key, sign_certificate

# The hierarchy that never proves who somebody is (ADR 0011).
AUTHORITY = "egestor"
_HOLDER = OrganisationHolder(
    name=profiles.SEAL_NAME,
    cnpj=profiles.REGISTRATION_AUTHORITY_CNPJ,
    responsible=PersonHolder("PESSOA DE TESTE", "52998224725", date(1980, 1, 1)),
)


def current_seal(*, at: datetime) -> SigningIdentity:
    """The seal in force in the room at `at`; made when there is none, or when the last one expired."""
    row = _in_force(at) or _make(at=at, key=new_key())
    return _identity(row.certificate.pem, bytes(row.sealed_key), row.certificate.authority.slug)


@transaction.atomic
def _make(*, at: datetime, key: rsa.RSAPrivateKey) -> Seal:
    locks.take(locks.SEALS)
    found = _in_force(at)
    if found:
        return found
    by = Actor.routine("pki", at)
    certificate, _, _ = sign_certificate(holder=_HOLDER, authority_slug=AUTHORITY, at=at, key=key, by=by)
    certificate = activate_certificate(certificate_id=certificate.pk, at=at, by=by)
    row = Seal.objects.create(certificate=certificate, sealed_key=vault.seal(key_pem(key)), created_at=at)
    audit.record("seal.created", target=row, at=at, by=by)
    return row


def _in_force(at: datetime) -> Seal | None:
    return next(iter(_newest_in_force(at=at)), None)


@prepared.composed
def _newest_in_force(at: datetime) -> QuerySet[Seal]:
    unread = [f"certificate__authority__{name}" for name in ("crl_der", "sealed_key")]
    rows = Seal.objects.in_force_at(at).select_related("certificate__authority").defer(*unread)
    return rows.order_by("-created_at", "-pk")[:1]


@lru_cache(maxsize=16)
def _identity(pem: str, sealed_key: bytes, authority_slug: str) -> SigningIdentity:
    """Read and decrypted once per process: that of a key takes longer than to sign with it."""
    key = load_pem_private_key(vault.unseal(sealed_key), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key of a seal is RSA")
    return SigningIdentity(parse(pem), key, chain_of(authority_slug))
