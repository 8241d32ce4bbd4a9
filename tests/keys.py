"""RSA keys are slow to find: the suite finds a few of each length, all real, and then hands them out again in turn.

Two certificates of a test never share a key, unless it makes more than KEYS of them. Benches find their own.
"""

import threading
from collections.abc import Iterator
from itertools import cycle

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

KEYS = 24


class KeyRing:
    """Stands for `rsa.generate_private_key`."""

    def __init__(self) -> None:
        self._find = rsa.generate_private_key
        self._rings: dict[int, Iterator[rsa.RSAPrivateKey]] = {}
        self._lock = threading.Lock()

    def __call__(self, public_exponent: int, key_size: int, backend: object = None) -> rsa.RSAPrivateKey:
        with self._lock:
            ring = self._rings.setdefault(key_size, self._ring(public_exponent, key_size))
            return next(ring)

    def _ring(self, public_exponent: int, key_size: int) -> Iterator[rsa.RSAPrivateKey]:
        found = []
        for _ in range(KEYS):
            found.append(self._find(public_exponent, key_size))
            yield found[-1]
        yield from cycle(found)


@pytest.fixture(scope="session", autouse=True)
def key_ring() -> Iterator[None]:
    """For the whole session, also for fixtures wider than a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rsa, "generate_private_key", KeyRing())
        yield
