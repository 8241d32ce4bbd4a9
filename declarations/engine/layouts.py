"""What a demonstrativo is made of: lines, columns and formulas, read and checked once.

A formula is a text of ours in a table of ours, never of a file or of a person:

    IPTU + ITBI + ISS + IRRF          the same column of other lines
    XVI - XVII:minimo                 a named column of another line
    half_up(empenhada, dot_atualizada)   an operation over columns of the same line
    saldo_inicial - {stage}           {stage} is the column by which the percentage is judged

Every name in it must exist, and no formula may follow from itself: `Layout` refuses to be made otherwise.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from declarations.engine import money
from declarations.engine.periods import Period

SETTLED, COMMITTED = "liquidada", "empenhada"

Amount = int | None
Amounts = dict[str, Amount]


def cell(line: str, column: str) -> str:
    """The name of a cell: "IV.C:empenhada"."""
    return f"{line}:{column}"


def line_of(name: str) -> str:
    return name.partition(":")[0]


def column_of(name: str) -> str:
    return name.partition(":")[2]


def _beyond(amount: int, *minima: Amount) -> int:
    """What exceeds the largest of the minima that apply."""
    return amount - max(minimum or 0 for minimum in minima)


def _difference(amount: Amount, former: Amount) -> Amount:
    return None if amount is None or former is None else amount - former


# What a formula may do beside adding and subtracting.
OPERATIONS: dict[str, Callable[..., Amount]] = {
    "positive": lambda amount: max(amount or 0, 0),
    "negative": lambda amount: min(amount or 0, 0),
    "lacking": lambda *amounts: sum(max(-(amount or 0), 0) for amount in amounts),
    "beyond": _beyond,
    "difference": _difference,
    "share": lambda base, rate: money.share(base or 0, rate),
    "half_up": lambda part, whole: money.half_up_percent(part or 0, whole or 0),
    "truncated": lambda part, whole: money.truncated_percent(part or 0, whole),
}
CALL = re.compile(r"(\w+)\((.*)\)", re.DOTALL)
TERM = re.compile(r"([+-]?)\s*([\w.:]+)")

Terms = tuple[tuple[int, str], ...]


class Line(NamedTuple):
    """One line of a quadro. A line without formula is typed, or summed from the rows of the file."""

    code: str
    label: str
    quadro: str
    columns: tuple[str, ...]
    formula: str = ""
    # Of a line that applies to the 6º bimestre alone: the columns that it computes there.
    final_columns: tuple[str, ...] | None = None

    def computed_columns(self, *, is_final: bool) -> tuple[str, ...]:
        if self.final_columns is None:
            return self.columns
        return self.final_columns if is_final else ()


class Step(NamedTuple):
    """One computed cell: an operation over sums, by its name, or a bare sum, without one."""

    cell: str
    operation: str
    arguments: tuple[Terms, ...]

    def value(self, values: Amounts) -> Amount:
        if not self.operation:
            return _sum(self.arguments[0], values) or 0
        return OPERATIONS[self.operation](*(_sum(terms, values) for terms in self.arguments))


def _sum(terms: Terms, values: Amounts) -> Amount:
    """A sum counts «não se aplica» as nothing; a single name keeps it."""
    if len(terms) == 1 and terms[0][0] == 1:
        return values.get(terms[0][1])
    total = 0
    for sign, name in terms:
        total += sign * (values.get(name) or 0)
    return total


@cache
def _named(text: str) -> Terms:
    """A sum as it is written; once for all the columns of a line."""
    read = TERM.findall(text)
    if not read or re.sub(r"\s", "", text) != "".join(sign + name for sign, name in read):
        raise ValueError(f"cannot read {text!r}")
    return tuple((-1 if sign == "-" else 1, name) for sign, name in read)


@dataclass(frozen=True)
class Layout:
    """The lines of one demonstrativo and what follows from what. One for bimestres 1 to 5, one for the 6º."""

    name: str
    lines: dict[str, Line]
    # Formulas of a column, for the lines that have it: column → formula.
    column_formulas: dict[str, str]
    is_final: bool
    steps: tuple[Step, ...] = field(init=False)

    def __post_init__(self) -> None:
        steps = {step.cell: step for step in self._read()}
        object.__setattr__(self, "steps", self._ordered(steps))

    @property
    def stage(self) -> str:
        """The column that counts: liquidada in the bimestres 1 to 5, empenhada in the 6º."""
        return COMMITTED if self.is_final else SETTLED

    @cached_property
    def cells(self) -> frozenset[str]:
        return frozenset(cell(line.code, column) for line in self.lines.values() for column in line.columns)

    @cached_property
    def computed(self) -> frozenset[str]:
        return frozenset(step.cell for step in self.steps)

    @cached_property
    def place(self) -> dict[str, int]:
        """Order of every cell: what follows from a cell comes after it."""
        typed = sorted(self.cells - self.computed)
        return {name: number for number, name in enumerate([*typed, *(step.cell for step in self.steps)])}

    @cached_property
    def origins(self) -> dict[str, frozenset[str]]:
        """Cell → every cell from which it follows."""
        found: dict[str, frozenset[str]] = {}
        for step in self.steps:
            direct = [name for terms in step.arguments for _, name in terms]
            found[step.cell] = frozenset(direct).union(*(found.get(name, frozenset()) for name in direct))
        return found

    def compute(self, typed: Amounts) -> Amounts:
        """Every cell of the demonstrativo, from those that were typed."""
        values = dict(typed)
        for step in self.steps:
            values[step.cell] = step.value(values)
        return values

    def _read(self) -> Iterator[Step]:
        for line in self.lines.values():
            for column in line.computed_columns(is_final=self.is_final):
                formula = self.column_formulas.get(column) or line.formula
                if formula:
                    yield self._step(line, column, formula)

    def _step(self, line: Line, column: str, formula: str) -> Step:
        text = formula.replace("{stage}", self.stage)
        if not (call := CALL.fullmatch(text)):
            return Step(cell(line.code, column), "", (self._terms(line, column, text),))
        if call[1] not in OPERATIONS:
            raise ValueError(f"{line.code}: unknown operation {call[1]}")
        arguments = tuple(self._terms(line, column, part) for part in call[2].split(","))
        return Step(cell(line.code, column), call[1], arguments)

    def _terms(self, line: Line, column: str, text: str) -> Terms:
        return tuple((sign, self._resolved(line, column, name)) for sign, name in _named(text))

    def _resolved(self, line: Line, column: str, name: str) -> str:
        """A column of the same line, a cell by its whole name, or the same column of another line."""
        whole = cell(line.code, name) if name in line.columns else name if ":" in name else cell(name, column)
        if whole not in self.cells:
            raise ValueError(f"{line.code}: there is no {whole}")
        return whole

    @staticmethod
    def _ordered(steps: dict[str, Step]) -> tuple[Step, ...]:
        """Each computed cell after those that it follows from."""
        done: dict[str, Step] = {}
        waiting: set[str] = set()

        def visit(name: str) -> None:
            if name in waiting:
                raise ValueError(f"{name} follows from itself")
            if name in done or name not in steps:
                return
            waiting.add(name)
            for terms in steps[name].arguments:
                for _, operand in terms:
                    visit(operand)
            waiting.remove(name)
            done[name] = steps[name]

        for name in steps:
            visit(name)
        return tuple(done.values())


@dataclass(frozen=True)
class Edition:
    """A published layout, in both its forms, and since when it is used. A form is read and checked at its first use."""

    name: str
    since: int
    lines: dict[str, Line]
    column_formulas: dict[str, str]

    @cached_property
    def running(self) -> Layout:
        return Layout(self.name, self.lines, self.column_formulas, is_final=False)

    @cached_property
    def final(self) -> Layout:
        return Layout(self.name, self.lines, self.column_formulas, is_final=True)

    def layout(self, period: Period) -> Layout:
        return self.final if period.is_final else self.running
