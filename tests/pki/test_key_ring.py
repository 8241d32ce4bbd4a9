"""The ring of keys of the suite: nobody's key is another's by the order of the day."""

from cryptography.hazmat.primitives.asymmetric import rsa

from pki.authority import issuing
from tests import keys


def test_no_key_of_a_test_is_one_of_a_wider_fixture(issued: issuing.Issued) -> None:
    shared = issued.certificate.public_key()
    numbers = [rsa.generate_private_key(65537, 2048).public_key() for _ in range(keys.KEYS)]
    assert shared not in numbers
    assert len({number.public_numbers() for number in numbers}) == keys.KEYS
