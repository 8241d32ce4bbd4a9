"""A text signed by a key that is held as an object: detached CMS, as `openssl cms -verify -binary` takes it. Pure."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from pki.authority.identities import SigningIdentity


def sign_statement(text: str, identity: SigningIdentity) -> bytes:
    """The signature in DER, with the certificate of who signs and the authorities above it."""
    builder = PKCS7SignatureBuilder().set_data(text.encode())
    builder = builder.add_signer(identity.certificate, identity.key, hashes.SHA256())
    for authority in identity.chain:
        builder = builder.add_certificate(authority)
    return builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
