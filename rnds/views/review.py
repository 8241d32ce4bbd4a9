"""The analyst's decision about a request: approve, send back with a pendência, reject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from common.forms.shared import ListedReasonForm
from common.permissions import staff_page
from rnds import reasons
from rnds.models import CredentialRequest
from rnds.permissions import Permission
from rnds.services import credentials
from rnds.services.letters import preview_to_requester
from rnds.views.base import visible_request


@dataclass(frozen=True)
class Refusing:
    """A decision against a request: by which service, for which reasons, told in which e-mail, and on which page."""

    decide: Callable[..., Any]
    reasons: Mapping[str, str]
    mail: str
    done: str
    template: str


SEND_BACK = Refusing(
    credentials.send_back_request,
    reasons.PENDENCY,
    "credential_sent_back",
    "Solicitação devolvida.",
    "request_send_back",
)
REJECT = Refusing(
    credentials.reject_request, reasons.REJECTION, "credential_rejected", "Solicitação reprovada.", "request_reject"
)


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
    return _with_reason(request, pk, SEND_BACK)


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_reject(request: ActorRequest, pk: int) -> HttpResponse:
    """«Reprovar», with the motivo."""
    return _with_reason(request, pk, REJECT)


def _with_reason(request: ActorRequest, pk: int, refusal: Refusing) -> HttpResponse:
    row = _to_review(request, pk)
    form = ListedReasonForm(refusal.reasons, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            refusal.decide(request_id=row.pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
            messages.success(request, refusal.done)
            return redirect("desk:home")
    preview = preview_to_requester(refusal.mail, row)
    context = {"request_row": row, "form": form, "preview": preview}
    return render(request, f"rnds/{refusal.template}.html", context)


def _to_review(request: ActorRequest, pk: int) -> CredentialRequest:
    """A request under review, for who decides it. Raises NotAllowedNow in another state."""
    row = visible_request(request, pk)
    permissions.require(request.actor, Permission.REVIEW_REQUEST, row)
    if row.status != CredentialRequest.Status.UNDER_REVIEW:
        raise NotAllowedNow(row.get_status_display())
    return row
