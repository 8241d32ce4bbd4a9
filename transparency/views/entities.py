"""The public page of one município: every bimestre, and where to read on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from common.requests import HttpRequest
from transparency.crowds import public_page
from transparency.services.deliveries import history_of
from transparency.services.monitoring import timeline_of
from transparency.views.asked import period_of, place_asked


@public_page
def entity_detail(request: HttpRequest, ibge: str) -> HttpResponse:
    """Its deliveries, newest first."""
    choice, place = period_of(request), place_asked(ibge)
    context = {"choice": choice, "place": place, "history": history_of(place, choice.periods, request.at)}
    context["timeline"] = timeline_of(place)
    return render(request, "transparency/entity_detail.html", context)
