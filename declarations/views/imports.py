"""T12: a file or an example in the place of what was typed, shown before it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import vault
from common.actor import ActorRequest
from common.attempts import attempt
from common.legal_time import BRASILIA
from common.ui import paginate
from declarations.engine.beginnings import BEGINNINGS, Beginning, Tables
from declarations.engine.faults import Fault
from declarations.folders import Named, named
from declarations.forms.files import ImportForm
from declarations.models import Declaration
from declarations.permissions import Permission
from declarations.services.beginning import example_file, tables_of
from declarations.services.contents import SEPARATOR
from declarations.services.grid import typed_text
from declarations.services.importing import differences, read_upload, shown_hash, take_tables
from declarations.services.saving import CellName
from declarations.services.spreadsheets import tables_from
from declarations.views.files import download
from declarations.views.folders import declaration_of
from declarations.views.spreadsheets import SHEETS, WAITING, chosen_of, is_spreadsheet, keep_sheets
from siops.session import office_required

NOTHING_WAITS = "Nenhum arquivo aguarda confirmação. Envie o arquivo."
TAKEN = "Dados trazidos: {number} células mudaram."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def declaration_import(request: ActorRequest, pk: int) -> HttpResponse:
    """The file, or an example to begin from; what is wrong with a file is listed."""
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    faults: list[Fault] = []
    if form.is_bound and form.is_valid():
        filename, content = form.content()
        with attempt(form):
            if is_spreadsheet(filename, content):
                keep_sheets(request, pk, filename, content)
                return redirect("declarations:import_columns", pk)
            faults = read_upload(declaration, filename, content, request.at).faults
            if not faults:
                sealed = vault.seal(content).decode()
                request.session[WAITING] = {"declaration": pk, "filename": filename, "content": sealed}
                return redirect("declarations:import_confirm", pk)
    context = {"declaration": declaration, "form": form, "faults": faults, "beginnings": BEGINNINGS.values()}
    return render(request, "declarations/declaration_import.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def import_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """What the file would change; «Confirmar» does exactly that."""
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION)
    kept: dict[str, Any] = request.session.get(WAITING) or {}
    if kept.get("declaration") != pk:
        messages.warning(request, NOTHING_WAITS)
        return redirect("declarations:declaration_import", pk)
    if SHEETS in kept:
        record, result = chosen_of(declaration, kept)
        return _confirm(
            request, declaration, tables_from(declaration, record, result), kept["filename"], result.skipped
        )
    taken = read_upload(declaration, kept["filename"], vault.unseal(kept["content"].encode()), request.at)
    if taken.faults:
        messages.error(request, taken.faults[0].message)
        return redirect("declarations:declaration_import", pk)
    return _confirm(request, declaration, dict(taken.tables), kept["filename"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def example_confirm(request: ActorRequest, pk: int, slug: str) -> HttpResponse:
    """«Começar por um exemplo»: the same, with the rows of an example."""
    declaration, beginning = declaration_of(request, pk, Permission.FILL_DECLARATION), _beginning(slug)
    return _confirm(request, declaration, tables_of(declaration, beginning), beginning.title)


@never_cache
@require_safe
@office_required
def example_download(request: ActorRequest, pk: int, slug: str) -> HttpResponse:
    """An example as an `.opsz`: what a class brings as if its own programme had written it."""
    declaration, beginning = declaration_of(request, pk, Permission.FILL_DECLARATION), _beginning(slug)
    return download(example_file(declaration, beginning, request.at.astimezone(BRASILIA)), "application/zip")


def _beginning(slug: str) -> Beginning:
    if slug not in BEGINNINGS:
        raise Http404
    return BEGINNINGS[slug]


def _confirm(
    request: ActorRequest, declaration: Declaration, tables: Tables, source: str, skipped: Sequence[str] | None = None
) -> HttpResponse:
    if request.method == "POST":
        with attempt(request):
            number = take_tables(
                declaration_id=declaration.pk,
                tables=tables,
                shown=request.POST.get("shown", ""),
                source=source,
                by=request.actor,
                at=request.at,
            )
            request.session.pop(WAITING, None)
            messages.success(request, TAKEN.format(number=number))
            return redirect("declarations:summary", declaration.pk)
        return redirect(request.path)
    changed = differences(declaration, tables)
    page = paginate(request, changed, per_page=100)
    context = {
        "declaration": declaration,
        "source": source,
        "page": page,
        "total": len(changed),
        "rows": [
            (_words(declaration, each.name), typed_text(each.before), typed_text(each.after))
            for each in page.object_list
        ],
        "shown": shown_hash(declaration),
        "skipped": skipped,
        # A spreadsheet is joined to what there is; a file takes its place.
        "is_joined": skipped is not None,
    }
    return render(request, "declarations/import_confirm.html", context)


def _words(declaration: Declaration, name: CellName) -> Named:
    return named(name.record, tuple(name.key.split(SEPARATOR)), name.column, year=declaration.period.year)
