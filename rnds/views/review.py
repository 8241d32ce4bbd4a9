"""The analyst's decision about a request: approve, send back with a pendência, reject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from common.forms.shared import ReasonForm
from common.permissions import staff_page
from rnds.models import CredentialRequest
from rnds.permissions import Permission
from rnds.services import credentials
from rnds.views.base import visible_request


@staff_page
@require_POST
def request_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """«Aprovar»: the credential is granted."""
    row = _to_review(request, pk)
    with attempt(request):
        credential = credentials.approve_request(request_id=row.pk, by=request.actor, at=request.at)
        messages.success(request, "Solicitação aprovada: a credencial foi gerada.")
        return redirect("rnds:credential_detail", credential.pk)
    return redirect("rnds:request_detail", pk)


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """«Devolver com pendência», with the motivo."""
    return _with_reason(request, pk, credentials.send_back_request, "Solicitação devolvida.", "request_send_back")


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_reject(request: ActorRequest, pk: int) -> HttpResponse:
    """«Reprovar», with the motivo."""
    return _with_reason(request, pk, credentials.reject_request, "Solicitação reprovada.", "request_reject")


def _with_reason(request: ActorRequest, pk: int, decide: Callable[..., Any], done: str, template: str) -> HttpResponse:
    row = _to_review(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            decide(request_id=row.pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
            messages.success(request, done)
            return redirect("desk:home")
    return render(request, f"rnds/{template}.html", {"request_row": row, "form": form})


def _to_review(request: ActorRequest, pk: int) -> CredentialRequest:
    """A request under review, for who decides it. Raises NotAllowedNow in another state."""
    row = visible_request(request, pk)
    permissions.require(request.actor, Permission.REVIEW_REQUEST, row)
    if row.status != CredentialRequest.Status.UNDER_REVIEW:
        raise NotAllowedNow(row.get_status_display())
    return row
