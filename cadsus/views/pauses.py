"""«Consulta ao CADSUS»: the TI of the municipality turns it off for a time, and on again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cadsus.forms.pauses import PauseForm
from cadsus.models import LookupPause
from cadsus.offices import entity_of_it
from cadsus.permissions import Permission
from cadsus.services.pausing import pause_lookup, resume_lookup
from cadsus.session import sisrede_session
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.legal_time import BRASILIA


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def lookup_pause(request: ActorRequest) -> HttpResponse:
    """Until when it is off, or for how long it is to be."""
    permissions.require(request.actor, Permission.PAUSE_LOOKUP)
    form = PauseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            end = pause_lookup(
                entity_id=entity_of_it(request.actor), **form.cleaned_data, by=request.actor, at=request.at
            ).until
            messages.success(request, f"Consulta desabilitada até {end.astimezone(BRASILIA):%d/%m/%Y %H:%M}.")
            return redirect("cadsus:lookup_pause")
    visible = LookupPause.objects.visible_to(request.actor).in_force_at(request.at)
    pause = visible.select_related("account").filter(entity=entity_of_it(request.actor)).first()
    return render(request, "cadsus/lookup_pause.html", {"form": form, "pause": pause})


@require_POST
@sisrede_session
def lookup_resume(request: ActorRequest) -> HttpResponse:
    """«Habilitar agora»."""
    permissions.require(request.actor, Permission.PAUSE_LOOKUP)
    with attempt(request):
        resume_lookup(entity_id=entity_of_it(request.actor), by=request.actor, at=request.at)
        messages.success(request, "Consulta habilitada de novo.")
    return redirect("cadsus:lookup_pause")
