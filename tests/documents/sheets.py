"""PDFs to sign and to spoil."""

import io

from reportlab.pdfgen.canvas import Canvas


def plain_pdf(text: str = "Texto da nota de ensaio") -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(72, 720, text)
    canvas.save()
    return buffer.getvalue()


def one_byte_changed(content: bytes) -> bytes:
    """In the comment after the header, which every reader passes by and the first signature covers."""
    at = content.index(b"\n%") + 2
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
