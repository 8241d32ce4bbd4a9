"""The accepted termo as a PDF that prints like a document; the same acceptance gives the same bytes."""

from xml.sax.saxutils import escape

import segno
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer

from common.legal_time import BRASILIA
from documents import text
from rnds.models import TermsAcceptance

TITLE = "Termo de Uso e-SUS APS para RNDS e CNS"
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
    facts = [Paragraph(escape(fact), _FACT) for fact in _facts(acceptance, url)]
    signature = KeepTogether([Spacer(0, 6 * mm), *facts, Spacer(0, 4 * mm), QrCode(url)])
    return text.render(TITLE, acceptance.rendered.split("\n\n"), ending=[signature])


def _facts(acceptance: TermsAcceptance, url: str) -> list[str]:
    accepted = acceptance.accepted_at.astimezone(BRASILIA)
    return [
        f"Aceito eletronicamente em {accepted:%d/%m/%Y às %H:%M:%S} (horário de Brasília).",
        f"Versão do texto: {acceptance.text.version}. SHA-256 do texto aceito: {acceptance.text_sha256}.",
        f"Código de verificação: {acceptance.verification_code}.",
        f"Verifique em {url}",
    ]
