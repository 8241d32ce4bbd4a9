"""The cells of a workbook as JSON. Run apart (common.apart): the file is the input, what was found the output.

Strangers' files are read in a process of their own, with limits, which `common.apart` ends when it takes too long. A
formula is told as such: what it last came to was computed by another program, and is not trusted.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
from typing import Any

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 20, 3_000, 40, 240
CPU_SECONDS, MEMORY = 8, 512 * 1024 * 1024
# Nothing that a spreadsheet needs, and the way to make a small file grow.
ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
FORMULA, ERROR, NUMBER, TEXT, OTHER = "f", "e", "n", "s", "x"


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        found = read(sys.stdin.buffer.read())
    except Exception:
        found = {"problem": "damaged"}
    sys.stdout.write(json.dumps(found))
    return 0


def read(data: bytes) -> dict[str, Any]:
    """Sheets with their rows; each cell its kind and its value."""
    if _declares_entities(data):
        return {"problem": "entities"}
    import openpyxl  # noqa: PLC0415 -- the portal knows this module by its limits, and never reads a workbook itself

    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    if len(workbook.worksheets) > MOST_SHEETS:
        return {"problem": "sheets"}
    sheets = []
    for sheet in workbook.worksheets:
        # What the file says of its own size is not believed.
        sheet.reset_dimensions()
        rows: list[list[Any]] = []
        for row in sheet.iter_rows(max_row=MOST_ROWS + 1):
            if len(rows) == MOST_ROWS:
                return {"problem": "rows"}
            if len(row) > MOST_COLUMNS and any(cell.value is not None for cell in row[MOST_COLUMNS:]):
                return {"problem": "columns"}
            rows.append([_told(cell) for cell in row[:MOST_COLUMNS]])
        sheets.append({"title": str(sheet.title)[:31], "rows": rows})
    return {"problem": "", "sheets": sheets}


def _declares_entities(data: bytes) -> bool:
    """Also where the encoding would hide it: a part of a workbook is UTF-8."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            part = package.read(name)
            if name.endswith((".xml", ".rels", ".vml")) and (ENTITIES.search(part) or b"\x00" in part[:64]):
                return True
    return False


def _told(cell: Any) -> list[str] | None:
    kind, value = cell.data_type, cell.value
    if value is None:
        return None
    if kind == "f":
        return [FORMULA, ""]
    if kind == "e":
        return [ERROR, str(value)[:LONGEST_TEXT]]
    if kind == "n" and isinstance(value, int | float) and not isinstance(value, bool):
        return [NUMBER, repr(value)]
    return [TEXT, value.strip()[:LONGEST_TEXT]] if isinstance(value, str) else [OTHER, str(value)[:LONGEST_TEXT]]
