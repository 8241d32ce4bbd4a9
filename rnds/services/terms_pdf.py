"""The accepted termo as a PDF that prints like a document; the same acceptance gives the same bytes."""

from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, Spacer

from common.legal_time import BRASILIA
from documents import text
from documents.qr import QrCode
from rnds.models import TermsAcceptance

TITLE = "Termo de Uso e-SUS APS para RNDS e CNS"
_FACT = ParagraphStyle("fact", fontName="Helvetica", fontSize=8.5, leading=12)


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
