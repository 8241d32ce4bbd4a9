"""The fourteen indicators of a município in a year: one figure for each bimestre, also for those without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from declarations.engine.money import canonical
from declarations.engine.periods import BIMESTERS
from territory.models import Municipality
from transparency.charts import Chart, chart_of
from transparency.indicators import INDICATORS, Figure, Indicator, figure_of
from transparency.services.official import in_force_of

HEADER = ("Indicador", "Nome", "Bimestre", "Numerador", "Denominador", "Valor")
NOT_HOMOLOGATED = "não homologado"


@dataclass(frozen=True)
class Series:
    """One indicator over the six bimestres; None is a bimestre that was not homologated."""

    indicator: Indicator
    figures: list[tuple[int, Figure | None]]

    @property
    def has_data(self) -> bool:
        return any(figure and figure.value is not None for _, figure in self.figures)

    @property
    def chart(self) -> Chart:
        return chart_of(
            [
                (f"{bimester}º", figure.value if figure else None, figure.text if figure else "–")
                for bimester, figure in self.figures
            ]
        )

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """Bimestre, numerator, denominator and value in words."""
        return [
            (f"{bimester}º", figure.numerator_text, figure.denominator_text, figure.text)
            if figure
            else (f"{bimester}º", "", "", NOT_HOMOLOGATED)
            for bimester, figure in self.figures
        ]


def series_of(place: Municipality, year: int) -> list[Series]:
    """The same queries however many bimestres there are."""
    cases = {official.period.bimester: official.case for official in in_force_of(place, year)}
    return [
        Series(
            indicator,
            [(each, figure_of(indicator, cases[each]) if each in cases else None) for each in BIMESTERS],
        )
        for indicator in INDICATORS
    ]


def as_lines(series: list[Series]) -> Iterator[tuple[str, ...]]:
    for each in series:
        yield from ((each.indicator.number, each.indicator.name, *row) for row in each.rows)


def as_dicts(series: list[Series]) -> list[dict[str, Any]]:
    """With exact figures: null where there is none."""
    return [
        {
            "numero": each.indicator.number,
            "nome": each.indicator.name,
            "unidade": "%" if each.indicator.is_percent else "R$ por habitante",
            "bimestres": [
                {"bimestre": bimester, "valor": _exact(figure.value if figure else None)}
                for bimester, figure in each.figures
            ],
        }
        for each in series
    ]


def _exact(value: int | None) -> str | None:
    return None if value is None else canonical(value)
