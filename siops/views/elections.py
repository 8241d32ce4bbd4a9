"""The election load, on the desk of the ministry."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

import siops
from common import permissions, vault
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import RuleBroken
from common.permissions import staff_page
from common.ui import paginate
from siops.forms.letters import ElectionForm
from siops.models import ElectionLoad
from siops.permissions import Permission
from siops.services.election_file import COLUMNS
from siops.services.elections import load_election, preview_election

LOADED = "{load} carregada. Eleitos novos: {elected}. Reeleitos: {reelected}. Sem ente no simulador: {ignored}."
NOTHING_WAITS = "Nenhum arquivo aguarda confirmação. Envie o arquivo da eleição."
# Where the file waits for its confirmation.
WAITING = "election_waiting"
SAMPLE = Path(siops.__file__).parent / "data" / "eleicao_2026_suplementar.csv"


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def election_list(request: ActorRequest) -> HttpResponse:
    """What was loaded, and the form for another file, whose effect is shown before it is loaded."""
    asked = Permission.LOAD_ELECTION if request.method == "POST" else Permission.READ_ELECTIONS
    permissions.require(request.actor, asked)
    form = ElectionForm(request.POST, request.FILES) if request.method == "POST" else ElectionForm()
    if form.is_bound and form.is_valid() and _keep(request, form):
        return redirect("siops:election_confirm")
    rows = ElectionLoad.objects.visible_to(request.actor).select_related("loaded_by")
    may_load = request.actor.has_perm(Permission.LOAD_ELECTION)
    context = {"form": form if may_load else None, "page": paginate(request, rows), "header": ";".join(COLUMNS)}
    return render(request, "siops/election_list.html", context)


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def election_confirm(request: ActorRequest) -> HttpResponse:
    """Who loses office and who takes it; «Confirmar» does exactly what was shown."""
    permissions.require(request.actor, Permission.LOAD_ELECTION)
    waiting = _waiting(request)
    if waiting is None:
        messages.warning(request, NOTHING_WAITS)
        return redirect("siops:election_list")
    at = request.at
    try:
        if request.method == "POST":
            load = load_election(**waiting, shown_hash=request.POST.get("shown_hash", ""), by=request.actor, at=at)
            del request.session[WAITING]
            counts = {"elected": load.elected, "reelected": load.reelected, "ignored": load.ignored}
            messages.success(request, LOADED.format(load=load, **counts))
            return redirect("siops:election_list")
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
        return redirect("siops:election_confirm" if refusal.code == "changed_since_shown" else "siops:election_list")
    with attempt(request):
        preview = preview_election(
            content=waiting["content"], election_year=waiting["election_year"], by=request.actor, at=at
        )
        context = {"preview": preview, "filename": waiting["filename"], "year": waiting["election_year"]}
        return render(request, "siops/election_confirm.html", context)
    return redirect("siops:election_list")


@staff_page
@require_safe
def election_sample(request: ActorRequest) -> HttpResponse:
    """A file to try: the synthetic by-election (eleição suplementar) that changes one head."""
    permissions.require(request.actor, Permission.READ_ELECTIONS)
    answer = HttpResponse(SAMPLE.read_bytes(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{SAMPLE.name}"'
    return answer


def _keep(request: ActorRequest, form: ElectionForm) -> bool:
    """Judge the file and let it wait, sealed, in the session of who sent it."""
    filename, content = form.content()
    year = form.cleaned_data["election_year"]
    with attempt(form):
        preview_election(content=content, election_year=year, by=request.actor, at=request.at)
        request.session[WAITING] = {
            "filename": filename,
            "election_year": year,
            "content": vault.seal(content).decode(),
        }
        return True
    return False


def _waiting(request: ActorRequest) -> dict[str, Any] | None:
    kept = request.session.get(WAITING)
    return kept | {"content": vault.unseal(kept["content"].encode())} if kept else None
