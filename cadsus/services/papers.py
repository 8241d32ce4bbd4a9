"""The papers of the SISRede: «Atualização de dados cadastrais», and the report by microarea. Marked as simulated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Spacer, Table, TableStyle

from cadsus.services.reporting import HEADER, Line
from common.legal_time import BRASILIA
from documents.text import pages

UPDATE_TITLE = "Atualização de dados cadastrais"
REPORT_TITLE = "Sincronização por microárea"
_HEADING = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=14, leading=18, alignment=TA_CENTER)
_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=14, spaceAfter=6)
_CELL = ParagraphStyle("cell", fontName="Helvetica", fontSize=8, leading=10)
_HEAD = ParagraphStyle("head", parent=_CELL, fontName="Helvetica-Bold")
_LINES = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)
# With room to write by hand.
_TO_FILL = TableStyle([("TOPPADDING", (0, 1), (-1, -1), 8), ("BOTTOMPADDING", (0, 1), (-1, -1), 8)], parent=_LINES)
# Of a report on paper; who wants all takes the CSV.
MOST_LINES = 2000


def update_form(
    *, name: str, chart: str, unit: str, fields: Sequence[tuple[str, str, str]], reason: str, at: datetime
) -> bytes:
    """What the citizen takes along to mend their documents: each field as the SISRede and the CADSUS have it."""
    given = at.astimezone(BRASILIA)
    story: list[Any] = [
        Paragraph(UPDATE_TITLE, _HEADING),
        Spacer(0, 6 * mm),
        _text(f"Usuário: {name}. Prontuário {chart}. {unit}."),
        _text(f"Entregue em {given:%d/%m/%Y às %H:%M} (horário de Brasília)."),
    ]
    if reason:
        story.append(_text(f"Motivo: {reason}"))
    story += [
        Spacer(0, 3 * mm),
        _table(
            ("Campo", "SISRede", "CADSUS", "Correto (preencher)"),
            [(*row, "") for row in fields],
            (38, 50, 50, 48),
            style=_TO_FILL,
        ),
        Spacer(0, 6 * mm),
        _text("Procure a Receita Federal ou o cartório para corrigir os documentos divergentes e volte à unidade."),
        _text("O endereço não é sincronizado: atualize-o na unidade."),
        Spacer(0, 14 * mm),
        _signatures("Usuário ou responsável", "Profissional da unidade"),
    ]
    return pages(story, title=UPDATE_TITLE, side=12, top=24)


def report(*, unit: str, lines: Sequence[Line], total: Line, people: Iterable[Sequence[str]], at: datetime) -> bytes:
    """The report by microarea on paper."""
    until = at.astimezone(BRASILIA)
    counted = [
        (
            line.label,
            line.agent,
            str(line.total),
            str(line.synchronized),
            str(line.revenue),
            str(line.down),
            str(line.other),
            f"{line.percent:.1f}".replace(".", ",") + " %",
        )
        for line in (*lines, total)
    ]
    story = [
        Paragraph(REPORT_TITLE, _HEADING),
        Spacer(0, 4 * mm),
        _text(f"{unit} · até {until:%d/%m/%Y, %H:%M}. Em risco de glosa: {total.at_risk} de {total.total}."),
        _table(
            ("Microárea", "ACS", "Pessoas", "Sincronizadas", "Receita", "CADSUS fora", "Outros", "%"),
            counted,
            (28, 91, 24, 30, 24, 28, 24, 24),
        ),
        Spacer(0, 6 * mm),
        _table(HEADER, list(people)[:MOST_LINES], (19, 20, 42, 21, 26, 23, 22, 26, 30, 20, 24)),
    ]
    return pages(story, title=REPORT_TITLE, size=landscape(A4), side=12, top=24)


def _text(text: str) -> Paragraph:
    return Paragraph(escape(text), _BODY)


def _signatures(*who: str) -> Table:
    """A line for each, and below it whose it is."""
    gap, width = 10, 88
    cells = [cell for name in who for cell in (Paragraph(name, _CELL), "")][:-1]
    style = [("LINEABOVE", (column, 0), (column, 0), 0.6, colors.black) for column in range(0, len(cells), 2)]
    widths = [(gap if column % 2 else width) * mm for column in range(len(cells))]
    return Table([cells], colWidths=widths, style=TableStyle([*style, ("LEFTPADDING", (0, 0), (-1, -1), 0)]))


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int], *, style: TableStyle = _LINES
) -> Table:
    cells = [[Paragraph(escape(text), _HEAD) for text in head]]
    cells += [[Paragraph(escape(text), _CELL) for text in row] for row in rows]
    return Table(cells, colWidths=[width * mm for width in widths], repeatRows=1, style=style)
