"""Files for the tests of attachments: good ones as ordinary programs write them, and hostile ones."""

import hashlib
import io
import struct
import zipfile
import zlib

from PIL import Image
from reportlab.pdfgen import canvas

EXE = b"MZ\x90\x00" + b"\x00" * 60 + b"This program cannot be run in DOS mode."
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def pdf(text: str = "Anexo I") -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawString(100, 700, text)
    page.save()
    return out.getvalue()


def image(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, form, **options)
    return out.getvalue()


def png() -> bytes:
    return image("PNG")


def jpeg() -> bytes:
    return image("JPEG")


def zipped(files: dict[str, bytes] | None = None, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in (files or {"declaracao.ops": b"dados da declaracao"}).items():
            archive.writestr(name, content)
    return out.getvalue()


def zip_with_link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("atalho")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def encrypted_zip() -> bytes:
    """Says in both headers that its entry has a password."""
    content = bytearray(zipped())
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(start) + flags
        content[at] |= 1
    return bytes(content)


def incompressible(size: int) -> bytes:
    return b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(size // 32))


def lying_zip(real: int, declared: int) -> bytes:
    """Declares `declared` bytes and holds `real` zeros."""
    content = bytearray(zipped({"a.ops": b"\x00" * real}))
    for start, size in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(start) + size
        content[at : at + 4] = struct.pack("<I", declared)
    return bytes(content)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
