"""The token of the bus (OSB) that opens the CADSUS: what it says, and whoever shows it as an actor."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from common import documents
from common.actor import Actor, Office
from interop.bearers import SYSTEM, NotAuthenticated, reads
from interop.calls import Call
from pki import services as pki
from rooms import worlds

PROOF = "bearer"
EXPIRED = "O token venceu: ele vale 30 minutos. Peça outro em /api/osb/token."
FOREIGN = "O token é de outro serviço ou de outra sala: peça um em /api/osb/token, no endereço desta sala."
BROKEN = "O token não é um JWT assinado por este simulador, ou foi alterado."


def audience() -> str:
    """What the token is for: this service, in this room as it is since it was last begun."""
    world = worlds.current()
    return f"osb:{world.code}/{world.generation}" if world else "osb:"


@reads("jwt")
@reads("bearer")
def actor_of(call: Call, token: str) -> Actor:
    """Whoever shows the token, while it is valid in real time; it opens what it says. Raises NotAuthenticated."""
    call.token = token
    claims = _verified(token, call)
    offices = (Office(kind=SYSTEM, role=call.fingerprint),)
    return Actor(at=call.at, proof=PROOF, system=_named(claims), read_offices=lambda: offices)


def _named(claims: dict[str, Any]) -> str:
    """How the trail and the log of the registry name a system, without its whole document."""
    if claims.get("requester_id"):
        return f"RNDS {claims['requester_id']}"
    holder = str(claims["sub"])
    return documents.mask_cpf(holder) if len(holder) == documents.CPF_LENGTH else documents.mask_cnpj(holder)


def _verified(token: str, call: Call) -> dict[str, Any]:
    """What a good token says. The log shows the call to who has its certificate, also when the token is over."""
    try:
        claims = _read(token, audience())
    except jwt.InvalidAudienceError as error:
        # The signature was good: that is verified first.
        call.fingerprint = str(jwt.decode(token, options={"verify_signature": False}).get("cert_sha256", ""))[:64]
        raise NotAuthenticated(FOREIGN) from error
    except (jwt.PyJWTError, LookupError) as error:
        raise NotAuthenticated(BROKEN) from error
    call.fingerprint = str(claims["cert_sha256"])
    if not int(claims["iat"]) <= call.real_at.timestamp() < int(claims["exp"]):
        raise NotAuthenticated(EXPIRED)
    return claims


@lru_cache(maxsize=512)
def _read(token: str, room: str) -> dict[str, Any]:
    """What a token says, its signature verified once: the same octets are always as well signed. Raises PyJWTError."""
    kid = str(jwt.get_unverified_header(token).get("kid", ""))
    claims: dict[str, Any] = jwt.decode(token, _key(room, kid), algorithms=["RS256"], audience=room, options=_OPTIONS)
    return claims


# When it is valid is asked at the instant of the call, and not of the library's clock.
_OPTIONS: Any = {"require": ["exp", "iat", "aud", "cert_sha256"], "verify_exp": False, "verify_iat": False}


@lru_cache(maxsize=64)
def _key(room: str, kid: str) -> rsa.RSAPublicKey:
    """The public key of that name in this room, read once by the process. Raises LookupError."""
    return pki.verifying_key(kid=kid)
