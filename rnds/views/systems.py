"""«Acesso de sistemas»: the users that call the CADSUS on behalf of a credential, without its certificate."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from rnds.forms.systems import SystemAccessForm
from rnds.models import Credential, SystemAccess
from rnds.permissions import Permission
from rnds.services import systems
from rnds.views.base import visible_credential


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def system_accesses(request: ActorRequest, pk: int) -> HttpResponse:
    """The list, and a new one: its password stands in the answer to the form, once, and nowhere else."""
    credential = visible_credential(request, pk)
    permissions.require(request.actor, Permission.MANAGE_SYSTEM_ACCESSES, credential)
    form, made, password = SystemAccessForm(request.POST or None), None, ""
    if form.is_bound and form.is_valid():
        with attempt(form):
            made, password = systems.create_access(
                credential_id=credential.pk, username=form.cleaned_data["username"], by=request.actor, at=request.at
            )
            form = SystemAccessForm()
    context = {
        "credential": credential,
        "accesses": _accesses(request, credential),
        "is_active": credential.status == Credential.Status.ACTIVE,
        "form": form,
        "made": made,
        "password": password,
    }
    return render(request, "rnds/credential_systems.html", context)


@never_cache
@require_POST
def system_revoke(request: ActorRequest, pk: int, access: int) -> HttpResponse:
    """«Revogar»."""
    credential = visible_credential(request, pk)
    row = get_object_or_404(_accesses(request, credential), pk=access)
    with attempt(request):
        systems.revoke_access(access_id=row.pk, by=request.actor, at=request.at)
        messages.success(request, f"Acesso de {row.username} revogado.")
    return redirect("rnds:credential_systems", pk)


def _accesses(request: ActorRequest, credential: Credential) -> QuerySet[SystemAccess]:
    rows = SystemAccess.objects.visible_to(request.actor).filter(credential=credential)
    return rows.select_related("created_by", "revoked_by")
