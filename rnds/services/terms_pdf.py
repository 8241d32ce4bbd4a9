"""The accepted termo as a PDF that prints like a document; the same acceptance gives the same bytes."""

import io
from typing import Any
from xml.sax.saxutils import escape

import segno
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from common.legal_time import BRASILIA
from rnds.models import TermsAcceptance

TITLE = "Termo de Uso e-SUS APS para RNDS e CNS"
MARK = "DOCUMENTO SIMULADO – SEM VALOR LEGAL"
_HEADING = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=13, leading=17, alignment=TA_CENTER)
_BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10.5, leading=14.5, alignment=TA_JUSTIFY, spaceAfter=8)
_FACT = ParagraphStyle("fact", fontName="Helvetica", fontSize=8.5, leading=12)
_QR_SIDE = 30 * mm


class QrCode(Flowable):
    """A QR code drawn as squares, without a picture file."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
        self.width = self.height = _QR_SIDE

    def draw(self) -> None:
        cell = _QR_SIDE / len(self.rows)
        for y, row in enumerate(self.rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    self.canv.rect(x * cell, _QR_SIDE - (y + 1) * cell, cell, cell, stroke=0, fill=1)


def render(acceptance: TermsAcceptance, *, url: str) -> bytes:
    """The PDF of one acceptance; `url` is its public verification page, in the QR code and in words."""
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=22 * mm,
        rightMargin=22 * mm,
        topMargin=28 * mm,
        bottomMargin=20 * mm,
        title=TITLE,
        author="Ensaio (simulado)",
        subject=MARK,
        lang="pt-BR",
        invariant=1,
    )
    document.build(_story(acceptance, url), onFirstPage=_frame, onLaterPages=_frame)
    return buffer.getvalue()


def _story(acceptance: TermsAcceptance, url: str) -> list[Any]:
    paragraphs = [Paragraph(escape(text), _BODY) for text in acceptance.rendered.split("\n\n")]
    facts = [Paragraph(escape(text), _FACT) for text in _facts(acceptance, url)]
    signature = KeepTogether([Spacer(0, 6 * mm), *facts, Spacer(0, 4 * mm), QrCode(url)])
    return [Paragraph(escape(TITLE), _HEADING), Spacer(0, 8 * mm), *paragraphs, signature]


def _facts(acceptance: TermsAcceptance, url: str) -> list[str]:
    accepted = acceptance.accepted_at.astimezone(BRASILIA)
    return [
        f"Aceito eletronicamente em {accepted:%d/%m/%Y às %H:%M:%S} (horário de Brasília).",
        f"Versão do texto: {acceptance.text.version}. SHA-256 do texto aceito: {acceptance.text_sha256}.",
        f"Código de verificação: {acceptance.verification_code}.",
        f"Verifique em {url}",
    ]


def _frame(canvas: Any, document: Any) -> None:
    """The mark of the simulator on every page, and its number."""
    width, height = A4
    canvas.saveState()
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawCentredString(width / 2, height - 16 * mm, MARK)
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(width / 2, 12 * mm, f"{MARK} · página {document.page}")
    canvas.restoreState()
