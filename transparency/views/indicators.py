"""The fourteen indicators of a município in a year, each as a chart beside its table, and the same as files."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from common.downloads import csv_download, pdf_download
from common.requests import HttpRequest
from common.sheets import csv_lines
from common.ui import Tab
from transparency.crowds import public_page
from transparency.services import papers
from transparency.services.indicators import HEADER, as_dicts, as_lines, series_of
from transparency.services.periods import choose
from transparency.views.asked import place_asked

FILES = {
    "CSV": "transparency:indicator_csv",
    "JSON": "transparency:indicator_json",
    "PDF": "transparency:indicator_pdf",
}


@public_page
def indicator_list(request: HttpRequest, ibge: str, year: int) -> HttpResponse:
    place, choice = place_asked(ibge), choose(request.at)
    context = {
        "place": place,
        "year": year,
        "series": series_of(place, year),
        "tabs": [
            Tab(str(each), reverse("transparency:indicator_list", args=[ibge, each]), each == year)
            for each in (choice.years if choice else [])
        ],
        "files": [(kind, reverse(route, args=[ibge, year])) for kind, route in FILES.items()],
    }
    return render(request, "transparency/indicator_list.html", context)


@public_page
def indicator_csv(request: HttpRequest, ibge: str, year: int) -> HttpResponse:
    place = place_asked(ibge)
    lines = csv_lines(about=f"indicadores de {place}, {year}", header=HEADER, rows=as_lines(series_of(place, year)))
    return csv_download(lines, f"indicadores-{ibge}-{year}.csv")


@public_page
def indicator_json(request: HttpRequest, ibge: str, year: int) -> HttpResponse:
    place = place_asked(ibge)
    body: dict[str, Any] = {
        "aviso": "SIMULADO – SEM VALOR LEGAL",
        "ibge": ibge,
        "municipio": place.name,
        "ano": year,
        "indicadores": as_dicts(series_of(place, year)),
    }
    return JsonResponse(body, headers={"Content-Disposition": f'attachment; filename="indicadores-{ibge}-{year}.json"'})


@public_page
def indicator_pdf(request: HttpRequest, ibge: str, year: int) -> HttpResponse:
    place = place_asked(ibge)
    return pdf_download(papers.indicator_sheet(place, year, series_of(place, year)), f"indicadores-{ibge}-{year}.pdf")
