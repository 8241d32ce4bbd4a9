"""«Apresentar defesa», of the entity of the session."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from sanctions.forms import DefenceForm
from sanctions.permissions import Permission
from sanctions.services.defending import CASES, present_defence
from siops.session import office_required

PRESENTED = "Defesa apresentada. Ela fica com o caso, e a coordenação do SIOPS a lê."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def defence_present(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    if kind not in CASES:
        raise Http404
    rows = CASES[kind].objects.visible_to(request.actor).select_related("period", "entity__municipality__uf")
    case = get_object_or_404(rows, pk=pk)
    permissions.require(request.actor, Permission.PRESENT_DEFENCE, case)
    form = DefenceForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            present_defence(kind=kind, case_id=pk, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, PRESENTED)
            return redirect("sanctions:monitoring")
    return render(request, "sanctions/defence_present.html", {"form": form, "case": case, "kind": kind})
