"""The read API of the real SIOPS, mirrored: its paths and fields, and beside them date, version and receipt.

Fields keep the names that are published. What is not known of the real service (codes of most lines, types of some
fields) is null or told in «Fidelidade»; no code is invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from common.exceptions import RuleBroken
from declarations.engine import anexo12
from declarations.engine.layouts import COMMITTED, Amount
from declarations.engine.money import CENTS
from declarations.models import Declaration
from declarations.services.summary import QUADROS
from territory.models import Municipality, Uf
from transparency.indicators import INDICATORS, NO_DATA, figure_of
from transparency.services.annex import amount_of, homologated_at
from transparency.services.official import Official, in_force, receipt_of
from transparency.services.periods import choose

# Bimestre → the code that the real service gives it.
PERIODS = {1: "12", 2: "14", 3: "1", 4: "18", 5: "20", 6: "2"}
BIMESTERS = {code: bimester for bimester, code in PERIODS.items()}
# The codes that are known; the real service has one for each line.
_KNOWN = (
    "I 6000, IPTU 6001, ITBI 6004, ISS 6007, IRRF 6010, II 6011, FPM 6012, ITR 6013, IPVA 6014, ICMS 6015, "
    "IPI_EXP 6016, COMPENSACOES 6017, III 6020, XII 6043, XVI 6047, XVII 6048, XVIII 6050, PCT 6052, UNIAO 6073, "
    "ESTADOS 6074, OUTROS_MUN 6075, XXXII 6141, XLI 6150, XLII 6151, XLIII 6152, XLIV 6153, XLV 6154, XLVI 6155, "
    "XLVII 6156, XLVIII 6157, XLIX 6158"
)
CODES = dict(pair.split(" ") for pair in _KNOWN.split(", "))
# The columns of each quadro in the order in which they are published: vl_coluna1, vl_coluna2…
_REVENUE = anexo12.REVENUE_COLUMNS
_EXPENSE = (
    *("dot_inicial", "dot_atualizada", "empenhada", "empenhada_pct", "liquidada", "liquidada_pct"),
    *("paga", "paga_pct", "rpnp"),
)
COLUMNS = {
    "Q1": _REVENUE,
    "Q2": _EXPENSE,
    "Q3": anexo12.STAGES,
    "Q4": anexo12.CONTROL_COLUMNS,
    "Q5": anexo12.REMAINDER_COLUMNS,
    "Q6": anexo12.CONTROL_COLUMNS,
    "Q7": _REVENUE,
    "Q8": _EXPENSE,
    "Q9": _EXPENSE,
}
# Of lines with one amount alone: where it is published.
ALONE = {"minimo": 3, "valor": 1}
MOST_COLUMNS = 10
# «Não se aplica», as the real service says it.
DOES_NOT_APPLY = -1
TOTAL_GROUP = "17"
NO_DATA_FOUND = "Não há dados homologados para o ente e o período."
NO_UF = "UF não encontrada."
SIX_DIGITS = re.compile("[0-9]{6}")
KINDS = {"C": "Corrente", "K": "Capital"}


def states() -> list[dict[str, str]]:
    return [{"co_uf": uf.ibge, "sg_uf": uf.acronym, "no_uf": uf.name} for uf in Uf.objects.all()]


def municipalities(uf: str) -> list[dict[str, str]]:
    """Of a UF by its two digits. Raises RuleBroken (no_uf)."""
    rows = Municipality.objects.filter(uf=uf).order_by("search_name", "ibge").values_list("ibge", "name")
    found = [{"co_municipio": ibge[:6], "no_municipio": name} for ibge, name in rows]
    if not found:
        raise RuleBroken(NO_UF, code="no_data")
    return found


def years(at: datetime) -> list[dict[str, str]]:
    """Every bimestre that has opened, the newest first."""
    choice = choose(at)
    opened = [each for each in (choice.periods if choice else []) if each.has_opened_at(at)]
    return [
        {
            "ano": str(each.year),
            "periodo": PERIODS[each.bimester],
            "dsPeriodo": f"{each.bimester}º Bimestre" + (" / Anual" if each.period.is_final else ""),
        }
        for each in reversed(opened)
    ]


def declared(*, uf: str, ibge6: str, year: int, code: str, at: datetime) -> Declaration:
    """The version in force that an address names. Raises RuleBroken (no_data): none, or no such address."""
    choice = choose(at, year, BIMESTERS[code]) if code in BIMESTERS else None
    is_place = SIX_DIGITS.fullmatch(ibge6) and ibge6[:2] == uf
    found = in_force(ibge6, choice.period) if choice and is_place else None
    if found is None:
        raise RuleBroken(NO_DATA_FOUND, code="no_data")
    return found


def annex_rows(official: Official) -> list[dict[str, Any]]:
    """`rreo/municipal`: every line of the Anexo 12."""
    layout = official.case.layout
    rows = []
    for quadro, title in QUADROS.items():
        lines = [line for line in layout.lines.values() if line.quadro == quadro]
        for order, line in enumerate(lines, 1):
            amounts: dict[int, Any] = {}
            for column in line.columns:
                place = ALONE.get(column) or COLUMNS[quadro].index(column) + 1
                amounts[place] = _number(amount_of(official.case, line, column))
            rows.append(
                _head(official, title, quadro[1:], order)
                | {"coItem": CODES.get(line.code), "dsItem": line.label}
                | _columns(amounts)
                | _told(official)
            )
    return rows


def expense_rows(official: Official) -> list[dict[str, Any]]:
    """`despesas-por-subfuncao`: what was committed, by source; the group 17 is the total."""
    return [
        _head(official, "Despesas por subfunção e fonte", group, order)
        | {"coItem": None, "dsItem": name}
        | _columns({place: _number(amount) for place, amount in enumerate((*amounts, sum(amounts)), 1)})
        | _told(official)
        for order, (group, name, amounts) in enumerate(_by_subfunction(official), 1)
    ]


def _by_subfunction(official: Official) -> Iterator[tuple[str, str, list[int]]]:
    """Group, name and the amount of each of the nine sources."""
    totals = [0] * len(anexo12.SOURCES)
    pairs = [(sub, kind) for sub in anexo12.SUBFUNCTIONS for kind in anexo12.CATEGORIES]
    for group, (sub, kind) in enumerate(pairs, 1):
        lines = [anexo12.source_line(sub, kind, source) for source in anexo12.SOURCES]
        amounts = [official.case.amount(line, COMMITTED) for line in lines]
        totals = [total + amount for total, amount in zip(totals, amounts, strict=True)]
        yield str(group), f"{sub} - {anexo12.SUBFUNCTIONS[sub]} - {KINDS[kind]}", amounts
    yield TOTAL_GROUP, "Total", totals


def indicator_rows(official: Official) -> list[dict[str, Any]]:
    """`indicador/municipal`: the fourteen, null where there is no data."""
    figures = [figure_of(indicator, official.case) for indicator in INDICATORS]
    return [
        {
            "numero_indicador": figure.indicator.number,
            "ds_indicador": figure.indicator.name,
            "numerador": _text(figure.numerator_text),
            "denominador": _text(figure.denominator_text),
            "indicador_calculado": _text(figure.text),
        }
        | _told(official)
        for figure in figures
    ]


def _head(official: Official, quadro: str, group: str, order: int) -> dict[str, Any]:
    period, place = official.period, official.declaration.entity.municipality
    if place is None:
        raise TypeError("only municípios are mirrored")
    return {
        "ano": str(period.year),
        "periodo": PERIODS[period.bimester],
        "uf": place.uf.acronym,
        "municipio": place.name,
        "quadro": quadro,
        "grupo": group,
        "ordem": order,
    }


def _columns(amounts: dict[int, Any]) -> dict[str, Any]:
    return {f"vl_coluna{place}": amounts.get(place) for place in range(1, MOST_COLUMNS + 1)}


def _told(official: Official) -> dict[str, Any]:
    """What the real service lacks, and its users ask for."""
    declaration = official.declaration
    return {
        "dtHomologacao": homologated_at(official),
        "versao": declaration.version,
        "recibo": receipt_of(declaration),
    }


def _number(amount: Amount) -> float | int:
    """Reais, for JSON: a double gives back every cent below ten trillion reais."""
    return DOES_NOT_APPLY if amount is None else amount / CENTS


def _text(text: str) -> str | None:
    return None if text == NO_DATA else text
