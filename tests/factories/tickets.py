"""Chamados of the e-Gestor, straight in the table; those of the SIOPS are in tests.factories.siops."""

from datetime import datetime
from typing import Any

from territory.models import Entity
from tests.clock import now
from tests.factories import make_entity, make_user
from tickets.models import Product, SupportTicket, TicketMessage


def make_ticket(entity: Entity | None = None, *, at: datetime | None = None, **fields: Any) -> SupportTicket:
    """An open one with its first message."""
    at = at or now()
    defaults: dict[str, Any] = {
        "product": Product.EGESTOR,
        "topic": SupportTicket.Topic.GERENCIA,
        "subject": "O termo não abre",
        "opened_at": at,
        "waiting_since": at,
    }
    if "opened_by" not in fields:
        fields["opened_by"] = make_user()
    made: SupportTicket = SupportTicket.objects.create(entity=entity or make_entity(), **(defaults | fields))
    TicketMessage.objects.create(
        ticket=made, author=made.opened_by, written_at=at, text="A tela do termo fica em branco."
    )
    return made
