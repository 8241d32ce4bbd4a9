"""Encryption at rest (cifra em repouso) of private keys, containers and one-day secrets."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(plain: bytes) -> bytes:
    """Encrypt `plain` with the newest vault key."""
    return _vault(settings.SECRET_KEY, tuple(settings.VAULT_KEYS)).encrypt(plain)


def unseal(sealed: bytes | memoryview) -> bytes:
    """Decrypt what seal() produced; raises cryptography.fernet.InvalidToken when no vault key opens it."""
    return _vault(settings.SECRET_KEY, tuple(settings.VAULT_KEYS)).decrypt(bytes(sealed))


@lru_cache(maxsize=4)
def _vault(secret: str, keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys] or [Fernet(_derived_key(secret))])


def _derived_key(secret: str) -> bytes:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"ensaio vault v1").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
