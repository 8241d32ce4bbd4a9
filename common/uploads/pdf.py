"""PDF: whole, alone, and doing nothing besides being read."""

from __future__ import annotations

import re
import threading

from common.apart import Ended, read_apart
from common.uploads import pdf_reader
from common.uploads.pdf_reader import Verdict
from common.uploads.refusals import damaged, refusal, refuse_second_face, two_faced

# A PDF is read in a process of its own; how long that may take, how many at once, how long the next one waits.
LONGEST_SECONDS = 12.0
AT_ONCE = 2
WAIT_SECONDS = 6.0
_places = threading.BoundedSemaphore(AT_ONCE)
# What scanners and old programs leave after the end of a PDF.
_PADDING = b"\x00\t\n\x0c\r "
# What only a reader that rebuilds a broken PDF would find, outside every object that the file itself names.
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm)\b")
_TOO_COMPLEX = ("O PDF é complexo demais para ser conferido. Imprima-o de novo como PDF simples.", "file_complex")
_REFUSALS: dict[int, tuple[str, str]] = {
    Verdict.ACTIVE: (
        "O PDF traz programa, ação ou arquivo embutido. Imprima-o de novo como PDF simples.",
        "file_active",
    ),
    Verdict.ENCRYPTED: ("O PDF tem senha ou restrição de uso. Envie-o sem proteção.", "file_encrypted"),
}


def check_pdf(content: bytes) -> None:
    """Header, a cross-reference where the trailer says, nothing after the last %%EOF, nothing that runs."""
    refuse_second_face(content)
    end = content.rfind(b"%%EOF")
    if end < 0 or content[end + 5 :].strip(_PADDING):
        raise damaged("um PDF") if end < 0 else two_faced()
    pointer = re.search(rb"startxref\s+(\d{1,10})\s*$", content[max(0, end - 64) : end])
    if pointer is None or not re.match(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)", content[int(pointer[1]) :][:64]):
        raise damaged("um PDF")
    verdict = Verdict.ACTIVE if _ACTIVE.search(content) else _read_apart(content)
    if verdict == Verdict.DAMAGED:
        raise damaged("um PDF")
    if verdict != Verdict.PLAIN:
        raise refusal(*_REFUSALS.get(verdict, _TOO_COMPLEX))


def _read_apart(content: bytes) -> int:
    """How pdf_reader.py ended; one that is killed found too much."""
    return run_apart(pdf_reader.__file__, content).status


def run_apart(program: str, content: bytes) -> Ended:
    """How our own `program` ended over a stranger's bytes. Few at once, the rest wait."""
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise refusal("Há muitos arquivos em conferência agora. Envie de novo em um minuto.", "file_busy")
    try:
        return read_apart(program, content=content, seconds=LONGEST_SECONDS)
    finally:
        _places.release()
