"""Lists as CSV, for the spreadsheets of who reads Portuguese: semicolons, UTF-8 with a mark, no cell that computes."""

import csv
import re
from collections.abc import Iterable, Iterator

FORMULA = ("=", "+", "-", "@", "\t", "\r")
# In reais, as people write it: no spreadsheet computes it.
AMOUNT = re.compile(r"-[0-9.]*[0-9],[0-9]{2}")
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
    """An apostrophe before what would be a formula; an amount stays as it is."""
    return [f"'{cell}" if cell.startswith(FORMULA) and not AMOUNT.fullmatch(cell) else cell for cell in cells]


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text
