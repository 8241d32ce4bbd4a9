"""What an entity declares for one bimestre: who and when, the rows, and the totals that it computed itself."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from operator import itemgetter

from declarations.engine import anexo12, records
from declarations.engine.layouts import Amount, Amounts, Edition, Layout, cell
from declarations.engine.money import canonical
from declarations.engine.periods import Period

Key = tuple[str, ...]
Values = tuple[Amount | str, ...]
Table = dict[Key, Values]
EDITIONS = {anexo12.NAME: anexo12.edition}
CONTROL_LINES = {"Q4": anexo12.UNMET, "Q6": anexo12.CANCELLED}
SOURCE_LINES = {
    (sub, category, source): anexo12.source_line(sub, category, source)
    for sub in anexo12.SUBFUNCTIONS
    for category in anexo12.CATEGORIES
    for source in anexo12.SOURCES
}


@dataclass(frozen=True)
class Identity:
    """Of which entity, bimestre and version a declaration is; the words of manifest.json are in `packing`."""

    ibge7: str
    year: int
    bimester: int
    version: int = 1
    sphere: str = "M"
    layout: str = anexo12.NAME
    rules: str = ""
    technician_hash: str = ""
    rectifies: int | None = None

    @property
    def period(self) -> Period:
        return Period(self.year, self.bimester)

    @property
    def edition(self) -> Edition:
        return EDITIONS[self.layout]()


@dataclass(frozen=True)
class Declaration:
    """One version of the declaration of a bimestre. Two with the same content are equal, in whatever order of rows."""

    identity: Identity
    tables: dict[str, Table] = field(default_factory=dict)
    # The cells of anexo12.json: what whoever declares computed. None is «não se aplica».
    computed: Amounts = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        return self.identity.edition.layout(self.identity.period)

    def table(self, record: records.Record) -> Table:
        return self.tables.get(record.name, {})

    @cached_property
    def typed(self) -> Amounts:
        """Every typed cell; rows of the same line are summed, and a blank counts as nothing."""
        rows: dict[str, tuple[tuple[str, ...], list[tuple[Amount, ...]]]] = {}
        for line, columns, values in self._lines():
            rows.setdefault(line, (columns, []))[1].append(values)
        found: Amounts = {"TAXA:legal": anexo12.MINIMUM_RATE}
        for line, (columns, amounts) in rows.items():
            for place, column in enumerate(columns):
                found[cell(line, column)] = sum(filter(None, map(itemgetter(place), amounts)))
        return found

    @cached_property
    def declared(self) -> dict[str, set[Amount]]:
        """What was declared for each computed cell, by anexo12.json and by the totals in the sheets."""
        found: dict[str, set[Amount]] = {name: {value} for name, value in self.computed.items()}
        for line, columns, values in self._revenue_lines():
            for column, value in zip(columns, values, strict=True):
                if (name := cell(line, column)) in self.layout.computed:
                    found.setdefault(name, set()).add(value or 0)
        return found

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON: the same data packed again, or written with commas, has the same."""
        body = {
            "identidade": asdict(self.identity),
            "anexo12": {name: _written(value) for name, value in self.computed.items()},
            "linhas": {
                name: [[*key, *map(_written, values)] for key, values in sorted(table.items())]
                for name, table in self.tables.items()
                if table
            },
        }
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def blanks(self) -> Iterator[str]:
        """Cells left blank: an amount of a row, or a line of revenue that is not in the file at all."""
        if any(None in values for table in self.tables.values() for values in table.values()):
            for line, columns, values in self._lines():
                yield from (cell(line, column) for column, value in zip(columns, values, strict=True) if value is None)
        for record in (records.REVENUES, records.ADDITIONAL):
            given = self.table(record)
            for code in record.keys[0].known or ():
                if (code,) not in given and cell(code, "realizada") not in self.layout.computed:
                    yield cell(code, "realizada")

    def expenses_of(self, types: dict[str, str], sources: tuple[str, ...]) -> Iterator[tuple[Key, int]]:
        """Rows of expense of these types and sources that have any amount, with the one committed."""
        for key, values in self.table(records.EXPENSES).items():
            if key[3] in types and key[2] in sources and any(values):
                yield key, int(values[2] or 0)

    def _lines(self) -> Iterator[tuple[str, tuple[str, ...], tuple[Amount, ...]]]:
        """Line of the demonstrativo, its columns and amounts, for every row of typed amounts."""
        yield from (row for row in self._revenue_lines() if cell(row[0], "realizada") not in self.layout.computed)
        yield from self._expense_lines()
        for (year,), values in self.table(records.REMAINDERS).items():
            yield f"RP.{self.identity.year - int(year)}", anexo12.REMAINDERS, _amounts(values)
        for (quadro, year), values in self.table(records.CONTROLS).items():
            yield control_line(quadro, self.identity.year - int(year)), anexo12.CARRIED, _amounts(values)
        for (source,), values in self.table(records.AVAILABILITY).items():
            yield f"D.{source}", anexo12.AVAILABILITY, _amounts(values)

    def _revenue_lines(self) -> Iterator[tuple[str, tuple[str, ...], tuple[Amount, ...]]]:
        for record in (records.REVENUES, records.ADDITIONAL):
            for (code,), values in self.table(record).items():
                yield code, anexo12.REVENUE, _amounts(values)

    def _expense_lines(self) -> Iterator[tuple[str, tuple[str, ...], tuple[Amount, ...]]]:
        for key, values in self.table(records.EXPENSES).items():
            yield SOURCE_LINES[key[0], key[1], key[2]], anexo12.EXPENSE, _amounts(values)


def control_line(quadro: str, age: int) -> str:
    """The line of Q4 or Q6 for a year so many before the one declared; the oldest share one line."""
    lines = CONTROL_LINES[quadro]
    return lines[min(age, max(lines))]


def is_known_year(record: records.Record, key: Key, year: int) -> bool:
    """Whether a row of a year has a line: Q4 starts at the year before, restos a pagar have sixteen years."""
    age = year - int(key[-1])
    if record is records.REMAINDERS:
        return 0 <= age <= anexo12.OLDEST_REMAINDER
    return age >= min(CONTROL_LINES[key[0]])


def _amounts(values: Values) -> tuple[Amount, ...]:
    return values  # type: ignore[return-value] # only the record of justifications holds text


def _written(value: Amount | str) -> str | None:
    return canonical(value) if isinstance(value, int) else value
