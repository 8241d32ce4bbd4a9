"""The key on a medium as an object, for who has just opened it with its PIN and signs a paper with it."""

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from common import vault
from pki.authority.identities import SigningIdentity
from pki.models import Medium
from pki.services.authorities import chain_with, parse


def held_identity(*, medium: Medium) -> SigningIdentity:
    """The certificate, key and authorities of a medium; the caller has tried the PIN and was let in.

    The key is one that the house made and sealed itself: it is not examined anew, which takes longer than signing.
    Raises ValueError when it is no longer that of the certificate.
    """
    sealed = vault.unseal(medium.sealed_key or b"")
    key = load_pem_private_key(sealed, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key of a medium is RSA")
    certificate = parse(medium.certificate.pem)
    if key.public_key() != certificate.public_key():
        raise ValueError("the key is not that of the certificate")
    return SigningIdentity(certificate, key, chain_with(medium.certificate.authority.certificate_pem))
