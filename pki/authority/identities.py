"""Somebody ready to sign: a certificate, its key held as an object, and the authorities above."""

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass(frozen=True)
class SigningIdentity:
    """A certificate with its private key; `chain` goes from its authority up to the root."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()
