"""MMTC: transfers conditioned and suspended, as the public reads them."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from common.downloads import csv_download, pdf_download
from common.requests import HttpRequest
from common.sheets import csv_lines
from common.ui import paginate
from transparency.crowds import public_page
from transparency.services import papers
from transparency.services.monitoring import HEADER, as_dicts, as_lines, lists_of, ufs

FILES = {
    "CSV": "transparency:sanction_csv",
    "JSON": "transparency:sanction_json",
    "PDF": "transparency:sanction_pdf",
}


@public_page
def sanction_list(request: HttpRequest) -> HttpResponse:
    """Who did not homologate the 6º bimestre, and who applied less than the minimum; of one UF with `?uf=`."""
    acronym = _uf(request)
    lists = lists_of(acronym)
    context = {
        "ufs": ufs(),
        "acronym": acronym,
        "page": paginate(request, lists.omissions),
        "shortfalls": lists.shortfalls,
        "files": [(kind, reverse(route, query={"uf": acronym} if acronym else {})) for kind, route in FILES.items()],
    }
    return render(request, "transparency/sanction_list.html", context)


@public_page
def sanction_csv(request: HttpRequest) -> HttpResponse:
    lines = csv_lines(
        about="transferências condicionadas e suspensas (MMTC)", header=HEADER, rows=as_lines(lists_of(_uf(request)))
    )
    return csv_download(lines, "transferencias-mmtc.csv")


@public_page
def sanction_json(request: HttpRequest) -> HttpResponse:
    body = {"aviso": "SIMULADO – SEM VALOR LEGAL", "casos": as_dicts(lists_of(_uf(request)))}
    return JsonResponse(body, headers={"Content-Disposition": 'attachment; filename="transferencias-mmtc.json"'})


@public_page
def sanction_pdf(request: HttpRequest) -> HttpResponse:
    acronym = _uf(request)
    return pdf_download(papers.sanctions(acronym or "Brasil", lists_of(acronym)), "transferencias-mmtc.pdf")


def _uf(request: HttpRequest) -> str:
    return request.GET.get("uf", "")[:2].upper()
