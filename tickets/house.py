"""What the tickets bring to the house: their words, and the 72 hours; each product brings its pages."""

from collections.abc import Iterator
from datetime import datetime

from common.house import NOBODY, Due, DueKind
from common.ui import Tone
from tickets.models import ANSWER_WITHIN, SupportTicket


def late_answers(after: datetime, until: datetime) -> Iterator[Due]:
    since = SupportTicket.objects.waiting().filter(
        waiting_since__gt=after - ANSWER_WITHIN, waiting_since__lte=until - ANSWER_WITHIN
    )
    for ticket in since.select_related("entity__municipality__uf", "entity__uf").order_by("waiting_since", "pk"):
        yield Due(ticket.answer_due_at, f"{ticket} de {ticket.entity} completa 72 horas", NOBODY, "fica atrasado")


DUE_KINDS = (DueKind("ticket_answer", late_answers),)
VERBS = {
    "ticket.answered": "Chamado respondido",
    "ticket.opened": "Chamado aberto",
    "ticket.reopened": "Chamado reaberto",
    "ticket.solved": "Chamado resolvido",
}
TONES = {"open": Tone.WARNING, "reopened": Tone.WARNING, "answered": Tone.INFO, "solved": Tone.SUCCESS}
