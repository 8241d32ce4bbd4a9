"""The offers: what entities may join, and where those of who looks stand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.actor import Actor, ActorRequest
from common.exceptions import NotPermitted
from egestor.permissions import Permission as EgestorPermission
from gerencia.models import Offer
from gerencia.permissions import Permission
from gerencia.services import reading

NOT_LINKED = (
    "Seu cadastro não está vinculado ao módulo Gerencia APS. Solicite ao gestor municipal (acesso com o CNPJ do Fundo)."
)


@never_cache
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Every offer as it stands now."""
    require_linked(request.actor)
    context = {
        "rows": reading.offer_rows(request.actor, at=request.at),
        "to_sign": reading.notes_to_sign(request.actor),
        "may_ask": request.actor.has_perm(EgestorPermission.OPEN_TICKET),
    }
    return render(request, "gerencia/home.html", context)


@never_cache
@require_safe
def offer_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """One offer: window, who may, responsibilities and the notas that set them."""
    require_linked(request.actor)
    offer = get_object_or_404(Offer.objects.visible_to(request.actor), pk=pk)
    may_read_desk = request.actor.has_perm(Permission.READ_DESK)
    context = {
        "row": reading.OfferRow(offer, request.at),
        "offer": offer,
        "notes": offer.notes.all() if may_read_desk else offer.notes.valid(),
        "may_read_desk": may_read_desk,
        "may_write_note": request.actor.has_perm(Permission.WRITE_NOTE),
    }
    return render(request, "gerencia/offer_detail.html", context)


def require_linked(actor: Actor) -> None:
    """Who may enter the Gerencia APS: the profile of some entity, or the desk. Raises NotPermitted."""
    if not actor.has_perm(Permission.READ_ENROLMENT):
        raise NotPermitted(NOT_LINKED, permission=Permission.ENROL)
