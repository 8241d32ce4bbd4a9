"""Checkpoints (pontos de controle): size and root of a log at an instant, signed by the seal of its portal."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

from pki.authority.identities import SigningIdentity
from pki.authority.profiles import SEAL_NAME

FORMAT = "ensaio-registro/1"


@dataclass(frozen=True)
class Checkpoint:
    """`log` names one log for good, `address` the portal that keeps it; `at` is the real instant."""

    log: str
    address: str
    size: int
    root: bytes
    at: datetime
    signature: bytes = b""
    # That of the seal, then the authorities above it.
    certificates: tuple[str, ...] = ()

    @property
    def text(self) -> bytes:
        """What is signed."""
        lines = (FORMAT, self.address, self.log, str(self.size), b64encode(self.root).decode(), self.at.isoformat())
        return "".join(f"{line}\n" for line in lines).encode()

    def as_dict(self) -> dict[str, Any]:
        return {
            "log": self.log,
            "address": self.address,
            "size": self.size,
            "root": b64encode(self.root).decode(),
            "at": self.at.isoformat(),
            "signature": b64encode(self.signature).decode(),
            "certificates": list(self.certificates),
        }


def from_dict(given: dict[str, Any]) -> Checkpoint:
    """Raises KeyError, TypeError or ValueError for what is none."""
    return Checkpoint(
        log=str(given["log"]),
        address=str(given["address"]),
        size=int(given["size"]),
        root=b64decode(given["root"], validate=True),
        at=datetime.fromisoformat(given["at"]),
        signature=b64decode(given["signature"], validate=True),
        certificates=tuple(str(pem) for pem in given["certificates"]),
    )


def signature_of(checkpoint: Checkpoint, identity: SigningIdentity) -> bytes:
    return identity.key.sign(checkpoint.text, PKCS1v15(), hashes.SHA256())


def is_signed(checkpoint: Checkpoint) -> bool:
    """Whether the certificate that it brings is that of a seal, in force then, and signed it."""
    try:
        seal = _parsed(checkpoint)[0]
        key = seal.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        key.verify(checkpoint.signature, checkpoint.text, PKCS1v15(), hashes.SHA256())
        name = str(seal.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        return (
            name.startswith(f"{SEAL_NAME}:") and seal.not_valid_before_utc <= checkpoint.at < seal.not_valid_after_utc
        )
    except (InvalidSignature, ValueError, IndexError, TypeError):
        return False


def ends_in(checkpoint: Checkpoint, roots: Sequence[x509.Certificate]) -> bool:
    """Whether its certificates lead, each to the next, to one of the roots."""
    try:
        path = _parsed(checkpoint)
        for below, above in pairwise(path):
            below.verify_directly_issued_by(above)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return bool(path) and path[-1] in roots


def _parsed(checkpoint: Checkpoint) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates("".join(checkpoint.certificates).encode())
