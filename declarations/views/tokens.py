"""«Token do transmissor»: issued by the secretary, shown once, revoked at will."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common import permissions, vault
from common.actor import ActorRequest
from common.attempts import attempt
from declarations.models import TransmissionToken
from declarations.permissions import Permission
from declarations.services.tokens import issue_token, revoke_token
from siops.offices import office_of
from siops.session import office_required

# Where the new token waits to be shown once.
NEW = "siops_new_token"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def token_page(request: ActorRequest) -> HttpResponse:
    """The token of the entity; a POST issues another in its place."""
    entity = office_of(request.actor).entity
    permissions.require(request.actor, Permission.ISSUE_TOKEN, entity)
    if request.method == "POST":
        with attempt(request):
            secret = issue_token(entity_id=entity.pk, by=request.actor, at=request.at)
            request.session[NEW] = vault.seal(secret.encode()).decode()
        return redirect("declarations:token_page")
    sealed = request.session.pop(NEW, "")
    rows = TransmissionToken.objects.visible_to(request.actor).standing().filter(entity=entity)
    token = rows.select_related("technician__person", "manager__person").first()
    context = {
        "entity": entity,
        "token": token,
        "opens": token is not None and token.opens_at(request.at),
        "secret": vault.unseal(sealed.encode()).decode() if sealed else "",
    }
    return render(request, "declarations/token_page.html", context)


@never_cache
@require_POST
@office_required
def token_revoke(request: ActorRequest) -> HttpResponse:
    """«Revogar»."""
    revoke_token(entity_id=office_of(request.actor).entity.pk, by=request.actor, at=request.at)
    messages.success(request, "Token revogado. Nenhum programa transmite mais com ele.")
    return redirect("declarations:token_page")
