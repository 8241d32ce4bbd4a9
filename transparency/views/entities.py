"""The public page of one município: every bimestre, and where to read on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.requests import HttpRequest
from transparency.services.deliveries import history_of
from transparency.services.monitoring import timeline_of
from transparency.views.asked import period_of, place_asked


@login_not_required
@require_safe
def entity_detail(request: HttpRequest, ibge: str) -> HttpResponse:
    """Its deliveries, newest first."""
    choice, place = period_of(request), place_asked(ibge)
    context = {"choice": choice, "place": place, "history": history_of(place, choice.periods, request.at)}
    context["timeline"] = timeline_of(place)
    return render(request, "transparency/entity_detail.html", context)
