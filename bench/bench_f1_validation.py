"""f1: full validation of a SIOPS file, with every finding, against splitting its lines into numbers."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

from bench import support
from declarations.engine import packing, records, report, samples

GOAL, GROWTH, WORST = 3.5, 11, 3
LINES = 4_000
# Bytes of the file do not depend on the day.
WRITTEN_AT = datetime(2026, 3, 20, tzinfo=UTC)


def packed(lines: int, *, worst: bool = False) -> bytes:
    """A right file of so many rows of expense; the worst one has in each a type that article 4 leaves out."""
    declaration = samples.example(2)
    kind = "4.IV" if worst else "3.V"
    rows = {
        ("301", "C", "2", kind, f"compra {number}"): (200_00, 200_00, 50_00, 40_00, 30_00, 10_00)
        for number in range(lines)
    }
    tables = declaration.tables | {records.EXPENSES.name: declaration.table(records.EXPENSES) | rows}
    return packing.write(samples.completed(replace(declaration, tables=tables)), generated_at=WRITTEN_AT)


def split(text: str) -> None:
    """The least that anybody must do: every amount of every line as a number."""
    for line in text.splitlines()[1:]:
        [int(part.replace(".", "")) for part in line.split(";")[3:9]]


def main() -> int:
    small, large, worst = packed(LINES), packed(LINES * 10), packed(LINES * 10, worst=True)
    with zipfile.ZipFile(io.BytesIO(large)) as package:
        text = package.read(records.EXPENSES.file).decode()

    found = report.examine(large)
    assert found.may_be_sent, found.verdict
    assert found.case
    assert len(found.case.declaration.table(records.EXPENSES)) > LINES * 10
    bad = report.examine(worst)
    assert sum(len(group.findings) for group in bad.groups) >= LINES * 10

    times = support.interleave(
        7 if support.FULL else 5,
        validation=lambda: support.timed(lambda: report.examine(large)),
        splitting=lambda: support.timed(lambda: split(text)),
        small=lambda: support.timed(lambda: report.examine(small)),
        worst=lambda: support.timed(lambda: report.examine(worst)),
    )
    absolute = ", ".join(support.figures(name, values) for name, values in times.items())
    against = support.ratio(times["validation"], times["splitting"])
    growth = support.ratio(times["validation"], times["small"])
    heavy = support.ratio(times["worst"], times["validation"])
    return support.finish(
        support.Goal.at_most("f1 conferência do arquivo", against, GOAL, absolute),
        support.Goal.at_most("f1 dez vezes as linhas", growth, GROWTH, absolute),
        support.Goal.at_most("f1 o pior arquivo", heavy, WORST, absolute),
    )


if __name__ == "__main__":
    support.run(main)
