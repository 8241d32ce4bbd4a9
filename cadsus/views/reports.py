"""«Relatório por microárea»: on the screen, as CSV and on paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cadsus.permissions import Permission
from cadsus.services import places, reporting
from cadsus.services.issuing import Narrowed, issue_report
from cadsus.services.reporting import Group
from cadsus.session import sisrede_session
from cadsus.workplaces import UnitReport
from common import permissions
from common.actor import ActorRequest
from common.downloads import csv_download, pdf_download
from common.requests import whole_number
from common.ui import paginate
from territory.models import Establishment


@never_cache
@require_safe
@sisrede_session
def report_list(request: ActorRequest) -> HttpResponse:
    """To the report of the own unit, or of the one that was chosen."""
    permissions.require(request.actor, Permission.READ_REPORT)
    units = places.reports_of(request.actor)
    wanted = request.GET.get("unidade", "")
    unit = next((unit for unit in units if unit.cnes == wanted), units[0] if units else None)
    if unit is None:
        raise Http404
    return redirect("cadsus:microarea_report", unit.cnes)


@never_cache
@require_safe
@sisrede_session
def microarea_report(request: ActorRequest, cnes: str) -> HttpResponse:
    """The numbers of each microarea, and everybody who is not synchronized, with why."""
    unit, report = _report_at(request, cnes)
    microarea, group = _narrowed(request)
    everybody = reporting.rows_of(report, actor=request.actor, microarea=microarea)
    lines, total = reporting.lines_of(report, everybody, actor=request.actor)
    listed = reporting.listed(everybody, group)
    page = paginate(request, listed)
    context = {
        "unit": unit,
        "units": places.reports_of(request.actor),
        "microareas": reporting.microareas_of(report, actor=request.actor),
        "microarea": microarea,
        "groups": list(Group),
        "group": group,
        "lines": [*lines, total] if len(lines) > 1 else lines,
        "whole": total,
        "page": page,
        "total": page.paginator.count,
        "people": [(row, reporting.cells_of(row)) for row in page.object_list],
    }
    return render(request, "cadsus/microarea_report.html", context)


@never_cache
@require_safe
@sisrede_session
def microarea_report_csv(request: ActorRequest, cnes: str) -> HttpResponse:
    """Everybody, both groups, line by line."""
    _, report = _report_at(request, cnes)
    microarea, group = _narrowed(request)
    rows = reporting.rows_of(report, actor=request.actor, microarea=microarea, group=group)
    return csv_download(reporting.csv_lines(rows, until=request.at), f"sincronizacao-{cnes}.csv")


@never_cache
@require_POST
@sisrede_session
def microarea_report_pdf(request: ActorRequest, cnes: str) -> HttpResponse:
    """«Emitir PDF»: a paper of the portal, each time a new one."""
    unit, report = _report_at(request, cnes)
    narrowed = Narrowed(*_narrowed(request))
    paper = issue_report(unit=unit, report=report, narrowed=narrowed, by=request.actor, at=request.at)
    return pdf_download(paper.content, f"sincronizacao-{cnes}.pdf")


def _report_at(request: ActorRequest, cnes: str) -> tuple[Establishment, UnitReport]:
    """The unit, when its report is of those that the actor may open."""
    permissions.require(request.actor, Permission.READ_REPORT)
    unit = next((unit for unit in places.reports_of(request.actor) if unit.cnes == cnes), None)
    if unit is None:
        raise Http404
    report = places.report_target(unit)
    permissions.require(request.actor, Permission.READ_REPORT, report)
    return unit, report


def _narrowed(request: ActorRequest) -> tuple[int | None, str]:
    """What the page asks to narrow by; nonsense narrows nothing."""
    asked: Any = request.GET
    group = asked.get("grupo", "")
    return whole_number(asked.get("microarea", "")), group if group in list(Group) else ""
