"""The fourteen public indicators of the SIOPS, from one homologated declaration; what nobody declared is no figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from declarations.engine import records
from declarations.engine.case import Case
from declarations.engine.money import brazilian, half_up, half_up_percent

NO_DATA = "sem dado"
Amount = int | None


def _cell(line: str, column: str) -> Callable[[Case], Amount]:
    return lambda case: case.amount(line, column)


def _spent(line: str) -> Callable[[Case], Amount]:
    """At the stage that counts in the bimestre."""
    return lambda case: case.amount(line, case.stage)


def _told(code: str) -> Callable[[Case], Amount]:
    """From the folder «Indicadores», which a declaration may leave out."""

    def found(case: Case) -> Amount:
        values = case.declaration.table(records.INDICATOR_VALUES).get((code,))
        return values[0] if values and isinstance(values[0], int) else None

    return found


def _population(case: Case) -> Amount:
    return case.context.population if case.context else None


def _applied(case: Case) -> Amount:
    """The official percentage, which is truncated and not half-up."""
    return case.values.get(f"PCT:{case.stage}")


class Indicator(NamedTuple):
    """One of them: number, name, and what is divided by what. With a `result` the quotient is that of the Anexo 12."""

    number: str
    name: str
    numerator: Callable[[Case], Amount]
    denominator: Callable[[Case], Amount]
    is_percent: bool = True
    result: Callable[[Case], Amount] | None = None


TAXES, BASE = _cell("I", "realizada"), _cell("III", "realizada")
SUS, UNION = _cell("XXIX", "realizada"), _cell("UNIAO", "realizada")
REVENUE, RECEIVED, RECEIVED_OF_UNION = (
    _told(code) for code in ("RECEITA_TOTAL", "TRANSFERENCIAS_TOTAL", "TRANSFERENCIAS_UNIAO")
)
EXPENSE = _spent("XLVIII")
INDICATORS = (
    Indicator("1.1", "Participação dos impostos na receita total", TAXES, REVENUE),
    Indicator("1.2", "Participação das transferências intergovernamentais na receita total", RECEIVED, REVENUE),
    Indicator("1.3", "Participação das transferências para o SUS no total transferido", SUS, RECEIVED),
    Indicator("1.4", "Participação da União nas transferências para a saúde", UNION, SUS),
    Indicator("1.5", "Participação da saúde no que a União transferiu", UNION, RECEIVED_OF_UNION),
    Indicator("1.6", "Participação dos impostos e transferências constitucionais na receita total", BASE, REVENUE),
    Indicator("2.1", "Despesa com saúde por habitante", EXPENSE, _population, is_percent=False),
    Indicator("2.2", "Participação do pessoal na despesa com saúde", _told("PESSOAL"), EXPENSE),
    Indicator("2.3", "Participação dos medicamentos na despesa com saúde", _told("MEDICAMENTOS"), EXPENSE),
    Indicator(
        "2.4", "Participação de terceiros – pessoa jurídica na despesa com saúde", _told("TERCEIROS_PJ"), EXPENSE
    ),
    Indicator("2.5", "Participação dos investimentos na despesa com saúde", _told("INVESTIMENTOS"), EXPENSE),
    Indicator(
        "2.6",
        "Participação das instituições sem fins lucrativos na despesa com saúde",
        _told("SEM_FINS_LUCRATIVOS"),
        EXPENSE,
    ),
    Indicator("3.1", "Participação das transferências para a saúde na despesa com saúde", SUS, EXPENSE),
    Indicator("3.2", "Participação da receita própria aplicada em ASPS", _spent("XVI"), BASE, result=_applied),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator in one bimestre: cents over cents (or inhabitants), and hundredths of a percent, or cents."""

    indicator: Indicator
    numerator: Amount
    denominator: Amount
    value: Amount

    @property
    def text(self) -> str:
        """«48,22 %», «R$ 1.234,56» or «sem dado»."""
        if self.value is None:
            return NO_DATA
        return f"{brazilian(self.value)} %" if self.indicator.is_percent else f"R$ {brazilian(self.value)}"

    @property
    def numerator_text(self) -> str:
        return NO_DATA if self.numerator is None else brazilian(self.numerator)

    @property
    def denominator_text(self) -> str:
        if self.denominator is None:
            return NO_DATA
        return brazilian(self.denominator) if self.indicator.is_percent else f"{self.denominator}"


def figure_of(indicator: Indicator, case: Case) -> Figure:
    numerator, denominator = indicator.numerator(case), indicator.denominator(case)
    return Figure(indicator, numerator, denominator, _value(indicator, case, numerator, denominator))


def _value(indicator: Indicator, case: Case, numerator: Amount, denominator: Amount) -> Amount:
    """None without both parts, or over nothing."""
    if numerator is None or not denominator or denominator < 0:
        return None
    if indicator.result:
        return indicator.result(case)
    return half_up_percent(numerator, denominator) if indicator.is_percent else half_up(numerator, denominator)
