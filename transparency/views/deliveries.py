"""«Situação de entrega»: Brazil by UF, a UF by município, and the same as files. No session, no permission."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.downloads import csv_download, pdf_download
from common.requests import HttpRequest
from common.sheets import csv_lines
from common.ui import Tab, paginate, search_text
from territory.models import Uf
from transparency.crowds import public_page
from transparency.delivery import Group
from transparency.services import papers
from transparency.services.deliveries import (
    HEADER,
    Delivery,
    as_dicts,
    as_lines,
    counted,
    deliveries_of,
    narrowed,
    uf_called,
    ufs_in,
)
from transparency.services.freshness import digest_of
from transparency.services.periods import Choice
from transparency.views.asked import period_of
from transparency.views.kept import kept

PER_PAGE = 50
GRID = "quadro"
FILES = {
    "CSV": "transparency:delivery_csv",
    "JSON": "transparency:delivery_json",
    "PDF": "transparency:delivery_pdf",
}


@login_not_required
@require_safe
def delivery_map(request: HttpRequest) -> HttpResponse:
    """The UFs as a table, and as tiles where they lie on the map."""
    choice = period_of(request)

    def draw() -> HttpResponse:
        context = {
            "choice": choice,
            "has_opened": choice.period.has_opened_at(request.at),
            "lines": ufs_in(choice.period, request.at),
            "files": _files(choice),
        }
        return render(request, "transparency/delivery_map.html", context)

    return kept(request, (choice.facts_at(request.at), digest_of(choice.period)), draw)


@login_not_required
@require_safe
def delivery_list(request: HttpRequest, acronym: str) -> HttpResponse:
    """The municípios of a UF: a table in pages, or all of them as tiles."""
    choice, uf = period_of(request), _uf(acronym)
    facts = choice.facts_at(request.at), uf.name, digest_of(choice.period, uf)
    return kept(request, facts, lambda: _list(request, choice, uf))


def _list(request: HttpRequest, choice: Choice, uf: Uf) -> HttpResponse:
    everyone = deliveries_of(choice.period, request.at, uf)
    text, group = search_text(request), request.GET.get("situacao", "")
    found = narrowed(everyone, text=text, group=group if group in set(Group) else "")
    is_grid = request.GET.get("vista") == GRID
    asked = choice.asked | ({"vista": GRID} if is_grid else {})
    context = {
        "choice": choice,
        "uf": uf,
        "groups": [(each, urlencode(asked | {"situacao": each.group.value})) for each in counted(everyone)],
        "group": group,
        "search": text,
        "kept": asked | ({"situacao": group} if group else {}),
        "all_query": urlencode(asked),
        "tabs": [
            Tab("Tabela", f"?{urlencode(choice.asked)}", not is_grid),
            Tab("Quadro", f"?{urlencode(choice.asked | {'vista': GRID})}", is_grid),
        ],
        "found": len(found),
        "total": len(everyone),
        "page": None if is_grid else paginate(request, found, per_page=PER_PAGE),
        "tiles": found if is_grid else [],
        "query": choice.query,
        "files": _files(choice, uf),
    }
    return render(request, "transparency/delivery_list.html", context)


def _files(choice: Choice, uf: Uf | None = None) -> list[tuple[str, str]]:
    """Addresses of the same list as files."""
    asked = choice.asked | ({"uf": uf.acronym} if uf else {})
    return [(kind, reverse(route, query=asked)) for kind, route in FILES.items()]


@public_page
def delivery_csv(request: HttpRequest) -> HttpResponse:
    choice, name, rows = _asked(request)
    about = f"situação de entrega do {choice.period} ao SIOPS"
    return csv_download(csv_lines(about=about, header=HEADER, rows=as_lines(rows)), f"{name}.csv")


@public_page
def delivery_json(request: HttpRequest) -> HttpResponse:
    choice, name, rows = _asked(request)
    body = {
        "aviso": "SIMULADO – SEM VALOR LEGAL",
        "ano": choice.period.year,
        "bimestre": choice.period.bimester,
        "prazo": choice.period.closes_on.isoformat(),
        "municipios": as_dicts(rows),
    }
    return JsonResponse(body, headers={"Content-Disposition": f'attachment; filename="{name}.json"'})


@public_page
def delivery_pdf(request: HttpRequest) -> HttpResponse:
    """The municípios of one UF; without `?uf=`, the UFs."""
    choice, acronym = period_of(request), request.GET.get("uf", "")
    uf = _uf(acronym) if acronym else None
    content = (
        papers.deliveries(choice.period, uf, deliveries_of(choice.period, request.at, uf))
        if uf
        else papers.ufs(choice.period, ufs_in(choice.period, request.at))
    )
    return pdf_download(content, f"{_name(choice, uf)}.pdf")


def _asked(request: HttpRequest) -> tuple[Choice, str, list[Delivery]]:
    """The bimestre, the name of the file and its rows: those of `?uf=`, or of all UFs."""
    choice, acronym = period_of(request), request.GET.get("uf", "")
    uf = _uf(acronym) if acronym else None
    return choice, _name(choice, uf), deliveries_of(choice.period, request.at, uf)


def _name(choice: Choice, uf: Uf | None) -> str:
    return f"entrega-{uf.acronym if uf else 'BR'}-{choice.period.year}-B{choice.period.bimester}"


def _uf(acronym: str) -> Uf:
    found = uf_called(acronym)
    if found is None:
        raise Http404
    return found
