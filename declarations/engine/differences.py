"""What differs between two computed declarations, cell by cell (diferenças). Pure."""

from __future__ import annotations

from typing import NamedTuple

from declarations.engine.case import Case
from declarations.engine.layouts import Amount, column_of, line_of


class Change(NamedTuple):
    """One cell of the demonstrativo, before and after; `None` is «não se aplica»."""

    cell: str
    before: Amount
    after: Amount

    @property
    def line(self) -> str:
        return line_of(self.cell)

    @property
    def column(self) -> str:
        return column_of(self.cell)


def changes(before: Case, after: Case) -> list[Change]:
    """The cells that differ, in the order in which they are published; percentages of rows follow and are left out."""
    names = [f"{line.code}:{column}" for line in after.layout.lines.values() for column in line.columns]
    pairs = (Change(name, before.values.get(name), after.values.get(name)) for name in names)
    return [each for each in pairs if each.before != each.after and not each.column.endswith("pct")]
