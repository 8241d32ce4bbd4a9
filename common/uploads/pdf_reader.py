"""What a PDF does besides being read. Run apart (common.apart): the PDF is the input, the verdict the exit status.

Every object is looked at as a viewer would find it: in object streams, under names written with escapes
(`/J#61vaScript`), reachable or not. A file of a few kilobytes may unpack to gigabytes or nest for ever, so strangers'
files are read in a process of their own, with limits, which is killed when it takes too long.
"""

from __future__ import annotations

import io
import resource
import sys
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import pikepdf
from pikepdf import settings

MOST_OBJECTS = 200_000
CPU_SECONDS = 8
_MEMORY = 1024 * 1024 * 1024
_UNPACKED = 64 * 1024 * 1024
_FILTERS = 4
_NESTING = 100


class Verdict(IntEnum):
    """Exit statuses; whatever else the process ends with means that the file was too much for it."""

    PLAIN = 0
    DAMAGED = 3
    ACTIVE = 4
    ENCRYPTED = 5
    TOO_COMPLEX = 6


# Keys that carry an action, a program or another file, wherever they stand.
_ACTIVE_KEYS = frozenset({
    "/AA", "/Collection", "/EF", "/EmbeddedFile", "/EmbeddedFiles", "/ImportData", "/JS", "/JavaScript", "/Launch",
    "/Rendition", "/RichMediaContent", "/RichMediaSettings", "/SubmitForm", "/XFA",
})  # fmt: skip
# Kinds of action (/S) that do more than turn to a page of the same document or name an address to be clicked.
_ACTIVE_ACTIONS = frozenset({
    "/GoTo3DView", "/GoToDp", "/GoToE", "/GoToR", "/Hide", "/ImportData", "/JavaScript", "/Launch", "/Movie",
    "/Rendition", "/ResetForm", "/RichMediaExecute", "/SetOCGState", "/Sound", "/SubmitForm", "/Thread",
})  # fmt: skip
# What an object may be (/Type, /Subtype) that plays or holds something.
_ACTIVE_KINDS = frozenset({
    "/3D", "/EmbeddedFile", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound",
})  # fmt: skip


def main() -> int:
    _limit()
    return examine(sys.stdin.buffer.read())


def examine(content: bytes) -> Verdict:
    """Whether a PDF is plain, and if not, why. Nothing is repaired: what one reader mends, another reads otherwise."""
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as document:
            return _judge(document)
    except pikepdf.PasswordError:
        return Verdict.ENCRYPTED
    except RecursionError:
        return Verdict.TOO_COMPLEX
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, RuntimeError):
        return Verdict.DAMAGED


def _judge(document: pikepdf.Pdf) -> Verdict:
    if document.is_encrypted or "/Encrypt" in document.trailer:
        return Verdict.ENCRYPTED
    if len(document.objects) > MOST_OBJECTS:
        return Verdict.TOO_COMPLEX
    if any(_acts(found) for root in (document.trailer, *document.objects) for found in _dictionaries(root)):
        return Verdict.ACTIVE
    # Broken objects show only when they are read, and read as nothing.
    return Verdict.DAMAGED if document.get_warnings() or not len(document.pages) else Verdict.PLAIN


def _dictionaries(root: Any) -> Iterator[Any]:
    """The dictionaries written inside one object; what it refers to is looked at in its own turn."""
    waiting = [root]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Array):
            waiting += [item for item in found if _is_own(item)]
        elif isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
            yield found
            waiting += [value for _, value in found.items() if _is_own(value)]


def _is_own(value: Any) -> bool:
    return isinstance(value, (pikepdf.Array, pikepdf.Dictionary)) and not value.is_indirect


def _acts(found: Any) -> bool:
    if not _ACTIVE_KEYS.isdisjoint(found.keys()) or (isinstance(found, pikepdf.Stream) and "/F" in found):
        return True
    kinds = {_name(found, "/Type"), _name(found, "/Subtype")}
    is_action = _name(found, "/S") in _ACTIVE_ACTIONS
    return is_action or not _ACTIVE_KINDS.isdisjoint(kinds) or _opens_with_action(found.get("/OpenAction"))


def _name(found: Any, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _opens_with_action(opening: Any) -> bool:
    """A place to open at is an array or a dictionary that goes there; anything else is done to who opens the file."""
    return isinstance(opening, pikepdf.Dictionary) and (_name(opening, "/S") != "/GoTo" or "/Next" in opening)


def _limit() -> None:
    settings.set_qpdf_limits(
        parser_max_nesting=_NESTING,
        max_stream_filters=_FILTERS,
        flate_max_memory=_UNPACKED,
        png_max_memory=_UNPACKED,
        run_length_max_memory=_UNPACKED,
        tiff_max_memory=_UNPACKED,
    )
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
