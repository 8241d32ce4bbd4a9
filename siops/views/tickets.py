"""«Chamados» for technician and secretary (T22)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import Actor, ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from common.ui import paginate
from siops.forms.tickets import ReopenForm, TicketForm
from siops.models import Attachment
from siops.offices import office_of
from siops.permissions import Permission
from siops.services.tickets import open_ticket, reopen_ticket, solve_ticket
from siops.session import office_required
from tickets.models import Product, SupportTicket
from tickets.pages import TicketRow, find_ticket, rows_at, tickets_of

VIEW = Permission.VIEW_TICKET
Status = SupportTicket.Status


def conversation(ticket: SupportTicket, asker: Actor) -> Any:
    """The messages with their files; contents stay in the database."""
    files = Prefetch("attachments", Attachment.objects.visible_to(asker).defer("sealed_content"), to_attr="files")
    return ticket.messages.select_related("author").prefetch_related(files)


@never_cache
@require_safe
@office_required
def ticket_list(request: ActorRequest) -> HttpResponse:
    """The tickets of the entity."""
    permissions.require(request.actor, VIEW)
    page = paginate(request, tickets_of(Product.SIOPS, request.actor))
    context = {"page": page, "rows": rows_at(page.object_list, request.actor.at)}
    return render(request, "siops/ticket_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def ticket_open(request: ActorRequest) -> HttpResponse:
    """A new ticket with its zipped file."""
    actor = request.actor
    permissions.require(actor, Permission.OPEN_TICKET)
    form = TicketForm(request.POST, request.FILES) if request.method == "POST" else TicketForm()
    if form.is_bound and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("subject", "rule_code", "text")}
        file = form.cleaned_data["file"]
        with attempt(form):
            ticket = open_ticket(
                entity_id=office_of(actor).entity_id,
                **data,
                filename=file.name,
                content=file.read(),
                by=actor,
                at=actor.at,
            )
            messages.success(request, f"Chamado nº {ticket.pk} aberto. Prazo para atendimento: até 72 horas.")
            return redirect("siops:ticket_detail", ticket.pk)
    return render(request, "siops/ticket_open.html", {"form": form})


@never_cache
@require_safe
@office_required
def ticket_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """The conversation, the clock, and «Resolvido» or «Reabrir»."""
    ticket, at = _visible(request, pk), request.actor.at
    may_write = request.actor.has_perm(Permission.OPEN_TICKET, ticket)
    context = {
        "row": TicketRow(ticket, at),
        "at": at,
        "conversation": conversation(ticket, request.actor),
        "releases": ticket.releases.select_related("granted_by"),
        "may_solve": may_write and ticket.status == Status.ANSWERED,
        "may_reopen": may_write and ticket.status in (Status.ANSWERED, Status.SOLVED),
    }
    return render(request, "siops/ticket_detail.html", context)


@require_POST
@office_required
def ticket_solve(request: ActorRequest, pk: int) -> HttpResponse:
    """«Resolvido»."""
    solve_ticket(ticket_id=_visible(request, pk).pk, by=request.actor, at=request.actor.at)
    messages.success(request, "Chamado resolvido.")
    return redirect("siops:ticket_detail", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def ticket_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """«Reabrir», saying why."""
    ticket, actor = _visible(request, pk), request.actor
    if ticket.status not in (Status.ANSWERED, Status.SOLVED):
        raise NotAllowedNow(ticket.get_status_display())
    form = ReopenForm(request.POST, request.FILES) if request.method == "POST" else ReopenForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        given = {"filename": file.name, "content": file.read()} if file else {}
        with attempt(form):
            reopen_ticket(ticket_id=pk, text=form.cleaned_data["text"], **given, by=actor, at=actor.at)
            messages.success(request, "Chamado reaberto. O prazo de 72 horas recomeçou.")
            return redirect("siops:ticket_detail", pk)
    return render(request, "siops/ticket_reopen.html", {"ticket": ticket, "form": form})


def _visible(request: ActorRequest, pk: int) -> SupportTicket:
    """A ticket of the entity of the session, or 404; then the permission to look."""
    ticket = find_ticket(Product.SIOPS, request.actor, pk)
    permissions.require(request.actor, VIEW, ticket)
    return ticket
