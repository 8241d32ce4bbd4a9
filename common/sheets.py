"""Lists as CSV, for the spreadsheets of who reads Portuguese: semicolons, UTF-8 with a mark, no cell that computes."""

import csv
from collections.abc import Iterable, Iterator

FORMULA = ("=", "+", "-", "@", "\t", "\r")
TITLE = "SIMULADO – SEM VALOR LEGAL – {about}"


def csv_lines(*, about: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The CSV line by line, under a title that says what it is."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow([TITLE.format(about=about)])
    yield writer.writerow(header)
    for cells in rows:
        yield writer.writerow(harmless(cells))


def harmless(cells: Iterable[str]) -> list[str]:
    """An apostrophe before what would be a formula."""
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text
