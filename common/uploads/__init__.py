"""What a file really is, told by its content and never by its name. Pure functions; refusals are RuleBroken."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from common.exceptions import RuleBroken
from common.text import UNWELCOME
from common.uploads.archives import check_zip
from common.uploads.images import PNG_START, check_jpeg, check_png
from common.uploads.pdf import check_pdf
from common.uploads.refusals import refusal

MAX_NAME = 100
# What passed lately is not looked at again: the form asks before any row is locked, the service under its lock.
_REMEMBERED = 64
_passed: dict[tuple[bytes, FileType], None] = {}
_passed_lock = threading.Lock()
logger = logging.getLogger(__name__)


class FileType(StrEnum):
    """Accepted types; the value is the media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    ZIP = "application/zip"

    @property
    def suffix(self) -> str:
        return {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "application/zip": ".zip"}[self]


@dataclass(frozen=True)
class Limits:
    """What a place takes: types, by content, and how many bytes at most, a whole number of MB."""

    types: tuple[FileType, ...]
    most: int

    @property
    def too_large(self) -> str:
        return f"O arquivo tem mais de {self.most // 1024**2} MB. Reduza a resolução ou divida-o."


_SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".zip"})


def inspect(content: bytes, *, accept: Limits) -> FileType:
    """The type of `content`. Raises RuleBroken (field "file") when empty, malformed, or not within `accept`."""
    if not content:
        raise refusal("O arquivo está vazio.", "empty_file")
    if len(content) > accept.most:
        raise refusal(accept.too_large, "file_too_large")
    found = next((kind for start, kind in _STARTS if content.startswith(start)), None)
    if found is None or found not in accept.types:
        raise _not_accepted(accept.types)
    key = (hashlib.sha256(content).digest(), found)
    if key not in _passed:
        _look_into(content, found)
        _remember(key)
    return found


def _look_into(content: bytes, found: FileType) -> None:
    """The check of that type. Whatever its parser stumbles on is the file's fault: a refusal, never an error."""
    try:
        _CHECKS[found](content)
    except RuleBroken:
        raise
    except Exception as error:
        logger.warning("Upload refused: %s while reading %s", type(error).__name__, found.value)
        raise refusal("O arquivo está incompleto ou danificado. Gere-o de novo.", "file_damaged") from None


def _remember(key: tuple[bytes, FileType]) -> None:
    with _passed_lock:
        _passed[key] = None
        while len(_passed) > _REMEMBERED:
            del _passed[next(iter(_passed))]


def clean_name(name: str, kind: FileType) -> str:
    """A name that is safe to store and show: no folder, control or bidi characters, and the suffix of its type."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in base if unicodedata.category(c) not in UNWELCOME and c not in ':*?"<>|;%')
    path = PurePosixPath(" ".join(visible.split()).strip(". ") or "arquivo")
    stem = path.stem if path.suffix.lower() in _SUFFIXES else path.name
    return f"{stem[:MAX_NAME].strip('. ') or 'arquivo'}{kind.suffix}"


def _not_accepted(accepted: tuple[FileType, ...]) -> RuleBroken:
    if accepted == (FileType.ZIP,):
        return refusal("O conteúdo não é de um arquivo .zip. Compacte o arquivo e envie de novo.", "file_type")
    return refusal(
        "Tipo de arquivo não aceito: envie PDF, PNG ou JPEG. Vale o conteúdo do arquivo, não o nome.", "file_type"
    )


_STARTS = (
    (b"%PDF-", FileType.PDF),
    (PNG_START, FileType.PNG),
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"PK\x03\x04", FileType.ZIP),
)
_CHECKS = {FileType.PDF: check_pdf, FileType.PNG: check_png, FileType.JPEG: check_jpeg, FileType.ZIP: check_zip}
