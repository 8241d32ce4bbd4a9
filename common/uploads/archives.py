"""ZIP archives: every entry is really unpacked, within a budget."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from common.exceptions import RuleBroken
from common.text import has_unwelcome_characters
from common.uploads.refusals import refusal

MAX_ENTRIES = 50
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 200
# A ratio says nothing about a small file: thousand zeros shrink to a dozen bytes.
RATIO_FROM = 1024 * 1024
_CHUNK = 64 * 1024
# What every system opens; the others (BZIP2, LZMA, Deflate64…) have parsers of their own.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
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


class _Budget:
    """What an archive may still unpack, shared with the archive inside it."""

    def __init__(self) -> None:
        self.entries, self.unpacked = 0, 0

    def take_entry(self) -> None:
        self.entries += 1
        if self.entries > MAX_ENTRIES:
            raise refusal(f"O arquivo compactado tem mais de {MAX_ENTRIES} itens.", "zip_entries")

    def take_bytes(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > MAX_UNPACKED:
            raise refusal("O conteúdo descompactado passa de 50 MB.", "zip_size")


def check_zip(content: bytes) -> None:
    _check_archive(content, _Budget(), nested=False)


def _check_archive(content: bytes, budget: _Budget, *, nested: bool) -> None:
    """Every entry is really unpacked, within the budget; one archive inside (the .opsz) is looked into as well."""
    if not content.startswith(b"PK\x03\x04"):
        raise refusal("O arquivo compactado está vazio ou não é um ZIP válido.", "zip_invalid")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive, budget)
            for entry in archive.infolist():
                if not entry.is_dir():
                    _check_entry(archive, entry, budget, nested=nested)
    except RuleBroken:
        raise
    except Exception:
        # Of damaged members zipfile raises whatever it happens to stumble on.
        raise refusal("O arquivo compactado está incompleto ou danificado.", "zip_invalid") from None


def _check_directory(archive: zipfile.ZipFile, budget: _Budget) -> None:
    """Names and declared sizes, before anything is unpacked."""
    names = [entry.filename for entry in archive.infolist()]
    if not any(not name.endswith("/") for name in names):
        raise refusal("O arquivo compactado está vazio ou não é um ZIP válido.", "zip_invalid")
    for entry in archive.infolist():
        budget.take_entry()
        if _is_bad_name(entry) or names.count(entry.filename) > 1:
            raise refusal("O arquivo compactado tem um item com nome inválido.", "zip_name")
        if entry.flag_bits & 0x1:
            raise refusal("O arquivo compactado tem senha. Envie-o sem senha.", "zip_encrypted")
        if entry.compress_type not in _METHODS:
            raise refusal(
                "O arquivo compactado usa um método que não se aceita. Compacte-o como .zip comum.", "zip_method"
            )
        if entry.file_size > max(RATIO_FROM, MAX_RATIO * entry.compress_size):
            raise refusal("O arquivo compactado cresce demais ao abrir e não foi aceito.", "zip_ratio")


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
        raise refusal("O arquivo compactado traz um programa. Envie só o arquivo que foi pedido.", "zip_program")
    if inside.startswith(_OTHER_ARCHIVES) or (nested and inside.startswith(b"PK")):
        raise refusal("O arquivo compactado traz outro dentro. Envie só o arquivo que foi pedido.", "zip_nested")
    if inside.startswith(b"PK"):
        _check_archive(inside, budget, nested=True)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            budget.take_bytes(len(chunk))
            yield chunk
