"""Tables to take along (CSV), line by line, for the spreadsheets that people have."""

import csv
from collections.abc import Iterable, Iterator

FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Says to a spreadsheet that the letters are in UTF-8.
MARK = "\ufeff"


def csv_lines(title: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The mark, «SIMULADO» with the title, the names of the columns and the rows, with semicolons between the cells."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield MARK
    yield writer.writerow([f"SIMULADO – SEM VALOR LEGAL – {title}"])
    yield writer.writerow(list(header))
    for row in rows:
        yield writer.writerow(harmless(row))


def harmless(cells: Iterable[str]) -> list[str]:
    """An apostrophe before what a spreadsheet would take for a formula."""
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text
