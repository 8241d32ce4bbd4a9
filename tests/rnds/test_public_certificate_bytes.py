"""A public certificate with changed bytes, in the «.cer» tab and in the folder "chaves": taken or refused."""

import random
from collections.abc import Callable, Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from common.exceptions import RuleBroken
from rnds.services.key_files import check_content
from rnds.services.requests import public_certificate
from tests.factories import NOON
from tests.factories.certificates import make_pfx

pytestmark = [
    pytest.mark.django_db,
    # A changed byte may make the number of a certificate negative, of which the library warns.
    pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning"),
]
CASES = 2_000


def damaged(content: bytes, seed: str) -> Iterator[bytes]:
    chance = random.Random(seed)  # noqa: S311 -- the same copies at every run
    for _ in range(CASES):
        copy = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            copy[chance.randrange(len(copy))] = chance.randrange(256)
        yield bytes(copy)


def in_the_tab(content: bytes) -> None:
    public_certificate._check(public_certificate._parsed(content, "a.cer"), NOON)


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
@pytest.mark.parametrize("read", [in_the_tab, check_content])
def test_a_certificate_with_changed_bytes_is_taken_or_refused(
    encoding: Encoding, read: Callable[[bytes], None]
) -> None:
    whole = x509.load_pem_x509_certificate(make_pfx(at=NOON).pem.encode())
    fields = {
        refusal.field
        for case in damaged(whole.public_bytes(encoding), str(encoding))
        if (refusal := answer(read, case))
    }
    assert fields <= {"file"}


def answer(read: Callable[[bytes], None], case: bytes) -> RuleBroken | None:
    """The refusal, or nothing when it is taken; anything else is the error that must not be."""
    try:
        read(case)
    except RuleBroken as refusal:
        return refusal
    return None
