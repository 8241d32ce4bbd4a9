"""The figures that matter of a declaration, and the whole Anexo 12 (folder «Resumo»)."""

from __future__ import annotations

from dataclasses import dataclass

from common.ui import Tone
from declarations.engine.anexo12 import CATEGORIES
from declarations.engine.case import Case
from declarations.engine.layouts import Line, cell
from declarations.engine.money import brazilian
from declarations.engine.report import Report
from declarations.folders import SUMMARY, Place
from declarations.models import Declaration
from declarations.services.grid import findings_in

QUADROS = {
    "Q1": "Receitas para apuração da aplicação em ASPS",
    "Q2": "Despesas com ASPS por subfunção e categoria (fontes 1 e 2)",
    "Q3": "Apuração do cumprimento do limite mínimo",
    "Q4": "Percentual mínimo não cumprido em exercícios anteriores",
    "Q5": "Restos a pagar",
    "Q6": "Restos a pagar cancelados ou prescritos",
    "Q7": "Receitas adicionais para a saúde",
    "Q8": "Despesas não computadas no mínimo (fontes 3 a 9)",
    "Q9": "Despesas totais com saúde",
}
COLUMNS = {
    "prev_inicial": "Previsão inicial",
    "prev_atualizada": "Previsão atualizada (a)",
    "realizada": "Realizada (b)",
    "pct": "% (b/a)",
    "dot_inicial": "Dotação inicial",
    "dot_atualizada": "Dotação atualizada (c)",
    "empenhada": "Empenhada (d)",
    "liquidada": "Liquidada (e)",
    "paga": "Paga (f)",
    "rpnp": "RPNP (g)",
    "empenhada_pct": "% (d/c)",
    "liquidada_pct": "% (e/c)",
    "paga_pct": "% (f/c)",
    "saldo_inicial": "Saldo inicial",
    "saldo_final": "Saldo não aplicado",
    "minimo": "Mínimo",
    "valor": "Valor",
}
STAGE = {"liquidada": "liquidado", "empenhada": "empenhado"}
COUNTS_NOW = {"liquidada": "conta do 1º ao 5º bimestre", "empenhada": "conta no 6º bimestre"}


@dataclass(frozen=True)
class Counter:
    """A figure above the grid."""

    label: str
    value: str
    note: str = ""
    tone: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class Quadro:
    """A part of the Anexo 12: (line, label, is a total, [(anchor, column label, text)])."""

    title: str
    columns: list[str]
    rows: list[tuple[str, bool, list[tuple[str, str, str]]]]


def counters(declaration: Declaration, report: Report, slug: str) -> list[Counter]:
    """Base, amount applied, percentage, and what blocks in this folder (in all of them, in the summary)."""
    case = report.case
    if case is None:
        raise TypeError("what was judged has a case")
    stage = case.stage
    return [
        Counter("Base (III), realizada", brazilian(case.amount("III", "realizada")), "impostos + transferências"),
        Counter(f"Aplicado (XVI), {STAGE[stage]}", brazilian(case.amount("XVI", stage)), COUNTS_NOW[stage]),
        percentage(case),
        _blocking(report, slug),
    ]


def percentage(case: Case) -> Counter:
    """The official percentage, and how far from the minimum it is."""
    value = case.values.get(f"PCT:{case.stage}")
    if value is None:
        return Counter("Percentual", "–", "a base está zerada")
    difference = case.amount("XVIII", case.stage)
    words = f"mínimo: {'acima' if difference >= 0 else 'abaixo'} em {brazilian(abs(difference))}"
    return Counter("Percentual", f"{brazilian(value)} %", words, Tone.SUCCESS if difference >= 0 else Tone.WARNING)


def _blocking(report: Report, slug: str) -> Counter:
    if slug == SUMMARY:
        return Counter("Críticas", _many(report.blocking), _warnings(report.warnings), tone(report.blocking))
    found = findings_in(report, slug)
    note, place = found[0] if found else ("nada impede nesta pasta", None)
    return Counter("Críticas nesta pasta", _many(len(found)), note, tone(len(found)), place)


def _many(number: int) -> str:
    return "1 impeditiva" if number == 1 else f"{number} impeditivas"


def _warnings(number: int) -> str:
    return "1 aviso" if number == 1 else f"{number} avisos"


def tone(number: int) -> str:
    """Of how many things block."""
    return Tone.DANGER if number else Tone.SUCCESS


def summary_of(report: Report) -> list[Quadro]:
    """Every quadro, its lines in the order in which they are published."""
    case = report.case
    if case is None:
        raise TypeError("what was judged has a case")
    found = []
    for quadro, title in QUADROS.items():
        lines = [line for line in case.layout.lines.values() if line.quadro == quadro]
        columns = list(dict.fromkeys(column for line in lines for column in line.columns))
        rows = [
            (
                line.label,
                not line.code.endswith(tuple(f".{k}" for k in CATEGORIES)) and bool(line.formula),
                [
                    (cell(line.code, column), COLUMNS.get(column, column), _text(case, line, column))
                    for column in columns
                ],
            )
            for line in lines
        ]
        found.append(Quadro(title, [COLUMNS.get(column, column) for column in columns], rows))
    return found


def _text(case: Case, line: Line, column: str) -> str:
    if column not in line.columns:
        return ""
    name = cell(line.code, column)
    value = case.values.get(name)
    if value is None:
        return "–" if name in case.values else brazilian(0)
    return brazilian(value) + (" %" if column.endswith("pct") or line.code == "PCT" else "")
