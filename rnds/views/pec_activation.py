"""«Instalação» of the simulated PEC: it shows its key, and takes the contra-chave that the e-Gestor made with it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import Limit
from common.actor import ActorRequest
from common.attempts import attempt
from rnds.forms.pec import ActivationForm
from rnds.permissions import Permission
from rnds.services.activation import activate_installation
from rnds.views.pec import history_of, installation_of, tabs

TRIES = Limit("rnds.activation", each=20, address=600, lasts=timedelta(minutes=10))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pec_activation(request: ActorRequest, pk: int) -> HttpResponse:
    """The key, and the contra-chave that answers it."""
    installation = installation_of(request, pk, Permission.ACTIVATE_PEC)
    form = ActivationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        TRIES.spend(request, str(pk), at=request.real_at)
        with attempt(form):
            activate_installation(
                installation_id=pk, counter_key=form.cleaned_data["counter_key"], by=request.actor, at=request.at
            )
            TRIES.give_back(request, str(pk))
            messages.success(request, "Instalação liberada.")
            return redirect("rnds:pec_activation", pk)
    context = {
        "installation": installation,
        "form": form,
        "history": history_of(installation),
        "tabs": tabs(request, installation, "rnds:pec_activation"),
    }
    return render(request, "rnds/pec_activation.html", context)
