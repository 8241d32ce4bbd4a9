"""The ministry's desk for the updates of records: check, return, approve."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from common.forms.shared import ListedReasonForm
from common.permissions import staff_page
from common.ui import paginate
from siops import reasons
from siops.models import FundUpdate
from siops.permissions import Permission
from siops.services.fund_facts import approved_before, checks_of
from siops.services.fund_updates import approve_update, return_update, take_update
from siops.services.previews import update_returned
from siops.views.fund_updates import documents_of, steps_of

READ, CHECK = Permission.READ_FUND_RECORDS, Permission.CHECK_FUND_RECORD
Status = FundUpdate.Status


@staff_page
@never_cache
@require_safe
def fund_update_queue(request: ActorRequest) -> HttpResponse:
    """What was sent: first what waits, the oldest first."""
    permissions.require(request.actor, READ)
    rows = FundUpdate.objects.visible_to(request.actor).for_checking()
    related = rows.select_related("entity__municipality__uf", "entity__uf", "checked_by")
    return render(request, "siops/fund_update_queue.html", {"page": paginate(request, related)})


@staff_page
@never_cache
@require_safe
def fund_update_check(request: ActorRequest, pk: int) -> HttpResponse:
    """One update with its documents, and the buttons of its situation."""
    update = _visible(request, pk, READ)
    may_check = request.actor.has_perm(CHECK, update)
    waits = update.status in FundUpdate.WAITING
    context = {
        "update": update,
        "checks": checks_of(update, approved_before(update), at=request.at) if waits else [],
        "documents": documents_of(update),
        "steps": steps_of(update),
        "waits": may_check and update.status == Status.SENT,
        "under_check": may_check and update.status == Status.UNDER_CHECK,
    }
    return render(request, "siops/fund_update_check.html", context)


@staff_page
@require_POST
def fund_update_take(request: ActorRequest, pk: int) -> HttpResponse:
    """«Iniciar conferência»."""
    take_update(update_id=_visible(request, pk).pk, by=request.actor, at=request.at)
    messages.success(request, "Conferência iniciada.")
    return redirect("siops:fund_update_check", pk)


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fund_update_return(request: ActorRequest, pk: int) -> HttpResponse:
    """«Devolver», with the reasons."""
    update = _visible(request, pk)
    if update.status != Status.UNDER_CHECK:
        raise NotAllowedNow(update.get_status_display())
    form = ListedReasonForm(reasons.FUND_UPDATE, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            return_update(update_id=pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
            messages.success(request, "Atualização devolvida ao ente.")
            return redirect("siops:fund_update_queue")
    preview = update_returned(update, by=request.actor, at=request.at)
    return render(request, "siops/fund_update_return.html", {"update": update, "form": form, "preview": preview})


@staff_page
@require_POST
def fund_update_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """«Aprovar»: the simulated access goes out."""
    with attempt(request):
        update = approve_update(update_id=_visible(request, pk).pk, by=request.actor, at=request.at)
        messages.success(
            request,
            f"Atualização aprovada. O link para definir a senha do fundo foi enviado a {update.institutional_email}.",
        )
        return redirect("siops:fund_update_queue")
    return redirect("siops:fund_update_check", pk)


def _visible(request: ActorRequest, pk: int, permission: str = CHECK) -> FundUpdate:
    """An update that was sent at least once, or 404; only for the desk."""
    permissions.require(request.actor, permission)
    rows = FundUpdate.objects.visible_to(request.actor).for_checking()
    related = rows.select_related("entity__municipality__uf", "entity__uf", "opened_by", "checked_by")
    update: FundUpdate = get_object_or_404(related, pk=pk)
    return update
