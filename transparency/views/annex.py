"""The Anexo 12 of a bimestre that was homologated: the version in force, or one that it corrected (`?versao=`)."""

from __future__ import annotations

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from common.downloads import csv_download, pdf_download
from common.requests import HttpRequest, whole_number
from common.sheets import csv_lines
from declarations.models import Declaration
from transparency.crowds import public_page
from transparency.services import papers
from transparency.services.annex import HEADER, as_dict, as_lines, changes_of, quadros_of
from transparency.services.official import Official, official_of, opinion_on, receipt_of, versions_of
from transparency.services.periods import choose

NOTHING = "Nada foi homologado neste bimestre."
FILES = {"CSV": "transparency:annex_csv", "JSON": "transparency:annex_json", "PDF": "transparency:annex_pdf"}


@public_page
def annex(request: HttpRequest, ibge: str, year: int, bimester: int) -> HttpResponse:
    """The whole tables, and every version that was ever official."""
    official, versions = _asked(request, ibge, year, bimester)
    version = official.declaration.version
    query = {} if official.is_in_force else {"versao": str(version)}
    context = {
        "official": official,
        "declaration": official.declaration,
        "place": official.declaration.entity.municipality,
        "quadros": quadros_of(official),
        "changes": changes_of(official),
        "versions": [(each, receipt_of(each)) for each in versions],
        "receipt": receipt_of(official.declaration),
        "opinion": opinion_on(official.declaration),
        "files": [(kind, reverse(route, args=[ibge, year, bimester], query=query)) for kind, route in FILES.items()],
    }
    return render(request, "transparency/annex.html", context)


@public_page
def annex_csv(request: HttpRequest, ibge: str, year: int, bimester: int) -> HttpResponse:
    official, _ = _asked(request, ibge, year, bimester)
    about = f"Anexo 12 de {official.declaration.entity}, {official.period}, versão {official.declaration.version}"
    return csv_download(csv_lines(about=about, header=HEADER, rows=as_lines(official)), _name(official, "csv"))


@public_page
def annex_json(request: HttpRequest, ibge: str, year: int, bimester: int) -> HttpResponse:
    official, _ = _asked(request, ibge, year, bimester)
    headers = {"Content-Disposition": f'attachment; filename="{_name(official, "json")}"'}
    return JsonResponse(as_dict(official, receipt_of(official.declaration)), headers=headers)


@public_page
def annex_pdf(request: HttpRequest, ibge: str, year: int, bimester: int) -> HttpResponse:
    official, _ = _asked(request, ibge, year, bimester)
    return pdf_download(papers.annex(official, receipt_of(official.declaration)), _name(official, "pdf"))


def _asked(request: HttpRequest, ibge: str, year: int, bimester: int) -> tuple[Official, list[Declaration]]:
    """The version asked for, the one in force without `?versao=`, and all of them."""
    choice = choose(request.at, year, bimester)
    versions = versions_of(ibge, choice.period) if choice else []
    asked = whole_number(request.GET.get("versao", ""))
    found = next((each for each in versions if asked in (None, each.version)), None)
    if found is None:
        raise Http404(NOTHING)
    return official_of(found), versions


def _name(official: Official, kind: str) -> str:
    declaration, period = official.declaration, official.period
    return f"anexo-12-{declaration.entity.ibge}-{period.year}-B{period.bimester}-v{declaration.version}.{kind}"
