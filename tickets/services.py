"""The steps of a support ticket (chamado), the same for every product; the ministry answers in 72 hours (SM-12).

Each step reaches the tickets of its helpline alone: one of another product does not exist for it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from territory.models import Entity
from tickets.helplines import Helpline
from tickets.models import SupportTicket, TicketMessage

SHORTEST_TEXT = 10


@transaction.atomic
def open_ticket(
    *,
    helpline: Helpline,
    entity_id: int,
    subject: str,
    text: str,
    topic: str = "",
    rule_code: str = "",
    by: Actor,
    at: datetime,
) -> TicketMessage:
    """Open a ticket; its first message. Raises RuleBroken (`field` "text") for a message that says nothing."""
    # Rows refer to the entity: a weak lock makes double clicks take turns and stops nobody else.
    entity = Entity.objects.select_for_update(no_key=True).get(pk=entity_id)
    permissions.require(by, helpline.open, entity)
    ticket: SupportTicket = SupportTicket.objects.create(
        product=helpline.product,
        entity=entity,
        subject=subject,
        topic=topic,
        rule_code=rule_code,
        opened_by_id=by.author_id,
        opened_at=at,
        opened_by_substitution=by.by_substitution,
        waiting_since=at,
    )
    message = _write(ticket, text, by, at)
    audit.record("ticket.opened", target=ticket, by=by, at=at)
    return message


@transaction.atomic
def answer_ticket(*, helpline: Helpline, ticket_id: int, text: str, by: Actor, at: datetime) -> SupportTicket:
    """The ministry answers; whoever opened the ticket is told by e-mail (E18)."""
    ticket = _locked(helpline, ticket_id)
    permissions.require(by, helpline.answer, ticket)
    if not can_proceed(ticket.answer):
        raise NotAllowedNow(ticket.get_status_display())
    late = ticket.is_late_at(at)
    ticket.answer(at=at)
    ticket.save(update_fields=["status", "answered_at"])
    message = _write(ticket, text, by, at)
    audit.record("ticket.answered", target=ticket, by=by, at=at, late=late)
    helpline.tell(ticket, message, at)
    return ticket


@transaction.atomic
def solve_ticket(*, helpline: Helpline, ticket_id: int, by: Actor, at: datetime) -> SupportTicket:
    """The entity is satisfied with the answer."""
    ticket = _locked(helpline, ticket_id)
    permissions.require(by, helpline.open, ticket)
    if not can_proceed(ticket.solve):
        raise NotAllowedNow(ticket.get_status_display())
    ticket.solve(at=at)
    ticket.save(update_fields=["status", "solved_at"])
    audit.record("ticket.solved", target=ticket, by=by, at=at)
    return ticket


@transaction.atomic
def reopen_ticket(*, helpline: Helpline, ticket_id: int, text: str, by: Actor, at: datetime) -> TicketMessage:
    """The answer did not solve it: the message that says why. The 72 hours begin again."""
    ticket = _locked(helpline, ticket_id)
    permissions.require(by, helpline.open, ticket)
    if not can_proceed(ticket.reopen):
        raise NotAllowedNow(ticket.get_status_display())
    ticket.reopen(at=at)
    ticket.save(update_fields=["status", "waiting_since", "solved_at"])
    message = _write(ticket, text, by, at)
    audit.record("ticket.reopened", target=ticket, by=by, at=at)
    return message


def long_enough(text: str, field: str, ask: str) -> str:
    """The text without spaces around it. Raises RuleBroken when it says too little."""
    text = text.strip()
    if len(text) < SHORTEST_TEXT:
        raise RuleBroken(f"{ask} (mínimo de {SHORTEST_TEXT} caracteres).", code="too_short", field=field)
    return text


def _locked(helpline: Helpline, ticket_id: int) -> SupportTicket:
    ticket: SupportTicket = SupportTicket.objects.of(helpline.product).select_for_update().get(pk=ticket_id)
    return ticket


def _write(ticket: SupportTicket, text: str, by: Actor, at: datetime) -> TicketMessage:
    return TicketMessage.objects.create(
        ticket=ticket,
        author_id=by.author_id,
        written_at=at,
        written_by_substitution=by.by_substitution,
        text=long_enough(text, "text", "Escreva a mensagem"),
    )
