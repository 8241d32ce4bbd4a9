"""A spreadsheet as rows of cells, from XLSX or CSV, whatever it holds: within bounds, and refused in words."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass
from typing import NamedTuple

from common.uploads.archives import check_zip
from common.uploads.pdf import run_apart
from common.uploads.refusals import damaged, refusal
from declarations.spreadsheets import xlsx_reader
from declarations.spreadsheets.xlsx_reader import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, TEXT

MOST_BYTES = 5 * 1024 * 1024
DELIMITERS = ";\t,"
REFUSALS = {
    "entities": "A planilha declara entidades XML, que não se aceitam. Salve-a de novo no seu programa.",
    "sheets": f"A planilha tem mais de {MOST_SHEETS} abas. Deixe só a dos dados.",
    "rows": f"A planilha tem mais de {MOST_ROWS} linhas numa aba. Deixe só as dos dados.",
    "columns": f"A planilha tem mais de {MOST_COLUMNS} colunas numa aba. Deixe só as dos dados.",
}
TOO_COMPLEX = "A planilha é complexa demais para ser lida. Copie os valores para uma planilha nova e envie-a."
TOO_LARGE = "A planilha tem mais de 5 MB. Deixe só a aba dos dados."
NO_ROWS = "A planilha não tem linhas."


class Value(NamedTuple):
    """One cell: what kind it is (`xlsx_reader`), and its text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """One sheet (aba)."""

    title: str
    rows: list[list[Value | None]]


def read(filename: str, data: bytes) -> list[Sheet]:
    """Every sheet. Raises RuleBroken (field "file") for what is no spreadsheet within the bounds."""
    if len(data) > MOST_BYTES:
        raise refusal(TOO_LARGE, "file_too_large")
    sheets = _workbook(data) if data.startswith(b"PK") else [Sheet(filename[:31], _delimited(data))]
    sheets = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    if not sheets:
        raise refusal(NO_ROWS, "empty_file")
    return sheets


def dump(sheets: list[Sheet]) -> bytes:
    """To be kept between two pages."""
    return json.dumps([asdict(sheet) for sheet in sheets]).encode()


def load(text: bytes) -> list[Sheet]:
    return [
        Sheet(each["title"], [[Value(*cell) if cell else None for cell in row] for row in each["rows"]])
        for each in json.loads(text)
    ]


def _workbook(data: bytes) -> list[Sheet]:
    check_zip(data)
    done = run_apart(xlsx_reader.__file__, data)
    if done.status:
        raise refusal(TOO_COMPLEX, "file_complex")
    found = json.loads(done.output)
    if found["problem"] == "damaged":
        raise damaged("uma planilha XLSX")
    if found["problem"]:
        raise refusal(REFUSALS[found["problem"]], found["problem"])
    return load(json.dumps(found["sheets"]).encode())


def _delimited(data: bytes) -> list[list[Value | None]]:
    """UTF-8, or what the spreadsheets of Windows write; the delimiter is the one that the first line has most of."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\x00" in text:
        raise damaged("um CSV")
    first = text.partition("\n")[0]
    rows: list[list[Value | None]] = []
    try:
        for row in csv.reader(text.splitlines(), delimiter=max(DELIMITERS, key=first.count)):
            if len(rows) == MOST_ROWS:
                raise refusal(REFUSALS["rows"], "rows")
            if len(row) > MOST_COLUMNS:
                raise refusal(REFUSALS["columns"], "columns")
            rows.append([Value(TEXT, cell.strip()) if cell.strip() else None for cell in row])
    except csv.Error:
        raise damaged("um CSV") from None
    return rows
