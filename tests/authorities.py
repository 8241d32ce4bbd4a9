"""Keys of the simulated authorities: made once for each authority and session, because a key takes up to a second."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pki.authority import hierarchy

_BITS = 2048
# Not from the ring of keys: two authorities never share one.
_find = rsa.generate_private_key
_made: dict[tuple[str, str], rsa.RSAPrivateKey] = {}
_set = ["usual"]


def _kept_key(spec: hierarchy.AuthoritySpec) -> rsa.RSAPrivateKey:
    name = (_set[0], spec.slug)
    if name not in _made:
        _made[name] = _find(65537, _BITS)
    return _made[name]


@contextmanager
def other_keys() -> Iterator[None]:
    """Inside, an authority of the same name gets another key than outside."""
    before, _set[0] = _set[0], "other"
    try:
        yield
    finally:
        _set[0] = before


@pytest.fixture(scope="session", autouse=True)
def _kept_authority_keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hierarchy, "new_key", _kept_key)
        yield
