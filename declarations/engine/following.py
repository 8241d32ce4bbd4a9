"""What follows from the cells of one page, as data: its script adds them up while the server has not answered yet.

The formulas are those of the layout. What a page shows as computed is named in them, what is typed there is numbered,
and whatever else they need is a constant.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from declarations.engine.layouts import Amounts, Layout, Step, Terms

# A cell of the page: its number among those that are typed, or its name.
Reference = int | str
# A constant in cents, as text because a script's own numbers are too short, and signed references.
Sum = tuple[str, list[tuple[int, Reference]]]


class Followed(NamedTuple):
    """A cell of the page: an operation over sums, or a bare sum."""

    name: str
    operation: str
    arguments: list[Sum]


def following(
    layout: Layout, values: Amounts, shown: Mapping[str, Sequence[Reference]], places: Mapping[str, Sequence[str]]
) -> Iterator[Followed]:
    """Of every computed cell with a place on the page, how it is made: each after those that it names.

    `shown` says by which references a cell is on the page; one that several rows make up has several.
    """
    sums = _Sums({step.cell: step for step in layout.steps}, values, shown)
    for step in layout.steps:
        for name in places.get(step.cell, ()):
            yield Followed(name, step.operation, [sums.of(terms) for terms in step.arguments])


class _Sums:
    """Sums in terms of what a page shows."""

    def __init__(self, steps: Mapping[str, Step], values: Amounts, shown: Mapping[str, Sequence[Reference]]) -> None:
        self.steps, self.values, self.shown = steps, values, shown

    def of(self, terms: Terms) -> Sum:
        constant, references = 0, []
        for sign, name in self.laid_open(terms):
            if name in self.shown:
                references += [(sign, each) for each in self.shown[name]]
            else:
                constant += sign * (self.values.get(name) or 0)
        return str(constant), references

    def laid_open(self, terms: Terms) -> Iterator[tuple[int, str]]:
        """A sum that the page does not show is what it sums."""
        for sign, name in terms:
            step = self.steps.get(name)
            if name in self.shown or step is None or step.operation:
                yield sign, name
            else:
                yield from ((sign * inner, each) for inner, each in self.laid_open(step.arguments[0]))
