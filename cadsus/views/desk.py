"""What every page of a desk begins with: the module and the unit of its address, and the citizen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cadsus.models import Citizen
from cadsus.services.places import find_place
from cadsus.workplaces import SLUGS, Workplace
from common.actor import ActorRequest

# Where one corrects, registers and unifies; it has a door of its own.
CADSUSWEB = "cadsus:web_home"


def place_at(request: ActorRequest, cnes: str, module: str) -> Workplace:
    """The module of the unit; another municipality has none for who asks (404)."""
    place = find_place(request.actor, cnes=cnes, module=SLUGS[module]) if module in SLUGS else None
    if place is None:
        raise Http404
    return place


def citizen_at(request: ActorRequest, cnes: str, module: str, pk: int) -> tuple[Workplace, Citizen]:
    """The same, with a citizen of the municipality."""
    place = place_at(request, cnes, module)
    rows = Citizen.objects.visible_to(request.actor).select_related("establishment", "microarea__area")
    return place, get_object_or_404(rows, pk=pk)


def desk_context(place: Workplace) -> dict[str, Any]:
    return {"place": place, "cadsusweb": CADSUSWEB}


def to_citizen(place: Workplace, citizen: Citizen) -> HttpResponse:
    return redirect("cadsus:citizen_detail", place.cnes, place.slug, citizen.pk)
