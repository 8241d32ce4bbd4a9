"""The panel of the entity (T9), and «Abrir declaração»."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.requests import whole_number
from common.ui import Tab
from declarations.models import ReportingPeriod
from declarations.permissions import Permission
from declarations.services.opening import open_declaration
from declarations.services.panel import Panel, panel_of
from rooms.stops import way_until
from siops.offices import office_of
from siops.session import office_required
from territory.models import Entity


@never_cache
@require_safe
@office_required
def panel(request: ActorRequest) -> HttpResponse:
    """The six bimestres of `?ano=`, or of the year at hand."""
    permissions.require(request.actor, Permission.VIEW_DECLARATION)
    entity = office_of(request.actor).entity
    asked = whole_number(request.GET.get("ano", ""))
    found = panel_of(entity_id=entity.pk, actor=request.actor, year=asked, at=request.at)
    context = {
        "panel": found,
        "entity": entity,
        "is_simulated": entity.kind == Entity.Kind.MUNICIPALITY,
        "may_fill": request.actor.has_perm(Permission.FILL_DECLARATION, entity),
        "may_homologate": request.actor.has_perm(Permission.HOMOLOGATE, entity),
        "tabs": _years(request, found),
        "way_to_opening": way_until(found.coming.opens_on) if found.coming else "",
    }
    return render(request, "declarations/panel.html", context)


@require_POST
@office_required
def declaration_open(request: ActorRequest, pk: int) -> HttpResponse:
    """Begin the declaration of a bimestre, or its next version."""
    entity = office_of(request.actor).entity
    period = get_object_or_404(ReportingPeriod.objects.visible_to(request.actor), pk=pk)
    with attempt(request):
        declaration = open_declaration(entity_id=entity.pk, period_id=period.pk, by=request.actor, at=request.at)
        messages.success(request, f"{declaration} aberta.")
    return redirect("declarations:panel")


def _years(request: ActorRequest, panel: Panel) -> list[Tab]:
    """The years of the calendar, as tabs."""
    years = ReportingPeriod.objects.visible_to(request.actor).values_list("year", flat=True)
    address = reverse("declarations:panel")
    return [Tab(str(year), f"{address}?ano={year}", year == panel.year) for year in sorted(set(years))]
