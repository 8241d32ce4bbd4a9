"""MMTC: transfers conditioned and suspended, as the public reads them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.downloads import csv_download
from common.requests import HttpRequest
from common.sheets import csv_lines
from common.ui import paginate
from transparency.services.monitoring import HEADER, as_dicts, as_lines, lists_of, ufs

FILES = {"CSV": "transparency:sanction_csv", "JSON": "transparency:sanction_json"}


@login_not_required
@require_safe
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


@login_not_required
@require_safe
def sanction_csv(request: HttpRequest) -> HttpResponse:
    lines = csv_lines(
        about="transferências condicionadas e suspensas (MMTC)", header=HEADER, rows=as_lines(lists_of(_uf(request)))
    )
    return csv_download(lines, "transferencias-mmtc.csv")


@login_not_required
@require_safe
def sanction_json(request: HttpRequest) -> HttpResponse:
    body = {"aviso": "SIMULADO – SEM VALOR LEGAL", "casos": as_dicts(lists_of(_uf(request)))}
    return JsonResponse(body, headers={"Content-Disposition": 'attachment; filename="transferencias-mmtc.json"'})


def _uf(request: HttpRequest) -> str:
    return request.GET.get("uf", "")[:2].upper()
