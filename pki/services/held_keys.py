"""The key on a medium as an object, for who has just opened it with its PIN and signs a paper with it."""

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from common import vault
from pki.authority.identities import SigningIdentity
from pki.models import Medium
from pki.services.authorities import chain_of, parse


def held_identity(*, medium_id: int) -> SigningIdentity:
    """The certificate, key and authorities of a medium; the caller has tried the PIN and was let in."""
    medium = Medium.objects.select_related("certificate__authority").get(pk=medium_id)
    key = load_pem_private_key(vault.unseal(medium.sealed_key or b""), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key of a medium is RSA")
    certificate = medium.certificate
    return SigningIdentity(parse(certificate.pem), key, chain_of(certificate.authority.slug))
