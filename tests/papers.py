"""What a PDF says."""

import io

import pypdf


def words_of(content: bytes) -> str:
    """The text of all of its pages."""
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
