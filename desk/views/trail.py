"""«Auditoria»: the whole trail, for who reads everything."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import house, permissions
from common.actor import ActorRequest
from common.permissions import staff_page
from common.ui import paginate
from desk.forms.trail import TrailForm
from desk.permissions import Permission
from desk.services import trail

PER_PAGE = 50


@staff_page
@never_cache
@require_safe
def trail_list(request: ActorRequest) -> HttpResponse:
    """What happened, narrowed by what was asked for; a wrong filter shows nothing and says why."""
    permissions.require(request.actor, Permission.READ_TRAIL)
    form = TrailForm(request.GET)
    rows = trail.trail(form.asked if form.is_valid() else trail.NOTHING, by=request.actor)
    page = paginate(request, rows, per_page=PER_PAGE)
    names, words = trail.names_of(page.object_list), house.verbs()
    context = {
        "form": form,
        "page": page,
        "rows": [(event, words.get(event.verb, event.verb), names.get(event.entity_id or 0, "")) for event in page],
        "query": request.GET.urlencode(),
    }
    return render(request, "desk/trail_list.html", context)


@staff_page
@never_cache
@require_safe
def trail_csv(request: ActorRequest) -> HttpResponse:
    """The same as a table to take along."""
    permissions.require(request.actor, Permission.READ_TRAIL)
    form = TrailForm(request.GET)
    rows = trail.trail(form.asked if form.is_valid() else trail.NOTHING, by=request.actor)
    headers = {"Content-Disposition": 'attachment; filename="auditoria.csv"'}
    lines = trail.csv_of(rows, at=request.at)
    return cast("HttpResponse", StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers))
