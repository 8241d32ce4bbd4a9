"""RSA keys are slow to find: the suite finds a few of each length, all real, and then hands them out again in turn.

Two certificates of a test never share a key, unless it makes more than KEYS of them, nor does one of a test with one of
a fixture wider than it: those have keys apart. The workers of a session share what one of them found. Benches find
their own.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

KEYS = 24
PUBLIC_EXPONENT = 65537
_find = rsa.generate_private_key


class SharedKeys:
    """Keys by name, in a folder of the whole session: the first worker that wants one finds it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)

    def key(self, name: str, find: Callable[[], rsa.RSAPrivateKey]) -> rsa.RSAPrivateKey:
        file = self._folder / f"{name}.der"
        if not file.exists():
            own = file.with_suffix(f".{os.getpid()}")
            own.write_bytes(find().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
            # Whoever comes second takes the key of the first.
            with suppress(FileExistsError):
                file.hardlink_to(own)
        # To check the numbers anew takes as long as to find others; they come from here.
        kept = load_der_private_key(file.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(kept, rsa.RSAPrivateKey)
        return kept


@pytest.fixture(scope="session")
def shared_keys(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SharedKeys:
    own = tmp_path_factory.getbasetemp()
    return SharedKeys((own.parent if hasattr(request.config, "workerinput") else own) / "keys")


class KeyRing:
    """Stands for `rsa.generate_private_key`."""

    def __init__(self, shared: SharedKeys) -> None:
        self.in_test = False
        self._shared = shared
        self._rings: dict[tuple[bool, int], Iterator[rsa.RSAPrivateKey]] = {}
        self._lock = threading.Lock()

    def __call__(self, public_exponent: int, key_size: int, backend: object = None) -> rsa.RSAPrivateKey:
        assert public_exponent == PUBLIC_EXPONENT
        with self._lock:
            return next(self._rings.setdefault((self.in_test, key_size), self._ring(self.in_test, key_size)))

    def _ring(self, in_test: bool, key_size: int) -> Iterator[rsa.RSAPrivateKey]:
        found = []
        for number in range(KEYS):
            name = f"{'test' if in_test else 'wider'}-{key_size}-{number}"
            found.append(self._shared.key(name, partial(_find, PUBLIC_EXPONENT, key_size)))
            yield found[-1]
        yield from cycle(found)


@pytest.fixture(scope="session", autouse=True)
def key_ring(shared_keys: SharedKeys) -> Iterator[KeyRing]:
    """For the whole session, also for fixtures wider than a test."""
    with pytest.MonkeyPatch.context() as patch:
        ring = KeyRing(shared_keys)
        patch.setattr(rsa, "generate_private_key", ring)
        yield ring


@pytest.fixture(autouse=True)
def _keys_of_the_test(key_ring: KeyRing) -> Iterator[None]:
    """Fixtures wider than a test are made before this one."""
    key_ring.in_test = True
    yield
    key_ring.in_test = False
