"""What the pages of every product show of a ticket, and how they find it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.shortcuts import get_object_or_404

from common.actor import Actor
from tickets.models import Product, SupportTicket, SupportTicketQuerySet

RELATED = ("entity__municipality__uf", "entity__uf", "opened_by")


@dataclass(frozen=True)
class TicketRow:
    """A ticket as shown at one instant, with its 72-hour clock."""

    ticket: SupportTicket
    at: datetime

    @property
    def waits(self) -> bool:
        return self.ticket.status in SupportTicket.WAITING

    @property
    def is_late(self) -> bool:
        return self.ticket.is_late_at(self.at)


def rows_at(tickets: Iterable[SupportTicket], at: datetime) -> list[TicketRow]:
    return [TicketRow(ticket, at) for ticket in tickets]


def tickets_of(product: Product, actor: Actor) -> SupportTicketQuerySet:
    """Those of the product that exist for the actor, with what a page says of them."""
    return SupportTicket.objects.of(product).visible_to(actor).select_related(*RELATED)


def find_ticket(product: Product, actor: Actor, pk: int) -> SupportTicket:
    """One of them, or 404."""
    ticket: SupportTicket = get_object_or_404(tickets_of(product, actor), pk=pk)
    return ticket
