"""The ministry's desk for the chamados: by lateness, answer, one-off release of a crítica."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from common.permissions import staff_page
from common.ui import paginate
from siops.forms.tickets import MessageForm, ReleaseForm
from siops.permissions import Permission
from siops.services.tickets import answer_ticket, release_rule
from siops.views.tickets import Status, conversation
from tickets.models import Product, SupportTicket
from tickets.pages import TicketRow, find_ticket, rows_at, tickets_of

READ, ANSWER, RELEASE = Permission.READ_TICKETS, Permission.ANSWER_TICKET, Permission.RELEASE_RULE


@staff_page
@never_cache
@require_safe
def ticket_queue(request: ActorRequest) -> HttpResponse:
    """Every ticket, the longest wait first."""
    permissions.require(request.actor, READ)
    at = request.at
    page = paginate(request, tickets_of(Product.SIOPS, request.actor).by_lateness())
    return render(request, "siops/ticket_queue.html", {"page": page, "rows": rows_at(page.object_list, at), "at": at})


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_answer(request: ActorRequest, pk: int) -> HttpResponse:
    """The conversation, and the answer while one is due."""
    ticket, at = _visible(request, pk, ANSWER if request.method == "POST" else READ), request.at
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            answer_ticket(ticket_id=pk, text=form.cleaned_data["text"], by=request.actor, at=at)
            messages.success(request, f"Chamado nº {pk} respondido.")
            return redirect("siops:ticket_queue")
    context = {
        "row": TicketRow(ticket, at),
        "at": at,
        "conversation": conversation(ticket, request.actor),
        "releases": ticket.releases.select_related("granted_by"),
        "form": form,
        "may_answer": request.actor.has_perm(ANSWER, ticket),
        "may_release": ticket.status != Status.SOLVED and request.actor.has_perm(RELEASE, ticket),
    }
    return render(request, "siops/ticket_answer.html", context)


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_release(request: ActorRequest, pk: int) -> HttpResponse:
    """«Liberação pontual» of one crítica."""
    ticket, at = _visible(request, pk, RELEASE), request.at
    if ticket.status == Status.SOLVED:
        raise NotAllowedNow(ticket.get_status_display())
    form = ReleaseForm(
        request.POST if request.method == "POST" else None, initial={"rule_code": ticket.rule_code, "version": 1}
    )
    if form.is_bound and form.is_valid():
        with attempt(form):
            release = release_rule(ticket_id=pk, **form.cleaned_data, by=request.actor, at=at)
            messages.success(request, f"Crítica {release.rule_code} liberada.")
            return redirect("siops:ticket_answer", pk)
    return render(request, "siops/ticket_release.html", {"ticket": ticket, "form": form})


def _visible(request: ActorRequest, pk: int, permission: str) -> SupportTicket:
    """Any ticket of the SIOPS, only for the desk."""
    permissions.require(request.actor, permission)
    return find_ticket(Product.SIOPS, request.actor, pk)
