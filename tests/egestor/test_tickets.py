"""Chamados of the e-Gestor and of the Gerencia APS (WebAtendimento): opening, the mail, the clock, the pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, User
from common.exceptions import NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from egestor.services.tickets import answer_ticket, open_ticket, solve_ticket
from tests.actors import acting, signed_in
from tests.concurrency import at_once
from tests.factories import (
    NOON,
    make_entity,
    make_member,
    make_membership,
    make_organisation,
    make_other_entity,
    make_staff,
    person_of,
)
from tests.factories.tickets import make_ticket
from tickets.models import SupportTicket

pytestmark = pytest.mark.django_db
Role = Membership.Role
TEXT = "A tela do termo fica em branco depois de «Aceitar»."


@pytest.fixture
def manager() -> User:
    return make_member(Role.PROGRAMME_MANAGER, make_entity())


@pytest.fixture
def saps() -> User:
    return make_staff("saps", staff_role=User.StaffRole.SAPS)


def ask(by: User, **changes: object) -> SupportTicket:
    given = {"entity_id": make_entity().pk, "topic": "gerencia", "subject": "O termo não abre", "text": TEXT}
    return open_ticket(**(given | changes), by=acting(by), at=NOON)  # type: ignore[arg-type]  # as a form gives them


def test_it_opens_with_its_first_message_and_is_on_record(manager: User) -> None:
    ticket = ask(manager)
    assert (ticket.product, ticket.topic, ticket.status, ticket.waiting_since) == ("egestor", "gerencia", "open", NOON)
    assert ticket.messages.get().text == TEXT
    event = AuditEvent.objects.get(verb="ticket.opened")
    assert (event.actor, event.entity_id) == (manager, ticket.entity_id)


@pytest.mark.parametrize(
    ("changes", "code", "field"), [({"text": " curto "}, "too_short", "text"), ({}, "same_subject", "subject")]
)
def test_a_refused_opening_leaves_no_trace(manager: User, changes: dict[str, str], code: str, field: str) -> None:
    first = ask(manager)
    with pytest.raises(RuleBroken) as refused:
        ask(manager, subject=changes.get("subject", "Outro" if changes else first.subject), **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert SupportTicket.objects.get() == first
    assert AuditEvent.objects.filter(verb="ticket.opened").count() == 1


def test_the_same_subject_may_be_asked_again_once_answered_or_about_the_other_system(manager: User, saps: User) -> None:
    first, about = ask(manager), ask(manager, topic="egestor")
    answer_ticket(ticket_id=first.pk, text="Limpe os dados do navegador.", by=acting(saps), at=NOON)
    assert len({first.pk, about.pk, ask(manager).pk}) == 3


def test_nobody_asks_for_another_entity_or_after_losing_the_profile(manager: User) -> None:
    with pytest.raises(NotPermitted):
        ask(manager, entity_id=make_other_entity().pk)
    profile = person_of(manager).memberships.get()
    profile.exclude(at=NOON)
    profile.save()
    with pytest.raises(NotPermitted):
        ask(manager)


def test_whoever_asked_is_told_and_a_colleague_may_end_it(manager: User, saps: User) -> None:
    ticket = ask(manager)
    answer_ticket(ticket_id=ticket.pk, text="Limpe os dados do navegador.", by=acting(saps), at=NOON)
    told = OutboxMessage.objects.get()
    assert (told.to_email, told.subject) == (manager.email, f"Chamado nº {ticket.pk} respondido")
    assert reverse("egestor:ticket_detail", args=[ticket.pk]) in told.body
    assert person_of(manager).cpf_text not in told.body
    fund = make_organisation(make_entity()).user
    solve_ticket(ticket_id=ticket.pk, by=acting(fund), at=NOON)
    assert AuditEvent.objects.get(verb="ticket.solved").actor == fund


def test_the_form_asks_the_entity_only_of_who_has_several(manager: User) -> None:
    address = reverse("egestor:ticket_open") + "?sobre=gerencia"
    page = signed_in(manager).get(address).content.decode()
    assert '<input type="hidden" name="entity"' in page
    assert '<option value="gerencia" selected>' in page
    make_membership(person_of(manager), Role.PROGRAMME_MANAGER, make_other_entity())
    assert '<select name="entity"' in signed_in(manager).get(address).content.decode()


def test_by_the_pages_from_one_to_the_other(manager: User, saps: User) -> None:
    client, desk = signed_in(manager), signed_in(saps)
    form = {"entity": make_entity().pk, "topic": "gerencia", "subject": "O termo não abre", "text": TEXT}
    assert client.post(reverse("egestor:ticket_open"), form | {"entity": make_other_entity().pk}).status_code == 200
    assert not SupportTicket.objects.exists()
    opened = client.post(reverse("egestor:ticket_open"), form)
    ticket = SupportTicket.objects.get()
    own, theirs = (reverse(f"egestor:ticket_{page}", args=[ticket.pk]) for page in ("detail", "answer"))
    assert opened.headers["Location"] == own

    queue = reverse("desk:queue", args=["chamados-egestor"])
    assert theirs in desk.get(queue).content.decode()
    assert TEXT.split("«", maxsplit=1)[0] in desk.get(theirs).content.decode()
    assert desk.post(theirs, {"text": "Limpe os dados do navegador."}).status_code == 302
    assert theirs not in desk.get(queue).content.decode()

    answered = client.get(own).content.decode()
    assert "Limpe os dados do navegador." in answered
    assert (
        client.post(reverse("egestor:ticket_reopen", args=[ticket.pk]), {"text": "Ainda em branco aqui."}).status_code
        == 302
    )
    assert "REABERTO" in client.get(own).content.decode()


@pytest.mark.parametrize("page", ["ticket_list", "ticket_queue"])
def test_a_list_costs_the_same_with_one_and_with_ten(manager: User, saps: User, page: str) -> None:
    client, address = signed_in(saps if page == "ticket_queue" else manager), reverse(f"egestor:{page}")

    def statements() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    make_ticket()
    one = statements()
    for _ in range(9):
        make_ticket()
    assert statements() == one


@pytest.mark.django_db(transaction=True)
def test_two_tabs_open_one(manager: User) -> None:
    results = at_once(*[lambda: ask(manager)] * 2)
    assert sum(isinstance(result, RuleBroken) for result in results) == 1
    assert SupportTicket.objects.count() == 1
