"""A declaration under judgement: what it says, what follows from it, and what the portal knows besides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from declarations.engine import anexo12
from declarations.engine.context import Context
from declarations.engine.declaration import Declaration
from declarations.engine.layouts import Amount, Amounts, Layout, cell, column_of, line_of
from declarations.engine.money import brazilian
from declarations.engine.periods import Period

# What a limit is to the amount that was found.
UP_TO, AT_LEAST = "até", "ao menos"


class Hit(NamedTuple):
    """What one rule found in one place. The first cell is where to mend it; without cells it is the whole period."""

    cells: tuple[str, ...]
    message: str
    found: Amount = None
    expected: Amount = None
    # Of an expected amount that is a limit.
    bound: str = ""

    @property
    def line(self) -> str:
        return line_of(self.cells[0]) if self.cells else ""


@dataclass(frozen=True)
class Case:
    """What every rule is given. Without a context, the parts of it are as if they did not exist."""

    declaration: Declaration
    context: Context | None = None

    @property
    def layout(self) -> Layout:
        return self.declaration.layout

    @property
    def period(self) -> Period:
        return self.declaration.identity.period

    @property
    def stage(self) -> str:
        return self.layout.stage

    @cached_property
    def values(self) -> Amounts:
        """Every cell, recomputed from what was typed."""
        typed = dict(self.declaration.typed)
        if self.context is not None:
            typed["TAXA:organica"] = self.context.organic_rate
            typed["XXII:valor"] = self.context.former_lacking
        return self.layout.compute(typed)

    def amount(self, line: str, column: str) -> int:
        return self.values.get(cell(line, column)) or 0

    def wrong(self, lines: Iterable[str], tolerance: int = 0) -> Iterator[Hit]:
        """Cells of these lines whose declared amount is not the one that follows from what was typed."""
        for line in lines:
            for column in self.layout.lines[line].columns:
                name = cell(line, column)
                expected = self.values.get(name)
                for declared in self.declaration.declared.get(name, ()):
                    if abs((declared or 0) - (expected or 0)) > tolerance and not column.endswith("pct"):
                        yield Hit((name,), "", declared, expected)

    def wrong_percentages(self) -> Iterator[Hit]:
        """Percentages of rows that are not half-up."""
        for name, given in self.declaration.declared.items():
            if column_of(name).endswith("pct"):
                yield from (Hit((name,), "", each, self.values[name]) for each in given if each != self.values[name])

    def label(self, line: str) -> str:
        known = self.layout.lines.get(line)
        return known.label if known else line

    def expense_rows(self) -> Iterator[str]:
        """Lines of despesas correntes and de capital, counted and not counted."""
        for code in (*anexo12.COUNTED.values(), *anexo12.NOT_COUNTED.values()):
            yield from (f"{code}.{category}" for category in anexo12.CATEGORIES)


def told(hits: Iterable[Hit], template: str) -> Iterator[Hit]:
    """Hits with their sentence: {x} found, {y} expected, {d} by how much they differ."""
    for hit in hits:
        difference = abs((hit.found or 0) - (hit.expected or 0))
        words = template.format(x=brazilian(hit.found), y=brazilian(hit.expected), d=brazilian(difference))
        yield hit._replace(message=words)
