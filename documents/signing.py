"""PAdES-B signatures by a key that is held as an object: the certificate's key is parsed once, not at each signature.

The signing time is the real one, as that of every X.509 matter; the stripe that people read says the room's. No policy
of the ICP-Brasil is named: nothing here is one of its signatures.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.reader import ATTACHMENT
from pki.authority.identities import SigningIdentity

REASON = "SIMULADO – SEM VALOR LEGAL"
_WHOLE_BOX = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(0, 0, 0, 0))


def sign(
    content: bytes,
    *,
    identity: SigningIdentity,
    position: int,
    box: tuple[int, int, int, int],
    stripe: bytes,
    name: str,
    location: str,
    attached: bytes | None = None,
) -> bytes:
    """Add the signature number `position` (from 0) as one more revision, seen on the last sheet as `stripe`.

    What is `attached` (the proof that the paper is in the receipts log) is added with it, and signed by it.
    """
    field = f"Assinatura{position + 1}"
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=REASON,
        location=location,
        name=name,
    )
    signer = PdfSigner(
        metadata,
        signer=_signer(identity),
        stamp_style=StaticStampStyle(background=_Picture(stripe), background_layout=_WHOLE_BOX, border_width=0),
        new_field_spec=SigFieldSpec(field, on_page=-1, box=box),
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    if attached is not None:
        _attach(writer, attached)
    # The library runs an event loop of its own, which a thread that has one already cannot.
    with ThreadPoolExecutor(max_workers=1) as apart:
        signed = apart.submit(signer.sign_pdf, writer).result()
    return bytes(signed.getbuffer())


def _attach(writer: IncrementalPdfFileWriter, content: bytes) -> None:
    embedded = EmbeddedFileObject.from_file_data(writer, data=content, mime_type="application/json")
    embed_file(writer, FileSpec(file_spec_string=ATTACHMENT, file_name=ATTACHMENT, embedded_data=embedded))


class _HeldKey(Signer):
    """Signs with the key object that it is given."""

    def __init__(self, identity: SigningIdentity) -> None:
        authorities = [_as_asn1(authority) for authority in identity.chain]
        store = SimpleCertificateStore.from_certs(authorities)  # type: ignore[no-untyped-call] # of the library
        super().__init__(signing_cert=_as_asn1(identity.certificate), cert_registry=store)
        self._key = identity.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self._key.key_size // 8)
        return self._key.sign(data, PKCS1v15(), hashes.SHA256())


class _Picture(PdfContent):
    """The only page of a small PDF, as the appearance of a signature."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Stripe"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Stripe Do"


@lru_cache(maxsize=16)
def _signer(identity: SigningIdentity) -> _HeldKey:
    return _HeldKey(identity)


@lru_cache(maxsize=256)
def _as_asn1(certificate: Any) -> x509.Certificate:
    """As the library reads it, once per process: a key that was just opened makes a signer of its own each time."""
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
