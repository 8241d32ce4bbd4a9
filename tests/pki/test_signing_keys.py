"""Keys that sign access tokens: only the newest signs, all of them verify."""

from datetime import timedelta

import jwt
import pytest

from pki import services
from pki.models import SigningKey
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def test_the_first_key_is_made_when_asked_for() -> None:
    pair = services.current_signing_key(at=NOON)
    assert pair.kid.startswith("rnds auth ")
    assert pair.key.key_size == 2048
    assert services.current_signing_key(at=NOON + timedelta(days=1)).kid == pair.kid
    assert SigningKey.objects.count() == 1


def test_what_the_newest_key_signs_the_published_keys_verify() -> None:
    old = services.current_signing_key(at=NOON)
    services.rotate_signing_key(at=NOON + timedelta(days=1))
    new = services.current_signing_key(at=NOON + timedelta(days=1))
    assert new.kid != old.kid
    published = jwt.PyJWKSet.from_dict(services.public_jwks())
    assert [key.key_id for key in published.keys] == [new.kid, old.kid]
    for pair in (old, new):
        token = jwt.encode({"sub": "x"}, pair.key, algorithm="RS256", headers={"kid": pair.kid})
        assert jwt.decode(token, published[pair.kid], algorithms=["RS256"]) == {"sub": "x"}


def test_nothing_private_is_published() -> None:
    services.current_signing_key(at=NOON)
    (key,) = services.public_jwks()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
    assert (key["kty"], key["use"], key["alg"], key["e"]) == ("RSA", "sig", "RS256", "AQAB")
