"""The panel of who adhered, by UF, and its CSV."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import permissions
from common.actor import ActorRequest
from common.downloads import csv_download
from common.permissions import staff_page
from gerencia.models import Offer
from gerencia.permissions import Permission
from gerencia.services import panel


@staff_page
@never_cache
@require_safe
def panel_by_uf(request: ActorRequest, pk: int) -> HttpResponse:
    """«Painel de adesões»."""
    offer = _offer(request, pk)
    lines = panel.lines(offer)
    context = {
        "offer": offer,
        "lines": lines,
        "municipalities": sum(line.municipalities for line in lines),
        "states": sum(line.has_state for line in lines),
        "by_letter": sum(line.by_letter for line in lines),
    }
    return render(request, "gerencia/panel.html", context)


@staff_page
@never_cache
@require_safe
def panel_csv(request: ActorRequest, pk: int) -> HttpResponse:
    """The same for a spreadsheet, entity by entity."""
    offer = _offer(request, pk)
    return csv_download(panel.sheet(offer, at=request.at), f"adesoes-{offer.pk}.csv")


def _offer(request: ActorRequest, pk: int) -> Offer:
    permissions.require(request.actor, Permission.READ_DESK)
    offer: Offer = get_object_or_404(Offer.objects.visible_to(request.actor), pk=pk)
    return offer
