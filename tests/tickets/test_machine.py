"""The machine of a chamado, for each product by the people of that product, and that no product reaches another's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Membership, User
from common.exceptions import NotAllowedNow, NotPermitted
from common.models import AuditEvent, OutboxMessage
from egestor.services import tickets as of_egestor
from siops.models.scoped import TECHNICIAN
from siops.services import tickets as of_siops
from tests.actors import acting, signed_in
from tests.cells import walk_cell
from tests.factories import NOON, make_entity, make_member, make_staff, siops, tickets
from tests.factories.siops import make_coordinator
from tests.siops.support import session_of
from tickets.models import Product, SupportTicket, TicketMessage

pytestmark = pytest.mark.django_db
TEXT = "A mensagem continua aparecendo."
ARGUMENTS: dict[str, dict[str, Any]] = {"answer": {"at": NOON}, "solve": {"at": NOON}, "reopen": {"at": NOON}}
# source → transition → target; what is not written is refused.
MACHINE = {
    "open": {"answer": "answered"},
    "answered": {"solve": "solved", "reopen": "reopened"},
    "solved": {"reopen": "reopened"},
    "reopened": {"answer": "answered"},
}
FACTS: dict[str, dict[str, Any]] = {
    "answered": {"answered_at": NOON},
    "solved": {"answered_at": NOON, "solved_at": NOON},
}


@dataclass
class Party:
    """Of one product: a ticket, who opened it, who answers it, and the verbs."""

    make: Callable[..., SupportTicket]
    verbs: Any
    entity: Any
    asker: Any
    staff: User

    def take(self, name: str, ticket: SupportTicket, by: Any = None) -> object:
        who = by or (self.staff if name == "answer" else self.asker)
        told = {} if name == "solve" else {"text": TEXT}
        return getattr(self.verbs, f"{name}_ticket")(ticket_id=ticket.pk, **told, by=acting(who), at=NOON)


def party_of(product: Product) -> Party:
    entity = make_entity()
    if product == Product.SIOPS:
        return Party(siops.make_ticket, of_siops, entity, siops.make_acting(TECHNICIAN, entity), make_coordinator())
    asker = make_member(Membership.Role.AB_MANAGER, entity)
    return Party(tickets.make_ticket, of_egestor, entity, asker, make_staff("saps", staff_role=User.StaffRole.SAPS))


def everything() -> list[Any]:
    rows = [list(model.objects.order_by("pk").values_list()) for model in (SupportTicket, TicketMessage)]
    return [*rows, AuditEvent.objects.count(), OutboxMessage.objects.count()]


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(MACHINE) == set(SupportTicket.Status.values)
    known = {t.name for t in SupportTicket._meta.get_field("status").get_all_transitions(SupportTicket)}
    assert known == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("source", MACHINE)
def test_each_cell_of_the_machine(source: str, name: str) -> None:
    walk_cell(SupportTicket(status=source), name, MACHINE, ARGUMENTS[name])


@pytest.mark.parametrize("product", Product)
def test_each_cell_by_the_verbs_of_each_product(product: Product) -> None:
    """A refused cell leaves no trace."""
    party = party_of(product)
    for source, row in MACHINE.items():
        for name in ARGUMENTS:
            ticket = party.make(party.entity, status=source, **FACTS.get(source, {}))
            before = everything()
            if name in row:
                party.take(name, ticket)
                assert SupportTicket.objects.get(pk=ticket.pk).status == row[name]
            else:
                with pytest.raises(NotAllowedNow):
                    party.take(name, ticket)
                assert everything() == before


@pytest.mark.parametrize("product", Product)
def test_who_asks_does_not_answer_and_who_answers_does_not_end(product: Product) -> None:
    party = party_of(product)
    waits, answered = party.make(party.entity), party.make(party.entity, status="answered", answered_at=NOON)
    for name, ticket, by in (
        ("answer", waits, party.asker),
        ("solve", answered, party.staff),
        ("reopen", answered, party.staff),
    ):
        with pytest.raises(NotPermitted):
            party.take(name, ticket, by)


def test_the_tickets_of_one_product_do_not_exist_for_the_other() -> None:
    """Same entity, both desks, by verb, by row and by address."""
    there, here = party_of(Product.SIOPS), party_of(Product.EGESTOR)
    entity = there.entity
    parties = {Product.SIOPS: there, Product.EGESTOR: here}
    for product, party in parties.items():
        (other,) = (each for each in Product if each != product)
        foreign = parties[other].make(entity, status="answered", answered_at=NOON)
        before = everything()
        for name in ARGUMENTS:
            with pytest.raises(SupportTicket.DoesNotExist):
                party.take(name, foreign)
        for who in (party.asker, party.staff):
            assert not SupportTicket.objects.visible_to(acting(who)).filter(product=other).exists()
        # The auditor reads both, each on its own pages.
        auditor = signed_in(User.objects.filter(login="auditor").first() or make_staff("auditor", staff_role="auditor"))
        assert auditor.get(reverse(f"{product}:ticket_answer", args=[foreign.pk])).status_code == 404
        assert auditor.get(reverse(f"{other}:ticket_answer", args=[foreign.pk])).status_code == 200
        assert str(foreign) not in auditor.get(reverse(f"{product}:ticket_queue")).content.decode()
        theirs = session_of(party.asker).get(reverse(f"{product}:ticket_detail", args=[foreign.pk]))
        assert theirs.status_code == 404
        assert everything() == before


def test_the_database_refuses_states_without_their_facts() -> None:
    ours, theirs = siops.make_ticket().pk, tickets.make_ticket().pk
    for key, fields in (
        (ours, {"status": "answered"}),
        (ours, {"status": "solved", "answered_at": NOON}),
        (ours, {"topic": "egestor"}),
        (theirs, {"topic": ""}),
        (theirs, {"rule_code": "SIM-I01"}),
        (theirs, {"product": "siops"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportTicket.objects.filter(pk=key).update(**fields)
