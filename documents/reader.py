"""What the signatures of a stranger's PDF say. Run apart (common.apart): roots and PDF go in, JSON comes out.

It runs in a process of its own, with limits, as every hostile PDF does (common/uploads/pdf_reader.py): the input is the
length of the PEM of our authorities in eight octets, the PEM, and the PDF. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf
from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

LENGTH_OCTETS = 8
MOST_SIGNATURES = 20
# The proof that a paper is in the receipts log (documents.log.proof), as it is called inside of it.
ATTACHMENT = "registro-de-recibos.json"
_MOST_PAGES = 200
_MOST_PROOF = 256 * 1024
CPU_SECONDS = 10
_MEMORY = 1024 * 1024 * 1024
_CODES = re.compile(rb"Ensaio (\d{10}) CRC ([0-9A-F]{8})")
_UNREADABLE = (PdfError, PdfReadError, SigningError, ValueError, KeyError, TypeError, RecursionError, IndexError)


def main() -> int:
    _limit()
    given = sys.stdin.buffer.read()
    end = LENGTH_OCTETS + int.from_bytes(given[:LENGTH_OCTETS], "big")
    json.dump(read(given[end:], given[LENGTH_OCTETS:end]), sys.stdout)
    return 0


def read(content: bytes, authorities: bytes) -> dict[str, Any]:
    """What a PDF says: `problem` is "", "encrypted" or "damaged".

    Else the codes printed in it, the proof that it is in the receipts log, its revisions, and each signature in order.
    """
    try:
        reader = PdfFileReader(io.BytesIO(content))
        if reader.encrypted:
            return {"problem": "encrypted"}
        blocks = pem.unarmor(authorities, multiple=True) if authorities else ()
        known = [x509.Certificate.load(der) for _, _, der in blocks]
        found = [_read_one(signature, known) for signature in reader.embedded_regular_signatures[:MOST_SIGNATURES]]
        codes, proof = _written(content)
        return {
            "problem": "",
            "codes": codes,
            "proof": proof,
            "revisions": reader.xrefs.total_revisions,
            "signatures": found,
        }
    except (*_UNREADABLE, AttributeError):
        return {"problem": "damaged"}


def _common_name(name: x509.Name) -> str:
    return str(name.native.get("common_name", "sem nome"))


def _read_one(signature: Any, known: list[x509.Certificate]) -> dict[str, Any]:
    """One signature: whether its bytes are those signed, whether more was added that is no signature, and by whom."""
    written = signature.sig_object
    facts = {
        "name": str(written.get("/Name", "")),
        "location": str(written.get("/Location", "")),
        "signer": _common_name(signature.signer_cert.subject),
        "issuer": _common_name(signature.signer_cert.issuer),
        "certificate": signature.signer_cert.sha256.hex(),
        "revision": signature.signed_revision + 1,
        "at": "",
        "is_intact": False,
        "is_last_word": False,
        "is_trusted": False,
    }
    at = signature.self_reported_timestamp
    context = ValidationContext(
        trust_roots=[authority for authority in known if authority.self_signed != "no"],
        other_certs=known,
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=at,
    )
    try:
        status = validate_pdf_signature(signature, context)
    except (SignatureValidationError, *_UNREADABLE):
        return facts
    changed = status.modification_level is not None and status.modification_level >= ModificationLevel.OTHER
    return facts | {
        "at": at.isoformat() if at else "",
        "is_intact": bool(status.intact and status.valid and not changed),
        "is_last_word": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "is_trusted": bool(status.trusted),
    }


def _written(content: bytes) -> tuple[list[str], str]:
    """The first code and CRC that a sheet bears as we write them, and our attachment; empty texts for what is not."""
    codes, proof = ["", ""], ""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if ATTACHMENT in document.attachments:
                proof = document.attachments[ATTACHMENT].get_file().read_bytes()[:_MOST_PROOF].decode()
            for written in _streams(document):
                found = _CODES.search(written)
                if found:
                    codes = [found[1].decode(), found[2].decode()]
                    break
    except (pikepdf.PdfError, pikepdf.DataDecodingError, *_UNREADABLE):
        pass
    return codes, proof


def _streams(document: pikepdf.Pdf) -> Iterator[bytes]:
    """The text of each page, the last one first: there the foot is."""
    for page in list(reversed(document.pages))[:_MOST_PAGES]:
        contents = page.obj.get("/Contents")
        if contents is None:
            continue
        for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
            yield stream.read_bytes()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
