"""What a file really is, told by its content and never by its name. Pure functions; refusals are RuleBroken."""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import PurePosixPath

from common.exceptions import RuleBroken
from common.text import UNWELCOME, has_unwelcome_characters

MAX_BYTES = 10 * 1024 * 1024
MAX_NAME = 100
MAX_ENTRIES = 50
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 200
# A ratio says nothing about a small file: thousand zeros shrink to a dozen bytes.
RATIO_FROM = 1024 * 1024
_CHUNK = 64 * 1024


class FileType(StrEnum):
    """Accepted types; the value is the media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    ZIP = "application/zip"

    @property
    def suffix(self) -> str:
        return {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "application/zip": ".zip"}[self]


DOCUMENTS = (FileType.PDF, FileType.PNG, FileType.JPEG)
ARCHIVES = (FileType.ZIP,)
_SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".zip"})
# What scanners and old programs leave after the end of a PDF.
_PADDING = b"\x00\t\n\x0c\r "
_PNG_START = b"\x89PNG\r\n\x1a\n"
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
# A JPEG marker inside or after compressed data: FF followed by anything but stuffing, a restart or a fill byte.
_JPEG_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_PROGRAM_STARTS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xfe\xed\xfa",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"\xd0\xcf\x11\xe0",
)
_OTHER_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
# fmt: off
_PROGRAM_SUFFIXES = frozenset({
    ".app", ".apk", ".bat", ".cmd", ".com", ".cpl", ".dll", ".exe", ".hta", ".html", ".htm", ".iso", ".jar",
    ".js", ".jse", ".lnk", ".msi", ".php", ".pif", ".ps1", ".py", ".reg", ".scr", ".sh", ".svg", ".vb",
    ".vbe", ".vbs", ".wsf", ".xhtml",
})
# fmt: on


def inspect(content: bytes, *, accept: Iterable[FileType]) -> FileType:
    """The type of `content`. Raises RuleBroken (field "file") when empty, large, malformed or not in `accept`."""
    if not content:
        raise _refusal("O arquivo está vazio.", "empty_file")
    if len(content) > MAX_BYTES:
        raise _refusal("O arquivo tem mais de 10 MB. Reduza a resolução ou divida-o.", "file_too_large")
    accepted = tuple(accept)
    found = next((kind for start, kind in _STARTS if content.startswith(start)), None)
    if found is None or found not in accepted:
        raise _not_accepted(accepted)
    _CHECKS[found](content)
    return found


def clean_name(name: str, kind: FileType) -> str:
    """A name that is safe to store and show: no folder, control or bidi characters, and the suffix of its type."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in base if unicodedata.category(c) not in UNWELCOME and c not in ':*?"<>|;%')
    path = PurePosixPath(" ".join(visible.split()).strip(". ") or "arquivo")
    stem = path.stem if path.suffix.lower() in _SUFFIXES else path.name
    return f"{stem[:MAX_NAME].strip('. ') or 'arquivo'}{kind.suffix}"


def _refusal(message: str, code: str) -> RuleBroken:
    return RuleBroken(message, code=code, field="file")


def _not_accepted(accepted: tuple[FileType, ...]) -> RuleBroken:
    if accepted == ARCHIVES:
        return _refusal("O conteúdo não é de um arquivo .zip. Compacte o arquivo e envie de novo.", "file_type")
    return _refusal(
        "Tipo de arquivo não aceito: envie PDF, PNG ou JPEG. Vale o conteúdo do arquivo, não o nome.", "file_type"
    )


def _damaged(what: str) -> RuleBroken:
    return _refusal(f"O arquivo parece {what}, mas está incompleto ou danificado. Gere-o de novo.", "file_damaged")


def _two_faced() -> RuleBroken:
    return _refusal("O arquivo traz outro conteúdo dentro ou depois dele. Gere-o de novo, sozinho.", "file_polyglot")


def _check_pdf(content: bytes) -> None:
    """Header, a cross-reference where the trailer says, nothing after the last %%EOF, nothing that runs."""
    _refuse_second_face(content)
    end = content.rfind(b"%%EOF")
    if end < 0 or content[end + 5 :].strip(_PADDING):
        raise _damaged("um PDF") if end < 0 else _two_faced()
    pointer = re.search(rb"startxref\s+(\d{1,10})\s*$", content[max(0, end - 64) : end])
    if pointer is None or not re.match(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)", content[int(pointer[1]) :][:64]):
        raise _damaged("um PDF")
    if _ACTIVE_PDF.search(content):
        raise _refusal("O PDF traz programa ou arquivo embutido. Imprima-o de novo como PDF simples.", "file_active")


def _check_png(content: bytes) -> None:
    """Every chunk whole and with its CRC, IHDR first, image data, IEND last and nothing after it."""
    _refuse_second_face(content)
    names: list[bytes] = []
    position = len(_PNG_START)
    while position < len(content) and names[-1:] != [b"IEND"]:
        size, name = _unpack(content, position)
        data = content[position + 4 : position + 8 + size]
        crc = content[position + 8 + size : position + 12 + size]
        if crc != struct.pack(">I", zlib.crc32(data)):
            raise _damaged("uma imagem PNG")
        names.append(name)
        position += 12 + size
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or b"IDAT" not in names:
        raise _damaged("uma imagem PNG")
    if position != len(content):
        raise _two_faced()


