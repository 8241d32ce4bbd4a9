"""PNG and JPEG, read chunk by chunk."""

from __future__ import annotations

import re
import struct
import zlib

from common.uploads.refusals import damaged, refuse_second_face, two_faced

PNG_START = b"\x89PNG\r\n\x1a\n"
# A JPEG marker inside or after compressed data: FF followed by anything but stuffing, a restart or a fill byte.
_JPEG_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")


def check_png(content: bytes) -> None:
    """Every chunk whole and with its CRC, IHDR first, image data, IEND last and nothing after it."""
    refuse_second_face(content)
    names: list[bytes] = []
    position = len(PNG_START)
    while position < len(content) and names[-1:] != [b"IEND"]:
        size, name = _unpack(content, position)
        data = content[position + 4 : position + 8 + size]
        crc = content[position + 8 + size : position + 12 + size]
        if crc != struct.pack(">I", zlib.crc32(data)):
            raise damaged("uma imagem PNG")
        names.append(name)
        position += 12 + size
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or b"IDAT" not in names:
        raise damaged("uma imagem PNG")
    if position != len(content):
        raise two_faced()


def _unpack(content: bytes, position: int) -> tuple[int, bytes]:
    try:
        size, name = struct.unpack_from(">I4s", content, position)
    except struct.error:
        raise damaged("uma imagem PNG") from None
    return size, name


def check_jpeg(content: bytes) -> None:
    """Segments one after the other, at least one scan, EOI last and nothing after it."""
    refuse_second_face(content)
    position, scans = 2, 0
    while True:
        marker, position = _next_marker(content, position)
        if marker == 0xD9:  # noqa: PLR2004 -- EOI
            break
        scans += marker == 0xDA  # noqa: PLR2004 -- SOS
        size = int.from_bytes(content[position : position + 2])
        if size < 2:  # noqa: PLR2004 -- the size counts its own two bytes
            raise damaged("uma imagem JPEG")
        position += size
    if not scans:
        raise damaged("uma imagem JPEG")
    if position != len(content):
        raise two_faced()


def _next_marker(content: bytes, position: int) -> tuple[int, int]:
    found = _JPEG_MARKER.search(content, position)
    if found is None:
        raise damaged("uma imagem JPEG")
    return found[1][0], found.end()
