"""What is said of a file that is not accepted."""

from __future__ import annotations

import io
import re
import zipfile

from common.exceptions import RuleBroken

_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)


def refusal(message: str, code: str) -> RuleBroken:
    return RuleBroken(message, code=code, field="file")


def damaged(what: str) -> RuleBroken:
    return refusal(f"O arquivo parece {what}, mas está incompleto ou danificado. Gere-o de novo.", "file_damaged")


def two_faced() -> RuleBroken:
    return refusal("O arquivo traz outro conteúdo dentro ou depois dele. Gere-o de novo, sozinho.", "file_polyglot")


def refuse_second_face(content: bytes) -> None:
    """A document that a browser would read as a page, or that is an archive or a program as well."""
    if _MARKUP.search(content[:1024]) or zipfile.is_zipfile(io.BytesIO(content)):
        raise two_faced()
