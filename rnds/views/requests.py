"""«Solicitar Credencial»: opening by token, the page of a request, its termo, and giving up."""

import re
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotPermitted, Refusal, RuleBroken
from common.forms.shared import put_refusal
from egestor import deadlines
from rnds.forms.requests import TermsForm, TokenForm
from rnds.models import CredentialRequest
from rnds.permissions import Permission
from rnds.services import credentials, requests, terms
from rnds.services.requests.checks import checks_of
from rnds.services.requests.lifecycle import missing_sections
from rnds.views import summary
from rnds.views.base import tell_state, visible_request
from rnds.views.steps import SECTION_SLUGS, STEPS, TERMS, steps_of

Status = CredentialRequest.Status


@never_cache
@sensitive_post_parameters("token_value", "counter_key")
@require_http_methods(["GET", "HEAD", "POST"])
def request_open(request: ActorRequest) -> HttpResponse:
    """«Informe o Token do e-Gestor»."""
    permissions.require(request.actor, Permission.REQUEST_CREDENTIAL)
    source = _source_of_copy(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            opened = requests.open_request(**form.cleaned_data, by=request.actor, at=request.at)
            for warning in opened.warnings:
                messages.warning(request, warning)
            if source:
                _copy(request, source, opened.request)
            return redirect("rnds:request_detail", opened.request.pk)
    return render(request, "rnds/request_open.html", {"form": form, "source": source})


def _source_of_copy(request: ActorRequest) -> CredentialRequest | None:
    """The request of `?copiar=`, when the person may see it."""
    asked = request.POST.get("copiar") or request.GET.get("copiar") or ""
    if not re.fullmatch(r"[0-9]{1,18}", asked):
        return None
    own = (
        CredentialRequest.objects.visible_to(request.actor)
        .readable_at(request.at)
        .filter(requested_by=request.actor.account_id)
    )
    found: CredentialRequest | None = own.filter(pk=int(asked)).first()
    return found


def _copy(request: ActorRequest, source: CredentialRequest, draft: CredentialRequest) -> None:
    try:
        requests.copy_request(request_id=source.pk, into_id=draft.pk, by=request.actor, at=request.at)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, f"Dados da solicitação nº {source.pk} copiados. Escolha de novo o certificado.")


@never_cache
@require_safe
def request_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """Where a request stands; the requester of an open form is led to the step that lacks something."""
    row = visible_request(request, pk)
    at = request.at
    is_mine = row.requested_by_id == request.actor.account_id
    if is_mine and row.is_editable_at(at) and row.status == Status.DRAFT:
        missing = missing_sections(row)
        return redirect("rnds:request_step", pk, SECTION_SLUGS[missing[0]] if missing else "revisao")
    if is_mine and row.status == Status.AWAITING_TERMS and not row.is_overtaken_at(at):
        return redirect("rnds:request_terms", pk)
    if row.status == Status.GRANTED:
        return _granted_page(request, row)
    may_review = row.status == Status.UNDER_REVIEW and request.actor.has_perm(Permission.REVIEW_REQUEST, row)
    context = {
        "request_row": row,
        "checks": checks_of(row, at=at) if may_review else [],
        "status": row.effective_status(at),
        "is_overtaken": row.is_overtaken_at(at),
        "is_mine": is_mine,
        "sections": summary.sections_of(row),
        "pairing": summary.pairing_of(row),
        "may_copy": is_mine and row.effective_status(at) not in CredentialRequest.OPEN,
    }
    return render(request, "rnds/request_detail.html", context)


def _granted_page(request: ActorRequest, row: CredentialRequest) -> HttpResponse:
    context = {
        "request_row": row,
        "credential": row.credential,
        "is_active": row.credential.status == row.credential.Status.ACTIVE,
        "may_download": request.actor.has_perm(Permission.DOWNLOAD_CREDENTIAL, row.credential),
        "steps": steps_of(row, TERMS, linked=False),
    }
    return render(request, "rnds/request_granted.html", context)


@sensitive_post_parameters("pin")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_terms(request: ActorRequest, pk: int) -> HttpResponse:
    """«Termo de Uso e-SUS APS para RNDS e CNS»: «Cancelar» or «Confirmar e avançar»."""
    row, at = visible_request(request, pk), request.at
    if row.requested_by_id != request.actor.account_id:
        raise NotPermitted(permission=Permission.EDIT_REQUEST)
    if "cancelar" in request.POST:
        return _cancel_terms(request, row, at)
    if row.status != Status.AWAITING_TERMS or (request.method != "POST" and row.is_overtaken_at(at)):
        tell_state(request, row, at)
        return redirect("rnds:request_detail", pk)
    shown = terms.render_terms(request=row, at=at)
    data = request.POST if request.method == "POST" else None
    form = TermsForm(data, actor=request.actor, at=at, initial={"shown_hash": shown.sha256})
    if form.is_bound and form.is_valid() and _accept(request, row, form, at):
        return redirect("rnds:request_detail", pk)
    context = {
        "request_row": row,
        "form": form,
        "shown": shown,
        "paragraphs": shown.text.split("\n\n"),
        "warnings": requests.pairing_warnings(row),
        "steps": steps_of(row, TERMS, linked=False),
        "at": at,
        "validity": deadlines.validity_text(row.token.expires_at, row.entity),
    }
    return render(request, "rnds/request_terms.html", context)


def _accept(request: ActorRequest, row: CredentialRequest, form: TermsForm, at: datetime) -> bool:
    try:
        credentials.accept_terms(
            request_id=row.pk,
            shown_hash=form.cleaned_data["shown_hash"],
            pin=form.given_pin,
            ip=request.META.get("REMOTE_ADDR") or None,
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
            by=request.actor,
            at=at,
        )
    except RuleBroken as refusal:
        # The second of two clicks or tabs: the first one decided, and its page tells the result.
        if refusal.code == "token_used":
            messages.info(request, refusal.message)
            return True
        put_refusal(form, refusal)
        return False
    return True


def _cancel_terms(request: ActorRequest, row: CredentialRequest, at: datetime) -> HttpResponse:
    with attempt(request):
        requests.return_to_form(request_id=row.pk, by=request.actor, at=at)
        return redirect("rnds:request_step", row.pk, list(STEPS)[-1])
    return redirect("rnds:request_detail", row.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then give up (desistência)."""
    row = visible_request(request, pk)
    if request.method == "POST":
        requests.withdraw_request(request_id=row.pk, by=request.actor, at=request.at)
        messages.success(request, f"Você desistiu da solicitação nº {row.pk}.")
        return redirect("rnds:credential_list")
    if row.requested_by_id != request.actor.account_id:
        raise NotPermitted(permission=Permission.EDIT_REQUEST)
    return render(request, "rnds/request_withdraw.html", {"request_row": row})


@never_cache
@require_POST
def request_resubmit(request: ActorRequest, pk: int) -> HttpResponse:
    """«Reenviar» after a pendência."""
    row = visible_request(request, pk)
    with attempt(request):
        credentials.resubmit_request(request_id=row.pk, by=request.actor, at=request.at)
        messages.success(request, f"Solicitação nº {row.pk} reenviada para análise.")
        return redirect("rnds:request_detail", pk)
    return redirect(reverse("rnds:request_step", args=[pk, "revisao"]))
