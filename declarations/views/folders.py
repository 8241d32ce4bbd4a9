"""The folders of a declaration (T10): the grid that saves by form, and the saving of single cells for its script."""

from __future__ import annotations

import json

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import get_script_prefix, reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import Actor, ActorRequest
from common.ui import Tab
from declarations.engine import anexo12
from declarations.engine.report import Report
from declarations.folders import FOLDERS, OWN, SUMMARY, Folder, Place
from declarations.forms.cells import Read, read_cells
from declarations.models import Declaration
from declarations.permissions import Permission
from declarations.services.grid import Typing, conflict_text, followed_in, grid_of, judged, typed_text
from declarations.services.panel import term_of
from declarations.services.saving import save_cells
from declarations.services.summary import counters, summary_of
from declarations.services.verifying import verify_declaration
from siops.session import office_required

SAVED = "Salvo: {number}."
NOTHING = "Nada mudou."
# The button «Verificar críticas», which saves first.
VERIFY = "verify"
SOME_LEFT = "Não salvo: {number}. Veja o que está escrito em cada uma."


def declaration_of(request: ActorRequest, pk: int, permission: str = Permission.VIEW_DECLARATION) -> Declaration:
    """A version of the entity of the session, or 404; then the permission, of the offices that it was found by."""
    rows = Declaration.objects.visible_to(request.actor).select_related("period", "entity__municipality__uf")
    return _found(request, rows, pk, permission)


def require_declaration(request: ActorRequest, pk: int, permission: str) -> None:
    """The same questions, for who hands its key on to a service that reads it."""
    _found(request, Declaration.objects.visible_to(request.actor).only("entity", "status"), pk, permission)


def _found(request: ActorRequest, rows: QuerySet[Declaration], pk: int, permission: str) -> Declaration:
    declaration: Declaration = get_object_or_404(rows, pk=pk)
    permissions.require_as_read(request.actor, permission, declaration)
    return declaration


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def folder(request: ActorRequest, pk: int, slug: str) -> HttpResponse:
    """One folder: what can be saved is saved, and the rest says why not."""
    writes = request.method == "POST"
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION if writes else Permission.VIEW_DECLARATION)
    if slug not in FOLDERS:
        raise Http404
    chosen, source = FOLDERS[slug], _source(FOLDERS[slug], request.GET.get("fonte", OWN))
    typing = None
    if writes:
        read = read_cells(_typed(request.POST))
        typing = _saved(request, declaration, read)
        if not typing.errors and VERIFY in request.POST:
            verify_declaration(declaration_id=pk, by=request.actor, at=request.at)
            return redirect("declarations:findings", pk)
        if not typing.errors:
            return redirect(_address(declaration, slug, source))
        declaration = declaration_of(request, pk)
    grid = grid_of(declaration, chosen, source, at=request.at, typing=typing)
    context = {
        "declaration": declaration,
        "folder": chosen,
        "source": source,
        "grid": grid,
        "followed": followed_in(grid),
        "counters": _counters(declaration, grid.report, slug),
        "tabs": _tabs(declaration, slug),
        "sources": _sources(declaration, chosen, source),
        "may_fill": declaration.is_open and request.actor.has_perm(Permission.FILL_DECLARATION, declaration),
        "term": term_of(declaration.period, request.at) if declaration.is_open else "",
        "keeper": keeper_of(request.actor),
        "drawer": f"{get_script_prefix()}{declaration.pk}:{declaration.opened_at.timestamp()}:{slug}:{source}",
    }
    return render(request, "declarations/folder.html", context, status=422 if typing else 200)


@never_cache
@require_POST
@office_required
def cells_save(request: ActorRequest, pk: int) -> HttpResponse:
    """The same for the script of the page: JSON in, JSON out, one answer for each cell."""
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION)
    try:
        given = json.loads(request.body)
        asked = {str(each["cell"]): (str(each["text"]), str(each["seen"])) for each in given["cells"]}
        slug, source = str(given["folder"]), str(given["source"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"erro": "JSON inválido."}, status=422)
    if slug not in FOLDERS:
        raise Http404
    read = read_cells(asked)
    saved = save_cells(declaration_id=pk, changes=read.changes, by=request.actor, at=request.at)
    grid = grid_of(declaration, FOLDERS[slug], _source(FOLDERS[slug], source), at=request.at)
    shown = [each for row in grid.rows for each in row.cells]
    conflicts = {str(name): conflict_text(now) for name, now in saved.conflicts.items()}
    refused = dict(read.errors)
    return JsonResponse(
        {
            "saved": {
                each.name: {"text": each.text, "seen": each.seen}
                for each in shown
                if each.name in asked and each.name not in conflicts and each.name not in refused
            },
            "conflicts": {
                str(name): {"why": conflicts[str(name)], "seen": f"{now.version}|{typed_text(now.cents)}"}
                for name, now in saved.conflicts.items()
            },
            "refused": refused,
            "computed": {each.anchor: each.text for each in shown if not each.name},
            "marks": {each.name: each.mark for each in shown if each.name},
            "counters": _counters(declaration, grid.report, slug),
        }
    )


