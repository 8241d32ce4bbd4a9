"""«Mudou o Secretário? Mudou o Prefeito?»"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import permissions
from common.actor import ActorRequest
from siops.offices import office_of
from siops.permissions import Permission
from siops.services.change_steps import STEPS
from siops.services.checklist import Checklist


@login_not_required
@never_cache
@require_safe
def checklist(request: ActorRequest) -> HttpResponse:
    """The steps, who takes each and with which papers; who answers for an entity sees how far it has come."""
    actor = request.actor
    if not actor.has_perm(Permission.VIEW_MANAGERS):
        return render(request, "siops/checklist_public.html", {"steps": list(enumerate(STEPS, 1))})
    permissions.require(actor, Permission.VIEW_MANAGERS, office_of(actor).entity)
    return render(request, "siops/checklist.html", {"checklist": Checklist(actor)})
