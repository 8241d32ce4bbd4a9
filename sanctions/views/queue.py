"""The ministry's module of monitoring (MMTC-SIOPS): who is under which sanction, and the story of each entity."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import permissions
from common.actor import ActorRequest
from common.permissions import staff_page
from common.ui import Tab, paginate
from sanctions.models import Omission, Shortfall
from sanctions.permissions import Permission
from sanctions.services import standings
from sanctions.services.monitoring import monitoring_of
from territory.models import Entity

READ = Permission.READ_SANCTIONS


@staff_page
@never_cache
@require_safe
def omission_list(request: ActorRequest) -> HttpResponse:
    """Who did not homologate a 6º bimestre; `?situacao=` narrows."""
    permissions.require(request.actor, READ)
    asked = _asked(request, Omission)
    page = paginate(request, standings.omissions(status=asked).visible_to(request.actor))
    context = {"page": page, "counters": standings.counters(Omission), "asked": asked, "tabs": _tabs("omission_list")}
    return render(request, "sanctions/omission_list.html", context)


@staff_page
@never_cache
@require_safe
def shortfall_list(request: ActorRequest) -> HttpResponse:
    """Who is below the minimum; `?situacao=` narrows."""
    permissions.require(request.actor, READ)
    asked = _asked(request, Shortfall)
    page = paginate(request, standings.shortfalls(status=asked).visible_to(request.actor))
    context = {
        "page": page,
        "rows": standings.in_reais(page.object_list),
        "counters": standings.counters(Shortfall),
        "asked": asked,
        "tabs": _tabs("shortfall_list"),
    }
    return render(request, "sanctions/shortfall_list.html", context)


@staff_page
@never_cache
@require_safe
def entity_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """The same as the entity sees of itself."""
    permissions.require(request.actor, READ)
    entity = get_object_or_404(Entity, pk=pk)
    found = monitoring_of(entity_id=entity.pk, actor=request.actor, at=request.at)
    return render(request, "sanctions/entity_detail.html", {"entity": entity, "found": found})


def _asked(request: ActorRequest, machine: type[Omission] | type[Shortfall]) -> str:
    """The situation that is asked for, if there is one such."""
    given = request.GET.get("situacao", "")
    return given if given in machine.Status.values else ""


def _tabs(here: str) -> list[Tab]:
    names = {"omission_list": "Sem homologação", "shortfall_list": "Abaixo do mínimo"}
    return [Tab(label, reverse(f"sanctions:{name}"), name == here) for name, label in names.items()]