@never_cache
@require_safe
@office_required
def summary(request: ActorRequest, pk: int) -> HttpResponse:
    """«Resumo»: the whole Anexo 12, computed."""
    declaration = declaration_of(request, pk)
    report = judged(declaration, request.at)
    context = {
        "declaration": declaration,
        "quadros": summary_of(report),
        "counters": _counters(declaration, report, SUMMARY),
        "tabs": _tabs(declaration, SUMMARY),
        "term": term_of(declaration.period, request.at) if declaration.is_open else "",
    }
    return render(request, "declarations/summary.html", context)


def keeper_of(actor: Actor) -> str:
    """Whose unsaved cells a tab keeps: the same person in every room, and nothing from which a CPF could be found."""
    login = actor.account.login if actor.account else ""
    return salted_hmac("declarations.keeper", login, algorithm="sha256").hexdigest()[:32]


def _typed(data: QueryDict) -> dict[str, tuple[str, str]]:
    """Cell → what the form brings of it: the text, and what the page was drawn with."""
    names = [name.removeprefix("v:") for name in data if name.startswith("v:")]
    return {name: (str(data[f"v:{name}"]), str(data.get(f"s:{name}", ""))) for name in names}


def _saved(request: ActorRequest, declaration: Declaration, read: Read) -> Typing:
    """Save what can be, say how many, and keep the others as they were typed."""
    saved = save_cells(declaration_id=declaration.pk, changes=read.changes, by=request.actor, at=request.at)
    errors: dict[str, str] = dict(read.errors)
    errors |= {str(name): conflict_text(now) for name, now in saved.conflicts.items()}
    if saved.written:
        messages.success(request, SAVED.format(number=_cells(len(saved.written))))
    elif not errors and VERIFY not in request.POST:
        messages.info(request, NOTHING)
    if errors:
        messages.error(request, SOME_LEFT.format(number=_cells(len(errors))))
    return Typing({name: read.texts[name] for name in errors}, errors)


def _cells(number: int) -> str:
    return "1 célula" if number == 1 else f"{number} células"


def _source(chosen: Folder, asked: str) -> str:
    return asked if chosen.has_sources and asked in anexo12.SOURCES else OWN


def _address(declaration: Declaration, slug: str, source: str) -> str:
    address = reverse("declarations:folder", args=[declaration.pk, slug])
    return f"{address}?fonte={source}" if FOLDERS[slug].has_sources else address


def place_address(declaration: Declaration, place: Place) -> str:
    """The page of a cell, at the cell."""
    if place.slug == SUMMARY:
        return f"{reverse('declarations:summary', args=[declaration.pk])}#{place.anchor}"
    address = reverse("declarations:folder", args=[declaration.pk, place.slug])
    source = f"?fonte={place.source or OWN}" if FOLDERS[place.slug].has_sources else ""
    return f"{address}{source}#{place.anchor}"


def _counters(declaration: Declaration, report: Report, slug: str) -> list[dict[str, str]]:
    """The figures above the folder; that of the críticas leads to the first cell to mend."""
    return [
        {
            "label": each.label,
            "value": each.value,
            "note": each.note,
            "tone": each.tone,
            "url": place_address(declaration, each.place) if each.place else "",
        }
        for each in counters(declaration, report, slug)
    ]


def _tabs(declaration: Declaration, slug: str) -> list[Tab]:
    tabs = [Tab(each.label, _address(declaration, each.slug, OWN), each.slug == slug) for each in FOLDERS.values()]
    return [*tabs, Tab("Resumo", reverse("declarations:summary", args=[declaration.pk]), slug == SUMMARY)]


def _sources(declaration: Declaration, chosen: Folder, source: str) -> list[Tab]:
    """The sources of the expense, one page each."""
    if not chosen.has_sources:
        return []
    return [
        Tab(f"{code}. {label}", _address(declaration, chosen.slug, code), code == source)
        for code, label in anexo12.SOURCES.items()
    ]
