"""«Mudou o Secretário? Mudou o Prefeito?»"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import permissions
from siops.change_steps import STEPS
from siops.checklist import Checklist
from siops.session import header


@login_not_required
@never_cache
@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    """The steps, who takes each and with which papers; who answers for an entity sees how far it has come."""
    acting = header(request)["acting"]
    if not acting:
        return render(request, "siops/checklist_public.html", {"steps": list(enumerate(STEPS, 1))})
    permissions.require(acting, "siops.view_managers", acting.entity)
    return render(request, "siops/checklist.html", {"checklist": Checklist(acting)})
