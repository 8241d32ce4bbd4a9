"""A small chart of bars as geometry: the template draws it as SVG, beside the table of the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, TOP, FOOT, BAR = 360, 132, 18, 112, 32


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, or the place of one that has no figure (height 0)."""

    x: int
    y: int
    height: int
    label: str
    text: str
    has_data: bool

    @property
    def middle(self) -> int:
        return self.x + BAR // 2

    @property
    def text_y(self) -> int:
        return self.y - 4


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = FOOT
    bar: int = BAR

    @property
    def label_y(self) -> int:
        return self.foot + 14


def chart_of(values: Sequence[tuple[str, int | None, str]]) -> Chart:
    """From (label, value, text) of each bar; the highest reaches the top. A negative value has no height."""
    largest = max((value for _, value, _ in values if value), default=0)
    step = WIDTH // max(len(values), 1)
    bars = []
    for number, (label, value, text) in enumerate(values):
        height = (FOOT - TOP) * max(value or 0, 0) // largest if largest > 0 else 0
        bars.append(Bar(number * step + (step - BAR) // 2, FOOT - height, height, label, text, value is not None))
    return Chart(bars)