def _unpack(content: bytes, position: int) -> tuple[int, bytes]:
    try:
        size, name = struct.unpack_from(">I4s", content, position)
    except struct.error:
        raise _damaged("uma imagem PNG") from None
    return size, name


def _check_jpeg(content: bytes) -> None:
    """Segments one after the other, at least one scan, EOI last and nothing after it."""
    _refuse_second_face(content)
    position, scans = 2, 0
    while True:
        marker, position = _next_marker(content, position)
        if marker == 0xD9:  # noqa: PLR2004 -- EOI
            break
        scans += marker == 0xDA  # noqa: PLR2004 -- SOS
        size = int.from_bytes(content[position : position + 2])
        if size < 2:  # noqa: PLR2004 -- the size counts its own two bytes
            raise _damaged("uma imagem JPEG")
        position += size
    if not scans:
        raise _damaged("uma imagem JPEG")
    if position != len(content):
        raise _two_faced()


def _next_marker(content: bytes, position: int) -> tuple[int, int]:
    found = _JPEG_MARKER.search(content, position)
    if found is None:
        raise _damaged("uma imagem JPEG")
    return found[1][0], found.end()


def _refuse_second_face(content: bytes) -> None:
    """A document that a browser would read as a page, or that is an archive or a program as well."""
    if _MARKUP.search(content[:1024]) or zipfile.is_zipfile(io.BytesIO(content)):
        raise _two_faced()


class _Budget:
    """What an archive may still unpack, shared with the archive inside it."""

    def __init__(self) -> None:
        self.entries, self.unpacked = 0, 0

    def take_entry(self) -> None:
        self.entries += 1
        if self.entries > MAX_ENTRIES:
            raise _refusal(f"O arquivo compactado tem mais de {MAX_ENTRIES} itens.", "zip_entries")

    def take_bytes(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > MAX_UNPACKED:
            raise _refusal("O conteúdo descompactado passa de 50 MB.", "zip_size")


def _check_zip(content: bytes) -> None:
    _check_archive(content, _Budget(), nested=False)


def _check_archive(content: bytes, budget: _Budget, *, nested: bool) -> None:
    """Every entry is really unpacked, within the budget; one archive inside (the .opsz) is looked into as well."""
    if not content.startswith(b"PK\x03\x04"):
        raise _refusal("O arquivo compactado está vazio ou não é um ZIP válido.", "zip_invalid")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive, budget)
            for entry in archive.infolist():
                if not entry.is_dir():
                    _check_entry(archive, entry, budget, nested=nested)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError):
        raise _refusal("O arquivo compactado está incompleto ou danificado.", "zip_invalid") from None


def _check_directory(archive: zipfile.ZipFile, budget: _Budget) -> None:
    """Names and declared sizes, before anything is unpacked."""
    names = [entry.filename for entry in archive.infolist()]
    if not any(not name.endswith("/") for name in names):
        raise _refusal("O arquivo compactado está vazio ou não é um ZIP válido.", "zip_invalid")
    for entry in archive.infolist():
        budget.take_entry()
        if _is_bad_name(entry) or names.count(entry.filename) > 1:
            raise _refusal("O arquivo compactado tem um item com nome inválido.", "zip_name")
        if entry.flag_bits & 0x1:
            raise _refusal("O arquivo compactado tem senha. Envie-o sem senha.", "zip_encrypted")
        if entry.file_size > max(RATIO_FROM, MAX_RATIO * entry.compress_size):
            raise _refusal("O arquivo compactado cresce demais ao abrir e não foi aceito.", "zip_ratio")


def _is_bad_name(entry: zipfile.ZipInfo) -> bool:
    """Paths that leave the folder, drives, links, and characters that no name has (zipfile stops at NUL)."""
    original = getattr(entry, "orig_filename", entry.filename)
    parts = entry.filename.rstrip("/").split("/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_odd = has_unwelcome_characters(original) or "\\" in original or ":" in original
    return is_link or is_odd or any(part in {"", ".", ".."} for part in parts)


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget, *, nested: bool) -> None:
    inside = b"".join(_unpacked(archive, entry, budget))
    is_program = PurePosixPath(entry.filename).suffix.lower() in _PROGRAM_SUFFIXES
    if is_program or inside.startswith(_PROGRAM_STARTS):
        raise _refusal("O arquivo compactado traz um programa. Envie só o arquivo da declaração.", "zip_program")
    if inside.startswith(_OTHER_ARCHIVES) or (nested and inside.startswith(b"PK")):
        raise _refusal("O arquivo compactado traz outro dentro. Envie só o arquivo da declaração.", "zip_nested")
    if inside.startswith(b"PK"):
        _check_archive(inside, budget, nested=True)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            budget.take_bytes(len(chunk))
            yield chunk


_STARTS = (
    (b"%PDF-", FileType.PDF),
    (_PNG_START, FileType.PNG),
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"PK\x03\x04", FileType.ZIP),
)
_CHECKS = {FileType.PDF: _check_pdf, FileType.PNG: _check_png, FileType.JPEG: _check_jpeg, FileType.ZIP: _check_zip}
