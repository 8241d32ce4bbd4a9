"""«Auditoria»: the whole trail, for who reads everything."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import house
from common.actor import ActorRequest
from common.downloads import csv_download
from common.models import AuditEvent
from common.permissions import staff_page
from common.ui import paginate
from desk.forms.trail import TrailForm
from desk.services import trail

PER_PAGE = 50


@staff_page
@never_cache
@require_safe
def trail_list(request: ActorRequest) -> HttpResponse:
    """What happened, narrowed by what was asked for; a wrong filter shows nothing and says why."""
    form = TrailForm(request.GET)
    page = paginate(request, _asked(request, form), per_page=PER_PAGE)
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
    lines = trail.csv_of(_asked(request, TrailForm(request.GET)), at=request.at)
    return csv_download(lines, "auditoria.csv")


def _asked(request: ActorRequest, form: TrailForm) -> QuerySet[AuditEvent]:
    return trail.trail(form.asked if form.is_valid() else trail.NOTHING, by=request.actor)
