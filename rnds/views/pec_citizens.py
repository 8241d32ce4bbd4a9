"""The citizen search of the simulated PEC. Who is looked for never comes into an address."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.actor import ActorRequest
from common.attempts import attempt
from rnds.forms.pec_citizens import CitizenForm
from rnds.permissions import Permission
from rnds.services import citizens, endings, monitor
from rnds.views.pec import installation_of, tabs


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pec_citizen(request: ActorRequest, pk: int) -> HttpResponse:
    """The search, and below it what the CADSUS answered and each call that was made for it."""
    installation = installation_of(request, pk, Permission.SEARCH_CITIZEN)
    form = CitizenForm(request.POST if request.method == "POST" else None)
    context = {
        "installation": installation,
        "tabs": tabs(request, installation, "rnds:pec_citizen"),
        "trouble": endings.troubles_of([installation], request.at).get(installation.pk, ""),
        "form": form,
    }
    if form.is_bound and form.is_valid():
        with attempt(form):
            search = citizens.search_citizen(
                installation_id=installation.pk,
                asked=form.asked(),
                scenario=form.cleaned_data["scenario"],
                by=request.actor,
                at=request.at,
            )
            context |= {"told": search.told, "searched": True, "calls": monitor.told(search.steps, request.at)}
    return render(request, "rnds/pec_citizen.html", context)
