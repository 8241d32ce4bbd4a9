"""A text of the portal as plain pages of a PDF, the simulator's mark on each; the same text gives the same bytes."""

import io
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from documents.foot import MARK

_HEADING = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=13, leading=17, alignment=TA_CENTER)
_BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10.5, leading=14.5, alignment=TA_JUSTIFY, spaceAfter=8)


def render(title: str, paragraphs: Iterable[str], *, ending: Sequence[Flowable] = ()) -> bytes:
    """The PDF; `ending` follows the last paragraph."""
    body = [Paragraph(escape(text), _BODY) for text in paragraphs]
    return pages([Paragraph(escape(title), _HEADING), Spacer(0, 8 * mm), *body, *ending], title=title)


def pages(
    story: list[Flowable], *, title: str, size: tuple[float, float] = A4, side: float = 22, top: float = 28
) -> bytes:
    """What is to be told, on pages of that size, with the margins `side` and `top` in millimetres."""
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=size,
        leftMargin=side * mm,
        rightMargin=side * mm,
        topMargin=top * mm,
        bottomMargin=20 * mm,
        title=title,
        author="Ensaio (simulado)",
        subject=MARK,
        lang="pt-BR",
        invariant=1,
    )
    document.build(story, onFirstPage=_frame, onLaterPages=_frame)
    return buffer.getvalue()


def _frame(canvas: Any, document: Any) -> None:
    """The mark of the simulator on every page, and its number."""
    width, height = document.pagesize
    canvas.saveState()
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawCentredString(width / 2, height - 16 * mm, MARK)
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(width / 2, 12 * mm, f"{MARK} · página {document.page}")
    canvas.restoreState()
