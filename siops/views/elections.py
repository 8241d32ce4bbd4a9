"""The election load, on the desk of the ministry."""

from pathlib import Path

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

import siops
from common import clock, permissions
from common.exceptions import RuleBroken
from common.forms.shared import put_refusal
from common.ui import paginate
from siops.election_file import COLUMNS
from siops.forms.letters import ElectionForm
from siops.models import ElectionLoad
from siops.services.elections import load_election
from siops.views.staff import StaffRequest, staff_page

LOADED = "{load} carregada. Eleitos novos: {elected}. Reeleitos: {reelected}. Sem ente no simulador: {ignored}."
SAMPLE = Path(siops.__file__).parent / "data" / "eleicao_2026_suplementar.csv"


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def election_list(request: StaffRequest) -> HttpResponse:
    """What was loaded, and the form for another file."""
    permissions.require(request.user, "siops.load_election")
    form = ElectionForm(request.POST, request.FILES) if request.method == "POST" else ElectionForm()
    if form.is_bound and form.is_valid() and _load(request, form):
        return redirect("siops:election_list")
    rows = ElectionLoad.objects.visible_to(request.user).select_related("loaded_by")
    context = {"form": form, "page": paginate(request, rows), "header": ";".join(COLUMNS)}
    return render(request, "siops/election_list.html", context)


@staff_page
@require_safe
def election_sample(request: StaffRequest) -> HttpResponse:
    """A file to try: the synthetic by-election (eleição suplementar) that changes one head."""
    permissions.require(request.user, "siops.load_election")
    answer = HttpResponse(SAMPLE.read_bytes(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{SAMPLE.name}"'
    return answer


def _load(request: StaffRequest, form: ElectionForm) -> bool:
    filename, content = form.content()
    try:
        load = load_election(
            content=content,
            filename=filename,
            election_year=form.cleaned_data["election_year"],
            by=request.user,
            at=clock.now(),
        )
    except RuleBroken as refusal:
        put_refusal(form, refusal)
        return False
    messages.success(
        request,
        LOADED.format(load=load, elected=load.elected, reelected=load.reelected, ignored=load.ignored),
    )
    return True
