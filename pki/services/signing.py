"""The keys that sign access tokens, published as JWKS."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import transaction
from jwt.algorithms import RSAAlgorithm

from common import audit, vault
from common.actor import Actor
from pki.authority.hierarchy import key_pem
from pki.models import SigningKey
from pki.services import locks


@dataclass(frozen=True)
class SigningPair:
    """The key that signs now and its name in the JWT header."""

    kid: str
    key: rsa.RSAPrivateKey = field(repr=False)


def current_signing_key(*, at: datetime) -> SigningPair:
    """The newest signing key; the first is made when there is none."""
    row = SigningKey.objects.order_by("-created_at", "-pk").first() or _first_key(at=at)
    return SigningPair(row.kid, _key(bytes(row.sealed_key)))


@transaction.atomic
def rotate_signing_key(*, at: datetime, by: Actor | None = None) -> SigningKey:
    """Make a new signing key; the older ones stay published, to verify what they signed."""
    key = rsa.generate_private_key(65537, 2048)
    row = SigningKey.objects.create(
        kid=f"rnds auth {at:%Y%m%d}-{secrets.token_hex(4)}", sealed_key=vault.seal(key_pem(key)), created_at=at
    )
    audit.record("signing_key.created", target=row, at=at, by=by or Actor.routine("pki", at))
    return row


def verifying_key(*, kid: str) -> rsa.RSAPublicKey:
    """The public part of the signing key of that name. Raises LookupError."""
    row = SigningKey.objects.filter(kid=kid).first()
    if row is None:
        raise LookupError(kid)
    return _key(bytes(row.sealed_key)).public_key()


def public_jwks() -> dict[str, Any]:
    """Every public signing key (JWKS, RFC 7517), newest first."""
    rows = SigningKey.objects.order_by("-created_at", "-pk")
    return {"keys": [_public(row.kid, bytes(row.sealed_key)) for row in rows]}


@transaction.atomic
def _first_key(*, at: datetime) -> SigningKey:
    locks.take(locks.SIGNING_KEYS)
    return SigningKey.objects.order_by("-created_at", "-pk").first() or rotate_signing_key(at=at)


@lru_cache(maxsize=16)
def _key(sealed: bytes) -> rsa.RSAPrivateKey:
    # Our own key, as an authority's: its primes were proven when it was found.
    key = load_pem_private_key(vault.unseal(sealed), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("a signing key is RSA")
    return key


def _public(kid: str, sealed: bytes) -> dict[str, Any]:
    jwk: dict[str, Any] = RSAAlgorithm.to_jwk(_key(sealed).public_key(), as_dict=True)
    return {"kty": jwk["kty"], "n": jwk["n"], "e": jwk["e"], "kid": kid, "use": "sig", "alg": "RS256"}
