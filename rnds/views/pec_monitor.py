"""«RNDS» of the simulated PEC: the calls that it really made, and the report of those that failed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.actor import ActorRequest
from common.downloads import csv_download
from common.ui import paginate
from rnds.forms.pec_monitor import NOT_SIMULATED, ErrorReportForm
from rnds.models import PecInstallation
from rnds.permissions import Permission
from rnds.services import endings, monitor
from rnds.views.pec import installation_of, tabs


@never_cache
@require_safe
def pec_rnds(request: ActorRequest, pk: int) -> HttpResponse:
    """«Status do último envio», what is not simulated yet, and the calls of the last days."""
    installation = installation_of(request, pk, Permission.VIEW_PEC)
    return _page(request, installation, ErrorReportForm(at=request.at))


@never_cache
@require_safe
def pec_errors(request: ActorRequest, pk: int) -> HttpResponse:
    """«Gerar relatório CSV»; with a period that is none, the page again."""
    installation = installation_of(request, pk, Permission.VIEW_PEC)
    form = ErrorReportForm(request.GET, at=request.at)
    if not form.is_valid():
        return _page(request, installation, form)
    since, until = form.period()
    lines = monitor.error_lines(installation, since=since, until=until)
    return csv_download(lines, f"erros-pec-{installation.pk}.csv")


def _page(request: ActorRequest, installation: PecInstallation, form: ErrorReportForm) -> HttpResponse:
    is_configured = installation.status == PecInstallation.Status.ENABLED
    since = request.at - monitor.KEPT_FOR
    calls = monitor.calls_of(installation, since=since, until=request.at) if is_configured else []
    context = {
        "installation": installation,
        "tabs": tabs(request, installation, "rnds:pec_rnds"),
        "is_configured": is_configured,
        "trouble": endings.troubles_of([installation], request.at).get(installation.pk, ""),
        "records": NOT_SIMULATED,
        "page": paginate(request, calls),
        "total": len(calls),
        "failed": sum(call.failed for call in calls),
        "form": form,
    }
    return render(request, "rnds/pec_rnds.html", context)
