"""The simulated authorities of the tests: each key and each certificate is made once for each session.

A key takes up to a second. A certificate takes milliseconds, but most tests of papers and credentials want four, and
all stand at the same instant: what a process has read of one (`issuer_with`) then serves to the next test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pki.authority import hierarchy
from pki.authority.issuing import Issuer
from tests.keys import PUBLIC_EXPONENT, SharedKeys

_BITS = 2048
# Not from the ring of keys: two authorities never share one.
_find = partial(rsa.generate_private_key, PUBLIC_EXPONENT, _BITS)
_set = ["usual"]


_make_authority = hierarchy.make_authority


@lru_cache(maxsize=64)
def _make_once(key_set: str, spec: hierarchy.AuthoritySpec, **given: Any) -> Issuer:
    return _make_authority(spec, **given)


def _kept_authority(spec: hierarchy.AuthoritySpec, **given: Any) -> Issuer:
    return _make_once(_set[0], spec, **given)


@contextmanager
def other_keys() -> Iterator[None]:
    """Inside, an authority of the same name gets another key than outside."""
    before, _set[0] = _set[0], "other"
    try:
        yield
    finally:
        _set[0] = before


@pytest.fixture(scope="session", autouse=True)
def _kept_authorities(shared_keys: SharedKeys) -> Iterator[None]:
    @cache
    def kept_key(key_set: str, slug: str) -> rsa.RSAPrivateKey:
        return shared_keys.key(f"{key_set}-{slug}", _find)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hierarchy, "new_key", lambda spec: kept_key(_set[0], spec.slug))
        patch.setattr(hierarchy, "make_authority", _kept_authority)
        yield
