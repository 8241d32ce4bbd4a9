"""The columns of the municipality's own spreadsheet: which one is which, suggested and then remembered (T12)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import vault
from common.actor import ActorRequest
from common.requests import whole_number
from declarations.engine import records
from declarations.engine.records import Record
from declarations.folders import FOLDERS
from declarations.forms.columns import ColumnsForm, SheetForm
from declarations.models import Declaration
from declarations.permissions import Permission
from declarations.services.importing import record_of
from declarations.services.spreadsheets import keep_columns, kept_columns, likely_folder, result_of
from declarations.spreadsheets import mapping, reading
from declarations.spreadsheets.mapping import Result
from declarations.spreadsheets.reading import Sheet
from declarations.views.folders import declaration_of
from siops.session import office_required

# Where a file waits for its confirmation, and in it the cells of a spreadsheet.
WAITING, SHEETS = "declaration_waiting", "sheets"
NOTHING_WAITS = "Nenhuma planilha aguarda. Envie o arquivo."


def is_spreadsheet(filename: str, content: bytes) -> bool:
    """An XLSX, or a CSV that is not one of the transmission file."""
    name = filename.lower()
    return name.endswith(".xlsx") or (name.endswith(".csv") and record_of(filename, content) is None)


def keep_sheets(request: ActorRequest, pk: int, filename: str, content: bytes) -> None:
    """Read it once, and keep its cells for the pages that follow. Raises RuleBroken."""
    sealed = vault.seal(reading.dump(reading.read(filename, content))).decode()
    request.session[WAITING] = {"declaration": pk, "filename": filename, SHEETS: sealed}


def chosen_of(declaration: Declaration, kept: dict[str, Any]) -> tuple[Record, Result]:
    """The folder and the rows that were chosen; nothing before that."""
    record = records.RECORDS[kept.get("record", records.REVENUES.name)]
    if "places" not in kept:
        return record, Result()
    return record, result_of(declaration, _sheets(kept)[kept["sheet"]], kept["header"], record, kept["places"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def import_columns(request: ActorRequest, pk: int) -> HttpResponse:
    """Folder, sheet and header first; then its columns. What cannot be read is told, and nothing goes on."""
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION)
    kept: dict[str, Any] = request.session.get(WAITING) or {}
    if kept.get("declaration") != pk or SHEETS not in kept:
        messages.warning(request, NOTHING_WAITS)
        return redirect("declarations:declaration_import", pk)
    sheets = _sheets(kept)
    number = min(whole_number(request.GET.get("aba", "")) or 0, len(sheets) - 1)
    sheet = sheets[number]
    header = (whole_number(request.GET.get("linha", "")) or mapping.header_row(sheet) + 1) - 1
    found = mapping.headers(sheet, header)
    record = _folder_of(request.GET.get("pasta", "")) or likely_folder(found)
    suggested = mapping.suggest(found, record, kept_columns(declaration, record))
    form = ColumnsForm(request.POST or None, record=record, headers=found, suggested=suggested)
    problems: list[str] = []
    if form.is_bound and form.is_valid():
        problems = result_of(declaration, sheet, header, record, form.places).problems
        if not problems:
            told = {name: found[place] for name, place in form.places.items()}
            keep_columns(declaration_id=pk, record=record.name, columns=told, by=request.actor, at=request.at)
            chosen = {"record": record.name, "sheet": number, "header": header, "places": dict(form.places)}
            request.session[WAITING] = kept | chosen
            return redirect("declarations:import_confirm", pk)
    context = {
        "declaration": declaration,
        "form": form,
        "problems": problems,
        "source": kept["filename"],
        "chooser": SheetForm(record=record, titles=[each.title for each in sheets], number=number, header=header + 1),
    }
    return render(request, "declarations/import_columns.html", context, status=422 if problems else 200)


def _sheets(kept: dict[str, Any]) -> list[Sheet]:
    return reading.load(vault.unseal(kept[SHEETS].encode()))


def _folder_of(name: str) -> Record | None:
    return next((folder.table for folder in FOLDERS.values() if folder.table.name == name), None)
