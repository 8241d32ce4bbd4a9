"""What of a product waits at the desk of the ministry."""

from datetime import timedelta

from common.house import Waiting
from common.terms import Hours
from tickets.models import ANSWER_WITHIN, Product, SupportTicket


def tickets_waiting(key: str, *, product: Product, act: str, item: str) -> Waiting:
    """The queue of a product: who decides, by which permission, on which page."""
    return Waiting(
        key=key,
        rows=lambda actor: SupportTicket.objects.of(product).visible_to(actor).waiting(),
        since="waiting_since",
        term=lambda: Hours(ANSWER_WITHIN // timedelta(hours=1)),
        act=act,
        item=item,
        decisions={"ticket.answered": "respondido"},
        note=lambda ticket: ticket.subject,
    )
