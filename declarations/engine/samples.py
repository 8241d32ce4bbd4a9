"""Declarations to start from: a real one (Apuí/AM), and a consistent synthetic one for any bimestre."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from declarations.engine import anexo12, catalogue, records
from declarations.engine.case import Case
from declarations.engine.context import Context
from declarations.engine.declaration import Declaration, Identity, Table
from declarations.engine.layouts import Amounts, cell
from declarations.engine.money import cents_of
from declarations.engine.periods import LAST

CASES = Path(__file__).parent.parent / "data" / "siops_cases.json"
APUI, YEAR = "1300144", 2026
# Whoever fills a sample has no CPF.
NOBODY = "sha256:" + "0" * 64


@cache
def published() -> tuple[dict[str, Any], ...]:
    """Real cases, as published, with their sources."""
    return tuple(json.loads(CASES.read_text(encoding="utf-8"))["casos"])


def apui() -> Declaration:
    """The real Anexo 12 of Apuí/AM, 1º/2026, as published; sources and Q8 rows are synthetic (data/README.md)."""
    case = next(case for case in published() if case["tipo"] == "completo")
    sub_of = {code: sub for sub, code in anexo12.COUNTED.items()}
    kinds = {"correntes": "C", "capital": "K"}
    expenses: Table = {
        (sub_of[code], kinds[kind], "2", "", ""): _cents(columns, anexo12.EXPENSE)
        for code, parts in case["despesas_asps"].items()
        for kind, columns in parts.items()
        if kind in kinds
    }
    expenses["301", "C", "3", "", ""] = _cents(case["totais"]["XL"], anexo12.EXPENSE)
    tables: dict[str, Table] = {
        records.REVENUES.name: {(code,): _cents(row, anexo12.REVENUE) for code, row in case["receitas"].items()},
        records.EXPENSES.name: expenses,
        records.ADDITIONAL.name: {
            (code,): _cents(row, anexo12.REVENUE) for code, row in case["receitas_adicionais"].items()
        },
    }
    return Declaration(_identity(case["bimestre"]), tables, _published_cells(case))


def _published_cells(case: Mapping[str, Any]) -> Amounts:
    """What was published and is computed here."""
    lines: dict[str, dict[str, str]] = {}
    for code, row in (case["receitas"] | case["receitas_adicionais"]).items():
        lines[code] = {"pct": row["pct_publicado"]}
    for code, parts in case["despesas_asps"].items():
        lines[code] = parts["total"]
        lines |= {
            f"{code}.{kind}": parts[name] for name, kind in (("correntes", "C"), ("capital", "K")) if name in parts
        }
    lines |= case["totais"]
    lines |= {code: row for code, row in case["apuracao"].items() if isinstance(row, dict)}
    lines["XVII"] = {"minimo": case["apuracao"]["XVII_15pct"]}
    lines["PCT"] = case["percentual_oficial_publicado"]
    return {cell(code, column): cents_of(text) for code, row in lines.items() for column, text in row.items()}


def _cents(row: Mapping[str, str], columns: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(cents_of(row[column]) for column in columns)


def _identity(bimester: int) -> Identity:
    return Identity(APUI, YEAR, bimester, rules=catalogue.VERSION, technician_hash=NOBODY)


# The synthetic declaration: forecasts of the year in reais, of which each bimestre realizes a sixth.
FORECASTS = {
    "IPTU": 600_000,
    "ITBI": 120_000,
    "ISS": 1_200_000,
    "IRRF": 900_000,
    "FPM": 24_000_000,
    "ITR": 12_000,
    "IPVA": 1_500_000,
    "ICMS": 15_000_000,
    "IPI_EXP": 60_000,
    "COMPENSACOES": 30_000,
}
ADDITIONAL = {"UNIAO": 7_200_000, "ESTADOS": 600_000, "OUTROS_MUN": 0, "XXX": 0, "XXXI": 12_000}
BUDGETS = {
    ("301", "C", "2"): 3_600_000,
    ("301", "K", "2"): 120_000,
    ("302", "C", "2"): 2_400_000,
    ("302", "K", "2"): 60_000,
    ("303", "C", "2"): 300_000,
    ("304", "C", "2"): 120_000,
    ("305", "C", "2"): 180_000,
    ("306", "C", "2"): 60_000,
    ("999", "C", "2"): 600_000,
    ("301", "C", "3"): 6_000_000,
    ("302", "C", "3"): 1_200_000,
}


def example(bimester: int) -> Declaration:
    """A consistent declaration, without totals: `completed` adds them."""
    former = str(YEAR - 1)
    tables: dict[str, Table] = {
        records.REVENUES.name: {(code,): _realized(amount, bimester) for code, amount in FORECASTS.items()},
        records.EXPENSES.name: {(*key, "", ""): _spent(amount, bimester) for key, amount in BUDGETS.items()},
        records.ADDITIONAL.name: {(code,): _realized(amount, bimester) for code, amount in ADDITIONAL.items()},
        records.REMAINDERS.name: {(former,): _reais(6_000_000, 6_500_000, 300_000, 0, 200_000, 100_000, 0)},
        records.CONTROLS.name: {
            ("Q4", former): _reais(100_000, 10_000, 10_000, 10_000),
            ("Q6", former): _reais(50_000, 5_000, 5_000, 5_000),
        },
        records.AVAILABILITY.name: {
            ("2",): _reais(1_000_000, 200_000, 100_000, 300_000),
            ("3",): _reais(500_000, 0, 0, 0),
        },
    }
    return Declaration(_identity(bimester), tables)


def completed(declaration: Declaration, context: Context | None = None) -> Declaration:
    """The declaration with every total computed, as who fills it on the screen sees it."""
    return completed_case(declaration, context).declaration


def completed_case(declaration: Declaration, context: Context | None = None) -> Case:
    """The same under judgement; its cells, which follow from what was typed alone, are computed once."""
    case = Case(declaration, context)
    computed = {step.cell: case.values[step.cell] for step in case.layout.steps}
    done = Case(replace(declaration, computed=computed), context)
    vars(done)["values"] = case.values
    return done


def _reais(*amounts: int) -> tuple[int, ...]:
    return tuple(amount * 100 for amount in amounts)


def _realized(forecast: int, bimester: int) -> tuple[int, ...]:
    return _reais(forecast, forecast, forecast * bimester // LAST)


def _spent(budget: int, bimester: int) -> tuple[int, ...]:
    """Of what is committed, nine tenths are settled and eight are paid."""
    committed = budget * bimester // LAST
    settled = committed * 9 // 10
    return _reais(budget, budget, committed, settled, committed * 8 // 10, committed - settled)
