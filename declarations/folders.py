"""The folders (pastas) of the declaration as data: which rows and columns of the demonstrativo each one shows (T10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from declarations.engine import anexo12, records
from declarations.engine.declaration import SOURCE_LINES, Key, control_line
from declarations.engine.layouts import column_of, line_of

OWN = "2"
SUMS = "As linhas em negrito são somas: não se digitam."


class Column(NamedTuple):
    """A column of a folder. `typed` is its name in the record; without one it is computed."""

    name: str
    label: str
    typed: str = ""


class Row(NamedTuple):
    """A line of a folder: with the key of its row in the record, or a total without one."""

    line: str
    label: str
    key: Key | None = None


# Year of the bimestre, chosen source, keys that have amounts already.
Rows = Callable[[int, str, Iterable[Key]], list[Row]]


@dataclass(frozen=True)
class Folder:
    """One page of the entry."""

    slug: str
    label: str
    title: str
    table: records.Record
    columns: tuple[Column, ...]
    rows: Rows = field(repr=False)
    has_sources: bool = False
    # Below the grid.
    note: str = SUMS


def _typed(pairs: dict[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, label, name) for name, label in pairs.items())


REVENUE_COLUMNS = (
    *_typed(
        {
            "prev_inicial": "Previsão inicial",
            "prev_atualizada": "Previsão atualizada (a)",
            "realizada": "Realizada até o bimestre (b)",
        }
    ),
    Column("pct", "% (b/a)"),
)
# RPNP (g) is always empenhado menos liquidado, as in the published case: it is not typed.
EXPENSE_COLUMNS = (
    *_typed(
        {
            "dot_inicial": "Dotação inicial",
            "dot_atualizada": "Dotação atualizada (c)",
            "empenhada": "Empenhada (d)",
            "liquidada": "Liquidada (e)",
            "paga": "Paga (f)",
        }
    ),
    Column("rpnp", "RPNP (g)"),
)
REMAINDER_COLUMNS = (
    Column("m", "Mínimo (m)", "m"),
    Column("n", "Aplicado (n)", "n"),
    Column("o", "Além do mínimo (o)"),
    Column("p", "Inscritos (p)", "p"),
    Column("q", "Sem disponibilidade (q)", "q"),
    Column("r", "No limite (r)"),
    Column("s", "Pagos (s)", "s"),
    Column("t", "A pagar (t)", "t"),
    Column("u", "Cancelados (u)", "u"),
    Column("v", "Diferença (v)"),
)
CONTROL_COLUMNS = (
    Column("saldo_inicial", "Saldo inicial", "saldo_inicial"),
    Column("empenhada", "Empenhada", "emp"),
    Column("liquidada", "Liquidada", "liq"),
    Column("paga", "Paga", "paga"),
    Column("saldo_final", "Saldo não aplicado"),
)
CASH_COLUMNS = _typed(
    {
        "saldo_caixa": "Saldo de caixa",
        "obrigacoes": "Outras obrigações",
        "rpp": "RP processados",
        "rpnp": "RP não processados",
    }
)


def _revenues(year: int, source: str, known: Iterable[Key]) -> list[Row]:
    return [
        *(Row(code, label, (code,)) for code, label in anexo12.TAXES.items()),
        Row("I", "I. Receita de Impostos"),
        *(Row(code, label, (code,)) for code, label in anexo12.TRANSFERS.items()),
        Row("II", "II. Transferências Constitucionais e Legais"),
        Row("III", "III. Total da base (I + II)"),
    ]


def _additional(year: int, source: str, known: Iterable[Key]) -> list[Row]:
    return [
        *(Row(code, label, (code,)) for code, label in anexo12.HEALTH_TRANSFERS.items()),
        Row("XXIX", "XXIX. Transferências para a Saúde"),
        *(Row(code, f"{code}. {label}", (code,)) for code, label in anexo12.OTHER_ADDITIONAL.items()),
        Row("XXXII", "XXXII. Total de Receitas Adicionais"),
    ]


def _expenses(year: int, source: str, known: Iterable[Key]) -> list[Row]:
    """Subfunction by subfunction for one source; the totals are those of all the sources counted alike."""
    is_own = source in anexo12.OWN_SOURCES
    codes = anexo12.COUNTED if is_own else anexo12.NOT_COUNTED
    # Rows with a tipo de gasto, besides the ordinary one.
    typed = sorted(key for key in known if key[2] == source and any(key[3:]))
    rows = []
    for sub, code in codes.items():
        rows.append(Row(code, f"{code}. {anexo12.SUBFUNCTIONS[sub]}"))
        for kind, words in anexo12.CATEGORIES.items():
            line = SOURCE_LINES[sub, kind, source]
            rows.append(Row(line, words.capitalize(), (sub, kind, source, "", "")))
            rows += [Row(line, _of_type(key, words), key) for key in typed if key[:2] == (sub, kind)]
    last = ("XI", "XI. Total das despesas com ASPS") if is_own else ("XL", "XL. Total não computado")
    return [*rows, Row(*last)]


def _of_type(key: Key, words: str) -> str:
    names = records.COUNTED_TYPES | records.EXCLUDED_TYPES
    text = f"{words.capitalize()}, {names.get(key[3], 'sem tipo')}"
    return f"{text}: {key[4]}" if key[4] else text


def _remainders(year: int, source: str, known: Iterable[Key]) -> list[Row]:
    years = {year - age for age in range(1, 6)} | {int(each) for (each,) in known}
    return [Row(f"RP.{year - each}", f"Empenhos de {each}", (str(each),)) for each in sorted(years, reverse=True)]


def _controls(year: int, source: str, known: Iterable[Key]) -> list[Row]:
    def of(quadro: str, ages: range, words: str) -> list[Row]:
        years = {year - age for age in ages} | {int(key[1]) for key in known if key[0] == quadro}
        return [
            Row(control_line(quadro, year - each), f"{words} {each}", (quadro, str(each)))
            for each in sorted(years, reverse=True)
        ]

    return [
        *of("Q4", range(1, 4), "Percentual não cumprido em"),
        Row("XX", "XX. Total do percentual não cumprido"),
        *of("Q6", range(4), "RP cancelados ou prescritos em"),
        Row("XXVIII", "XXVIII. Total de RP cancelados"),
    ]


def _cash(year: int, source: str, known: Iterable[Key]) -> list[Row]:
    return [Row(f"D.{code}", f"{code}. {label}", (code,)) for code, label in anexo12.SOURCES.items()]


def _indicators(year: int, source: str, known: Iterable[Key]) -> list[Row]:
    return [Row(code, label, (code,)) for code, label in records.INDICATORS.items()]


FOLDERS = {
    folder.slug: folder
    for folder in (
        Folder(
            "receita", "Receita", "Receita de impostos e transferências", records.REVENUES, REVENUE_COLUMNS, _revenues
        ),
        Folder("despesa", "Despesa", "Despesa por fonte", records.EXPENSES, EXPENSE_COLUMNS, _expenses, True),
        Folder("adicionais", "Adicionais", "Receitas adicionais", records.ADDITIONAL, REVENUE_COLUMNS, _additional),
        Folder("restos", "Restos a pagar", "Restos a pagar", records.REMAINDERS, REMAINDER_COLUMNS, _remainders),
        Folder("controles", "Controles", "Controles (Q4 e Q6)", records.CONTROLS, CONTROL_COLUMNS, _controls),
        Folder(
            "disponibilidade",
            "Disponibilidade",
            "Disponibilidade financeira por fonte",
            records.AVAILABILITY,
            CASH_COLUMNS,
            _cash,
            note="Só pesa no 6º bimestre: o que falta nas fontes 1 e 2 para os restos a pagar delas é a linha XIII.",
        ),
        Folder(
            "indicadores",
            "Indicadores",
            "Dados para indicadores",
            records.INDICATOR_VALUES,
            _typed({"valor": "Valor"}),
            _indicators,
            note="O que ficar em branco aparece como «sem dado» nos indicadores públicos.",
        ),
    )
}
SUMMARY = "resumo"
_OF_RECORD = {folder.table.name: folder for folder in FOLDERS.values()}
# Subfunction of each line of the quadros of expense.
_SUBFUNCTION = {code: sub for codes in (anexo12.COUNTED, anexo12.NOT_COUNTED) for sub, code in codes.items()}
_FIRST_SOURCE = dict.fromkeys((*anexo12.COUNTED.values(), "XI"), OWN) | dict.fromkeys(
    (*anexo12.NOT_COUNTED.values(), "XL"), anexo12.OTHER_SOURCES[0]
)


class Named(NamedTuple):
    """A stored cell in the words of its folder."""

    folder: str
    line: str
    column: str


def named(record: str, key: Key, column: str, *, year: int) -> Named:
    """What a page calls a cell of a record; a row that no folder shows keeps its key."""
    folder = _OF_RECORD[record]
    source = key[2] if folder.has_sources else ""
    row = next((row for row in folder.rows(year, source, [key]) if key in (row.key, (row.line,))), None)
    line = row.label if row else " ".join(key)
    if folder.has_sources:
        line = f"{anexo12.SUBFUNCTIONS[key[0]]}, {line[:1].lower()}{line[1:]}, fonte {source}"
    label = next((each.label for each in folder.columns if column in (each.typed, each.name)), column)
    return Named(folder.label, line, label)


class Place(NamedTuple):
    """Where a cell of the demonstrativo is seen: folder, source, and the cell of the page."""

    slug: str
    source: str
    anchor: str


def place_of(name: str) -> Place:
    """The page of a cell; what no folder shows is in the summary."""
    line, column = line_of(name), column_of(name)
    first, _, rest = line.partition(".")
    if line in SOURCE_LINES.values():
        return Place("despesa", line.rpartition(".")[2], name)
    if first in _FIRST_SOURCE and column in {each.name for each in EXPENSE_COLUMNS}:
        source = _FIRST_SOURCE[first]
        shown = SOURCE_LINES[_SUBFUNCTION[first], rest, source] if rest else line
        return Place("despesa", source, f"{shown}:{column}")
    for folder in FOLDERS.values():
        if not folder.has_sources and column in {each.name for each in folder.columns}:
            lines = {row.line for row in folder.rows(0, OWN, ())}
            if line in lines or (first == "RP" and folder.slug == "restos"):
                return Place(folder.slug, "", name)
    return Place(SUMMARY, "", name)
