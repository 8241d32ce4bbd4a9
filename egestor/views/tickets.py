"""«Chamados» of the e-Gestor and of the Gerencia APS (WebAtendimento): the entity asks, the SAPS answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from common.permissions import staff_page
from common.ui import paginate
from egestor.forms.tickets import MessageForm, TicketForm
from egestor.permissions import Permission
from egestor.services import tickets
from tickets.models import Product, SupportTicket
from tickets.pages import TicketRow, find_ticket, rows_at, tickets_of

PRODUCT = Product.EGESTOR
Status = SupportTicket.Status


@never_cache
@require_safe
def ticket_list(request: ActorRequest) -> HttpResponse:
    """The chamados of the entities of who is signed in."""
    permissions.require(request.actor, Permission.VIEW_TICKET)
    page = paginate(request, tickets_of(PRODUCT, request.actor))
    return render(request, "egestor/ticket_list.html", {"page": page, "rows": rows_at(page.object_list, request.at)})


@never_cache
@require_http_methods(["GET", "POST"])
def ticket_open(request: ActorRequest) -> HttpResponse:
    """A new chamado."""
    actor, at = request.actor, request.at
    permissions.require(actor, Permission.OPEN_TICKET)
    posted = request.POST if request.method == "POST" else None
    form = TicketForm(tickets.entities_of(actor), posted, initial={"topic": request.GET.get("sobre", "")})
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        with attempt(form):
            ticket = tickets.open_ticket(
                entity_id=data["entity"],
                topic=data["topic"],
                subject=data["subject"],
                text=data["text"],
                by=actor,
                at=at,
            )
            messages.success(request, f"{ticket} aberto. A SAPS responde em até 72 horas.")
            return redirect("egestor:ticket_detail", ticket.pk)
    return render(request, "egestor/ticket_open.html", {"form": form})


@never_cache
@require_safe
def ticket_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """The conversation, the clock, and «Resolvido» or «Reabrir»."""
    ticket = _own(request, pk)
    context = {
        **_shown(request, ticket),
        "may_solve": ticket.status == Status.ANSWERED,
        "may_reopen": ticket.status in (Status.ANSWERED, Status.SOLVED),
    }
    return render(request, "egestor/ticket_detail.html", context)


@require_POST
def ticket_solve(request: ActorRequest, pk: int) -> HttpResponse:
    """«Resolvido»."""
    tickets.solve_ticket(ticket_id=_own(request, pk).pk, by=request.actor, at=request.at)
    messages.success(request, "Chamado resolvido.")
    return redirect("egestor:ticket_detail", pk)


@never_cache
@require_http_methods(["GET", "POST"])
def ticket_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """«Reabrir», saying why."""
    ticket = _own(request, pk)
    if ticket.status not in (Status.ANSWERED, Status.SOLVED):
        raise NotAllowedNow(ticket.get_status_display())
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            tickets.reopen_ticket(ticket_id=pk, text=form.cleaned_data["text"], by=request.actor, at=request.at)
            messages.success(request, "Chamado reaberto. O prazo de 72 horas recomeçou.")
            return redirect("egestor:ticket_detail", pk)
    return render(request, "egestor/ticket_reopen.html", {"ticket": ticket, "form": form})


@staff_page
@never_cache
@require_safe
def ticket_queue(request: ActorRequest) -> HttpResponse:
    """Every chamado of the e-Gestor and of the Gerencia APS, the longest wait first."""
    permissions.require(request.actor, Permission.READ_TICKETS)
    page = paginate(request, tickets_of(PRODUCT, request.actor).by_lateness())
    context = {"page": page, "rows": rows_at(page.object_list, request.at), "at": request.at}
    return render(request, "egestor/ticket_queue.html", context)


@staff_page
@never_cache
@require_http_methods(["GET", "POST"])
def ticket_answer(request: ActorRequest, pk: int) -> HttpResponse:
    """The conversation, and the answer while one is due."""
    acts = request.method == "POST"
    permissions.require(request.actor, Permission.ANSWER_TICKET if acts else Permission.READ_TICKETS)
    ticket = find_ticket(PRODUCT, request.actor, pk)
    form = MessageForm(request.POST if acts else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            tickets.answer_ticket(ticket_id=pk, text=form.cleaned_data["text"], by=request.actor, at=request.at)
            messages.success(request, f"{ticket} respondido.")
            return redirect("egestor:ticket_queue")
    may_answer = request.actor.has_perm(Permission.ANSWER_TICKET, ticket)
    context = {**_shown(request, ticket), "form": form, "may_answer": may_answer}
    return render(request, "egestor/ticket_answer.html", context)


def _own(request: ActorRequest, pk: int) -> SupportTicket:
    """A chamado of an entity of who is signed in, or 404."""
    permissions.require(request.actor, Permission.VIEW_TICKET)
    ticket = find_ticket(PRODUCT, request.actor, pk)
    permissions.require(request.actor, Permission.VIEW_TICKET, ticket)
    return ticket


def _shown(request: ActorRequest, ticket: SupportTicket) -> dict[str, object]:
    return {
        "row": TicketRow(ticket, request.at),
        "at": request.at,
        "conversation": ticket.messages.select_related("author"),
    }
