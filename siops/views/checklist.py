"""«Mudou o Secretário? Mudou o Prefeito?»"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import permissions
from siops.checklist import Checklist
from siops.session import ActingRequest, acting_required


@never_cache
@require_safe
@acting_required
def checklist(request: ActingRequest) -> HttpResponse:
    """What is done and what is left, and who does it."""
    permissions.require(request.acting, "siops.view_managers", request.acting.entity)
    return render(request, "siops/checklist.html", {"acting": request.acting, "checklist": Checklist(request.acting)})
