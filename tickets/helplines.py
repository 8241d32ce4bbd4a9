"""What a product says of its chamados: who opens them, who answers them, and how whoever asked is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tickets.models import Product, SupportTicket, TicketMessage


@dataclass(frozen=True, kw_only=True)
class Helpline:
    """The tickets of one product (atendimento): `open` and `answer` are its permissions.

    `tell` writes the e-mail of an answer (E18): the ticket, the message, and when.
    """

    product: Product
    open: str
    answer: str
    tell: Callable[[SupportTicket, TicketMessage, datetime], None]
