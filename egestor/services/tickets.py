"""The chamados of the e-Gestor and of the Gerencia APS (WebAtendimento), which the SAPS answers."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

import tickets.services as desk
from accounts.offices import FUND, PROFILE
from common import mail, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from egestor.permissions import Permission
from territory.models import Entity
from tickets.helplines import Helpline
from tickets.models import Product, SupportTicket, TicketMessage

SAME_SUBJECT = "O {ticket}, com este assunto, aguarda resposta."


def _tell(ticket: SupportTicket, message: TicketMessage, at: datetime) -> None:
    person = ticket.opened_by
    mail.write(
        "egestor_ticket_answered",
        to=person.email,
        addressee=person,
        at=at,
        ticket=ticket,
        message=message,
        portal=settings.PORTAL_URL,
    )


HELPLINE = Helpline(product=Product.EGESTOR, open=Permission.OPEN_TICKET, answer=Permission.ANSWER_TICKET, tell=_tell)


def entities_of(actor: Actor) -> Iterable[Entity]:
    """Those for which the actor may open a chamado: of the fund, or of some active profile."""
    own = (office.entity_id for office in actor.offices if office.kind in (FUND, PROFILE))
    held = {entity_id for entity_id in own if entity_id is not None}
    return Entity.objects.filter(pk__in=held).select_related("municipality__uf", "uf").order_by("pk")


@transaction.atomic
def open_ticket(*, entity_id: int, topic: str, subject: str, text: str, by: Actor, at: datetime) -> SupportTicket:
    """Open a chamado. Raises RuleBroken (`field` "subject" or "text"; same_subject while another with it waits)."""
    entity = Entity.objects.select_for_update(no_key=True).get(pk=entity_id)
    permissions.require(by, Permission.OPEN_TICKET, entity)
    # Two tabs that ask the same thing open one ticket.
    same = SupportTicket.objects.of(Product.EGESTOR).waiting().filter(entity=entity, topic=topic, subject=subject)
    if (waiting := same.first()) is not None:
        raise RuleBroken(SAME_SUBJECT.format(ticket=waiting), code="same_subject", field="subject")
    message = desk.open_ticket(
        helpline=HELPLINE, entity_id=entity_id, subject=subject, topic=topic, text=text, by=by, at=at
    )
    return message.ticket


@transaction.atomic
def answer_ticket(*, ticket_id: int, text: str, by: Actor, at: datetime) -> SupportTicket:
    """The SAPS answers; whoever opened the chamado is told."""
    return desk.answer_ticket(helpline=HELPLINE, ticket_id=ticket_id, text=text, by=by, at=at)


@transaction.atomic
def solve_ticket(*, ticket_id: int, by: Actor, at: datetime) -> SupportTicket:
    """The entity is satisfied with the answer."""
    return desk.solve_ticket(helpline=HELPLINE, ticket_id=ticket_id, by=by, at=at)


@transaction.atomic
def reopen_ticket(*, ticket_id: int, text: str, by: Actor, at: datetime) -> SupportTicket:
    """The answer did not solve it: say why. The 72 hours begin again."""
    return desk.reopen_ticket(helpline=HELPLINE, ticket_id=ticket_id, text=text, by=by, at=at).ticket
