"""What the public prints: plain tables on pages that bear the mark of the simulator. They are not signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import LongTable, Paragraph, Spacer, TableStyle

from common.legal_time import BRASILIA
from declarations.models import ReportingPeriod
from declarations.services.summary import Quadro
from documents.text import pages
from territory.models import Municipality, Uf
from transparency.services import indicators, monitoring
from transparency.services.annex import quadros_of
from transparency.services.deliveries import HEADER, Delivery, UfLine, as_lines
from transparency.services.indicators import Series
from transparency.services.monitoring import Lists
from transparency.services.official import Official

_HEADING = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=13, leading=17, alignment=TA_CENTER)
_TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=10, leading=13, spaceBefore=8, spaceAfter=3)
_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9, leading=12, alignment=TA_CENTER, spaceAfter=6)
_CELL = ParagraphStyle("cell", fontName="Helvetica", fontSize=7, leading=8.5)
_HEAD = ParagraphStyle("head", parent=_CELL, fontName="Helvetica-Bold")
# Of a label of the Anexo 12, in its column.
MOST_LETTERS = 72
_STYLE: list[Any] = [
    ("FONT", (0, 1), (-1, -1), "Helvetica", 7),
    ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
    ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
]


UFS = ("UF", "Municípios", "Homologados no prazo", "Em atraso", "Só transmitidos", "Não transmitidos", "Homologados")


def ufs(period: ReportingPeriod, lines: list[UfLine]) -> bytes:
    """Brazil in one bimestre, a line for each UF."""
    rows = (
        (
            line.uf.name,
            *(str(each) for each in (line.total, line.in_time, line.late, line.waiting, line.silent)),
            f"{line.share} %",
        )
        for line in lines
    )
    title, lead = _words(period, "Brasil", sum(line.total for line in lines))
    return on_paper(title, [lead], [("", _table(UFS, rows, (63, 35, 35, 35, 35, 35, 35), numbers_from=1))])


def deliveries(period: ReportingPeriod, uf: Uf, rows: list[Delivery]) -> bytes:
    """The municípios of one UF in one bimestre."""
    title, lead = _words(period, uf.name, len(rows))
    return on_paper(title, [lead], [("", _table(HEADER, as_lines(rows), (10, 18, 60, 66, 50, 20, 22, 12, 15)))])


def sanctions(where: str, lists: Lists) -> bytes:
    """Who did not homologate the 6º bimestre, and who applied less than the minimum."""
    title = f"Transferências condicionadas e suspensas (MMTC): {where}"
    lead = f"Casos: {len(lists.omissions) + len(lists.shortfalls)}. Repasses simulados, valores em reais."
    rows = monitoring.as_lines(lists)
    return on_paper(title, [lead], [("", _table(monitoring.HEADER, rows, (10, 58, 16, 46, 53, 18, 20, 26, 26)))])


def indicator_sheet(place: Municipality, year: int, series: list[Series]) -> bytes:
    """The fourteen indicators of a município in a year."""
    lead = "Só do que foi homologado; «sem dado» é o que a declaração não traz."
    table = _table(indicators.HEADER, indicators.as_lines(series), (17, 112, 18, 42, 42, 42), numbers_from=3)
    return on_paper(f"Indicadores do SIOPS: {place}, {year}", [lead], [("", table)])


def _words(period: ReportingPeriod, where: str, many: int) -> tuple[str, str]:
    return (
        f"Situação de entrega ao SIOPS: {where}, {period}",
        f"Prazo: {period.closes_on:%d/%m/%Y}. Municípios: {many}.",
    )


def on_paper(title: str, leads: Sequence[str], tables: Iterable[tuple[str, LongTable]]) -> bytes:
    """A title, what is said below it, and tables, each under its name."""
    story: list[Any] = [Paragraph(escape(title), _HEADING), Spacer(0, 3 * mm)]
    story += [Paragraph(escape(lead), _BODY) for lead in leads]
    for name, table in tables:
        if name:
            story.append(Paragraph(escape(name), _TITLE))
        story.append(table)
    return pages(story, title=title, size=landscape(A4), side=12, top=24)


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], *, numbers_from: int | None = None
) -> LongTable:
    """Cells are bare text, which is drawn ten times as fast as paragraphs; only the head breaks its lines."""
    style = [*_STYLE, ("ALIGN", (numbers_from, 1), (-1, -1), "RIGHT")] if numbers_from else _STYLE
    cells: list[list[Any]] = [[Paragraph(escape(text), _HEAD) for text in head], *(list(row) for row in rows)]
    return LongTable(cells, colWidths=[width * mm for width in widths], repeatRows=1, style=TableStyle(style))


def annex(official: Official, receipt: str | None) -> bytes:
    """The whole Anexo 12 of one version."""
    declaration = official.declaration
    title = f"RREO – Anexo 12 (LC 141/2012, art. 35): {declaration.entity}, {official.period}"
    at = declaration.homologated_at
    day = f"Dados homologados em {at.astimezone(BRASILIA):%d/%m/%Y}" if at else ""
    state = "em vigor" if official.is_in_force else "corrigida por outra"
    lead = f"{day}. Versão {declaration.version}, {state}. Recibo: {receipt or 'não há'}. Valores em reais."
    return on_paper(title, [lead], [(quadro.title, _quadro(quadro)) for quadro in quadros_of(official)])


def _quadro(quadro: Quadro) -> LongTable:
    """Labels are cut where their column ends; the page and the CSV have them whole."""
    width = 273 - 90
    widths = [90, *([width / len(quadro.columns)] * len(quadro.columns))]
    rows = ((label[:MOST_LETTERS], *(text for _, _, text in cells)) for label, _, cells in quadro.rows)
    return _table(("Linha", *quadro.columns), rows, widths, numbers_from=1)
