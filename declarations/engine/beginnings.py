"""What to begin from (Começar por um exemplo): the rows of the samples, moved to the bimestre in which they are put."""

from collections.abc import Callable
from dataclasses import dataclass

from declarations.engine import records, samples
from declarations.engine.declaration import Table
from declarations.engine.periods import Period

Tables = dict[str, Table]


@dataclass(frozen=True)
class Beginning:
    """An example: what it is of, and what the críticas will say of it."""

    slug: str
    title: str
    about: str
    tables: Callable[[Period], Tables]

    def whole(self, period: Period) -> Tables:
        """Every record, those that the example leaves out as empty."""
        empty: Tables = {name: {} for name in records.RECORDS}
        return empty | self.tables(period)


def consistent(period: Period) -> Tables:
    """The synthetic declaration of that bimestre, its former years moved along."""
    moved = {str(samples.YEAR - 1): str(period.year - 1)}
    return {
        name: {tuple(moved.get(part, part) for part in key): values for key, values in table.items()}
        for name, table in samples.example(period.bimester).tables.items()
    }


def _real(period: Period) -> Tables:
    return dict(samples.apui().tables)


def _paid_too_much(period: Period) -> Tables:
    """Column paga of one row above its liquidada."""
    tables = consistent(period)
    expenses = dict(tables[records.EXPENSES.name])
    row = list(expenses["301", "C", "2", "", ""])
    row[4] = int(row[3] or 0) + 14_864_97
    expenses["301", "C", "2", "", ""] = tuple(row)
    return tables | {records.EXPENSES.name: expenses}


def _nothing_collected(period: Period) -> Tables:
    """The base (III) is zero."""
    tables = consistent(period)
    revenues: Table = {key: (*values[:2], 0) for key, values in tables[records.REVENUES.name].items()}
    return tables | {records.REVENUES.name: revenues}


def _school_meals(period: Period) -> Tables:
    """An expense of article 4 among those that are counted."""
    tables = consistent(period)
    expenses = dict(tables[records.EXPENSES.name])
    expenses["306", "C", "2", "4.IV", "Merenda escolar"] = expenses["306", "C", "2", "", ""]
    return tables | {records.EXPENSES.name: expenses}


BEGINNINGS = {
    each.slug: each
    for each in (
        Beginning(
            "apui",
            "Apuí/AM, 1º bimestre de 2026",
            "Figuras reais, publicadas. A fonte de recursos de cada despesa e as linhas não computadas são sintéticas. "
            "Percentual 17,87 liquidado; só avisos no 1º bimestre.",
            _real,
        ),
        Beginning("coerente", "Declaração coerente", "Sintética, proporcional ao bimestre: nada impede.", consistent),
        Beginning(
            "pago-maior",
            "Pago maior que liquidado",
            "Falha de propósito: SIM-I09 numa linha de despesa.",
            _paid_too_much,
        ),
        Beginning(
            "base-zerada", "Base zerada", "Falha de propósito: nenhuma receita realizada, SIM-I04.", _nothing_collected
        ),
        Beginning(
            "merenda",
            "Merenda entre as computadas",
            "Falha de propósito: gasto do art. 4º na fonte de impostos, SIM-I27.",
            _school_meals,
        ),
    )
}
