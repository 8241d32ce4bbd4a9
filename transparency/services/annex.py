"""The Anexo 12 of a version that was homologated, as a page, as lines of a file and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from common.legal_time import BRASILIA
from declarations.engine.case import Case
from declarations.engine.layouts import Amount, Line, cell
from declarations.engine.money import canonical
from declarations.engine.report import Report
from declarations.services.comparing import Row, rows_of
from declarations.services.summary import COLUMNS, QUADROS, Quadro, summary_of
from transparency.services.official import Official

HEADER = ("Quadro", "Linha", "Coluna", "Valor")


def quadros_of(official: Official) -> list[Quadro]:
    """The whole tables, as the summary of the declaration shows them to who fills it."""
    return summary_of(Report(case=official.case))


def changes_of(official: Official) -> list[Row] | None:
    """What a rectification changed in the version that it corrected, as it was kept; None when it corrected none."""
    act = getattr(official.declaration, "homologation", None)
    return rows_of(official.case, act.changes) if act is not None and act.replaced_id else None


def as_lines(official: Official) -> Iterator[tuple[str, ...]]:
    """One line for each cell, under HEADER."""
    for quadro in quadros_of(official):
        for label, _, cells in quadro.rows:
            yield from ((quadro.title, label, column, text) for _, column, text in cells if text)


def as_dict(official: Official, receipt: str | None) -> dict[str, Any]:
    """For programmes: exact amounts as text, by line and column; null is «não se aplica»."""
    declaration, case = official.declaration, official.case
    return {
        "aviso": "SIMULADO – SEM VALOR LEGAL",
        "ibge": declaration.entity.ibge,
        "ente": str(declaration.entity),
        "ano": official.period.year,
        "bimestre": official.period.bimester,
        "versao": declaration.version,
        "em_vigor": official.is_in_force,
        "homologado_em": homologated_at(official),
        "recibo": receipt,
        "resumo_do_conteudo": declaration.content_hash,
        "quadros": [
            {"quadro": title, "linhas": [_line(official, line.code) for line in lines]}
            for title, lines in (
                (title, [line for line in case.layout.lines.values() if line.quadro == quadro])
                for quadro, title in QUADROS.items()
            )
        ],
    }


def _line(official: Official, code: str) -> dict[str, Any]:
    line = official.case.layout.lines[code]
    amounts = {column: amount_of(official.case, line, column) for column in line.columns}
    return {
        "linha": code,
        "nome": line.label,
        "valores": {
            column: {"nome": COLUMNS.get(column, column), "valor": None if amount is None else canonical(amount)}
            for column, amount in amounts.items()
        },
    }


def amount_of(case: Case, line: Line, column: str) -> Amount:
    """None is «não se aplica»: what has no base or rate, and what is only of the 6º bimestre before it."""
    is_final = case.layout.is_final
    if line.final_columns is not None and column not in line.computed_columns(is_final=is_final):
        return None
    return case.values.get(cell(line.code, column), 0)


def homologated_at(official: Official) -> str:
    """With the offset of Brasília."""
    at = official.declaration.homologated_at
    return at.astimezone(BRASILIA).isoformat() if at else ""
