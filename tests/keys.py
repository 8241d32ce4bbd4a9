"""RSA keys are slow to find: the suite finds a few of each length, all real, and then hands them out again in turn.

Two certificates of a test never share a key, unless it makes more than KEYS of them, nor does one of a test with one of
a fixture wider than it: those have keys apart. Benches find their own.
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
        self.in_test = False
        self._find = rsa.generate_private_key
        self._rings: dict[tuple[bool, int], Iterator[rsa.RSAPrivateKey]] = {}
        self._lock = threading.Lock()

    def __call__(self, public_exponent: int, key_size: int, backend: object = None) -> rsa.RSAPrivateKey:
        with self._lock:
            ring = self._rings.setdefault((self.in_test, key_size), self._ring(public_exponent, key_size))
            return next(ring)

    def _ring(self, public_exponent: int, key_size: int) -> Iterator[rsa.RSAPrivateKey]:
        found = []
        for _ in range(KEYS):
            found.append(self._find(public_exponent, key_size))
            yield found[-1]
        yield from cycle(found)


@pytest.fixture(scope="session", autouse=True)
def key_ring() -> Iterator[KeyRing]:
    """For the whole session, also for fixtures wider than a test."""
    with pytest.MonkeyPatch.context() as patch:
        ring = KeyRing()
        patch.setattr(rsa, "generate_private_key", ring)
        yield ring


@pytest.fixture(autouse=True)
def _keys_of_the_test(key_ring: KeyRing) -> Iterator[None]:
    """Fixtures wider than a test are made before this one."""
    key_ring.in_test = True
    yield
    key_ring.in_test = False
