"""The last sheet of a paper: where the signatories' stripes (tarjas) go, its codes and the QR, in the form of the SEI.

Pure: bytes in, bytes out. Each stripe is a small PDF of its own, which becomes the appearance of one signature.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from common.legal_time import BRASILIA
from documents.qr import QrCode

MARK = "DOCUMENTO SIMULADO – SEM VALOR LEGAL"
BASIS = (
    "com fundamento no § 3º, do art. 4º, do Decreto nº 10.543, de 13 de novembro de 2020; "
    "e art. 8º, da Portaria nº 900 de 31 de Março de 2017"
)
MOST_STRIPES = 6
_LEFT, _WIDTH, _STRIPE = 22 * mm, 166 * mm, 24 * mm
_TOP = A4[1] - 40 * mm
_QR = 26 * mm
_TEXT = ParagraphStyle("stripe", fontName="Helvetica", fontSize=8.5, leading=11)


@dataclass(frozen=True)
class Foot:
    """What the last sheet says of the paper."""

    title: str
    code: str
    crc: str
    process: str
    url: str
    seal_words: str


def add_foot(body: bytes, foot: Foot) -> bytes:
    """The paper with one more sheet, ready to be signed."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(body)) as paper, pikepdf.open(io.BytesIO(_sheet(foot))) as sheet:
        paper.pages.extend(sheet.pages)
        paper.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def stripe_box(position: int) -> tuple[int, int, int, int]:
    """Where on the last sheet the stripe of the signatory number `position` (from 0) stands."""
    top = _TOP - position * (_STRIPE + 2 * mm)
    return round(_LEFT), round(top - _STRIPE), round(_LEFT + _WIDTH), round(top)


def stripe(*, name: str, role: str, at: datetime, seal_words: str) -> bytes:
    """«Documento assinado eletronicamente por …, conforme horário oficial de Brasília», as one small page."""
    left, bottom, right, top = stripe_box(0)
    width, height = right - left, top - bottom
    signed = at.astimezone(BRASILIA)
    text = (
        f"Documento assinado eletronicamente por <b>{escape(name)}, {escape(role)}</b>, em {signed:%d/%m/%Y}, às "
        f"{signed:%H:%M}, conforme horário oficial de Brasília, {BASIS}. <b>SIMULADO – SEM VALOR LEGAL.</b> "
        f"{escape(seal_words)}"
    )
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height), invariant=1)
    canvas.rect(0.5, 0.5, width - 1, height - 1)
    _write(canvas, text, x=4 * mm, top=height - 2 * mm, width=width - 8 * mm)
    canvas.save()
    return buffer.getvalue()


def _sheet(foot: Foot) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawCentredString(A4[0] / 2, A4[1] - 16 * mm, MARK)
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(_LEFT, A4[1] - 32 * mm, f"Assinaturas de: {foot.title}")
    QrCode(foot.url, _QR).drawOn(canvas, _LEFT, 34 * mm)
    beside = _LEFT + _QR + 5 * mm
    top = _write(
        canvas,
        f"A autenticidade deste documento pode ser conferida em {escape(foot.url)}, informando o código verificador "
        f"<b>{foot.code}</b> e o código CRC <b>{foot.crc}</b>. {escape(foot.seal_words)}",
        x=beside,
        top=34 * mm + _QR,
        width=_WIDTH - _QR - 5 * mm,
    )
    canvas.setFont("Helvetica", 8.5)
    canvas.drawString(beside, top - 5 * mm, f"Referência: Processo nº {foot.process}")
    # In one piece, for who compares a file with the paper that bears these codes.
    canvas.drawString(beside, top - 10 * mm, f"Ensaio {foot.code} CRC {foot.crc}")
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(A4[0] / 2, 12 * mm, MARK)
    canvas.save()
    return buffer.getvalue()


def _write(canvas: Any, text: str, *, x: float, top: float, width: float) -> float:
    """Write a paragraph below `top`; returns where it ends."""
    paragraph = Paragraph(text, _TEXT)
    _, height = paragraph.wrap(width, A4[1])
    paragraph.drawOn(canvas, x, top - height)
    return float(top - height)
