"""What to begin from (Começar por um exemplo): a real case, a consistent declaration, and what can be wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass

from declarations.engine import records, samples
from declarations.engine.declaration import Key, Table, Values
from declarations.engine.periods import Period

Tables = dict[str, Table]


@dataclass(frozen=True)
class Beginning:
    """An example: what it is of, and what the críticas will say of it. `tables` is given a consistent declaration."""

    slug: str
    title: str
    about: str
    tables: Callable[[Tables], Tables]

    def whole(self, base: Tables) -> Tables:
        """Every record, those that the example leaves out as empty."""
        empty: Tables = {name: {} for name in records.RECORDS}
        return empty | self.tables(base)


def consistent(period: Period) -> Tables:
    """The synthetic declaration of that bimestre, its former years moved along."""
    moved = {str(samples.YEAR - 1): str(period.year - 1)}
    return {
        name: {tuple(moved.get(part, part) for part in key): values for key, values in table.items()}
        for name, table in samples.example(period.bimester).tables.items()
    }


def _as_it_is(base: Tables) -> Tables:
    return base


def _real(base: Tables) -> Tables:
    return dict(samples.apui().tables)


def _with_expense(base: Tables, key: Key, values: Values) -> Tables:
    return base | {records.EXPENSES.name: base[records.EXPENSES.name] | {key: values}}


def _expense(base: Tables, key: Key) -> Values:
    """The row, or that of the sample where the declaration has none."""
    values = base[records.EXPENSES.name].get(key, ())
    return values if any(values) else samples.example(1).tables[records.EXPENSES.name][key]


def _paid_too_much(base: Tables) -> Tables:
    """Column paga of one row above its liquidada."""
    key = ("301", "C", "2", "", "")
    *others, settled, _, left = _expense(base, key)
    return _with_expense(base, key, (*others, settled, int(settled or 0) + 14_864_97, left))


def _nothing_collected(base: Tables) -> Tables:
    """The base (III) is zero."""
    revenues: Table = {key: (*values[:2], 0) for key, values in base[records.REVENUES.name].items()}
    return base | {records.REVENUES.name: revenues}


def _school_meals(base: Tables) -> Tables:
    """An expense of article 4 among those that are counted."""
    meals = _expense(base, ("306", "C", "2", "", ""))
    return _with_expense(base, ("306", "C", "2", "4.IV", "Merenda escolar"), meals)


BEGINNINGS = {
    each.slug: each
    for each in (
        Beginning(
            "apui",
            "Apuí/AM, 1º bimestre de 2026",
            "Figuras reais, publicadas. A fonte de recursos de cada despesa e as linhas não computadas são sintéticas. "
            "Percentual 17,87 liquidado; em Apuí, só avisos. Noutro ente o já homologado é outro, e SIM-I19 o diz.",
            _real,
        ),
        Beginning(
            "coerente",
            "Declaração coerente",
            "O último bimestre homologado do ente, levado adiante; sem ele, sintética: nada impede.",
            _as_it_is,
        ),
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
