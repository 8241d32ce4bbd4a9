"""«Por substituição» stays with each act of a substitute, for the pages that show who did it."""

from __future__ import annotations

from datetime import date

import pytest

from siops.models import Attachment, HealthManager
from siops.services.fund_updates import open_update
from siops.services.letters import send_letter
from siops.services.managers import confirm_manager
from siops.services.tickets import answer_ticket, open_ticket, reopen_ticket
from tests.actors import acting
from tests.factories import NOON, make_entity, make_person, siops
from tests.factories.siops import Acting
from tests.siops.managers_support import Role, register, register_sender, stored
from tests.siops.papers import pdf, zipped
from tickets.models import TicketMessage

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("by_substitution", [False, True])
TEXT = "Um texto com mais de dez caracteres."


def head_or_substitute(by_substitution: bool) -> Acting:
    return siops.make_acting(Role.HEAD_SUBSTITUTE if by_substitution else Role.HEAD)


def secretary_or_substitute(by_substitution: bool) -> Acting:
    return siops.make_acting(Role.SECRETARY_SUBSTITUTE if by_substitution else Role.SECRETARY)


@BOTH
def test_of_a_gestor(by_substitution: bool) -> None:
    made = register(head_or_substitute(by_substitution), Role.SECRETARY)
    assert stored(made).registered_by_substitution is by_substitution


@BOTH
def test_of_a_confirmation(by_substitution: bool) -> None:
    waiting = siops.make_health_manager(
        Role.SECRETARY, status=HealthManager.Status.TO_CONFIRM, registered_by_substitution=not by_substitution
    )
    confirm_manager(manager_id=waiting.pk, by=acting(head_or_substitute(by_substitution)), at=NOON)
    assert stored(waiting).registered_by_substitution is by_substitution


@BOTH
def test_of_a_technician(by_substitution: bool) -> None:
    made = register_sender(secretary_or_substitute(by_substitution))
    assert stored(made).registered_by_substitution is by_substitution


@BOTH
def test_of_a_letter_and_its_files(by_substitution: bool) -> None:
    by, person = head_or_substitute(by_substitution), make_person()
    letter = send_letter(
        entity_id=by.entity_id,
        cpf=person.cpf_text,
        name=person.name,
        email="gabinete@ensaio.example",
        phone="1132145678",
        position="Prefeita",
        starts_on=date(2026, 11, 1),
        files={kind: ("copia.pdf", pdf(kind)) for kind in Attachment.FOR_LETTER},
        by=acting(by),
        at=NOON,
    )
    assert stored(letter).sent_by_substitution is by_substitution
    assert {file.uploaded_by_substitution for file in letter.attachments.all()} == {by_substitution}


@BOTH
def test_of_a_ticket_and_each_message(by_substitution: bool) -> None:
    by, entity, staff = secretary_or_substitute(by_substitution), make_entity(), siops.make_coordinator()
    ticket = open_ticket(
        entity_id=entity.pk,
        subject="Crítica que não sai",
        rule_code="",
        text=TEXT,
        filename="declaracao.zip",
        content=zipped(),
        by=acting(by),
        at=NOON,
    )
    answer_ticket(ticket_id=ticket.pk, text=TEXT, by=acting(staff), at=NOON)
    reopen_ticket(ticket_id=ticket.pk, text=TEXT, by=acting(by), at=NOON)
    assert stored(ticket).opened_by_substitution is by_substitution
    messages = TicketMessage.objects.order_by("pk").values_list("author", "written_by_substitution")
    assert list(messages) == [(by.user.pk, by_substitution), (staff.pk, False), (by.user.pk, by_substitution)]


@BOTH
def test_of_a_fund_update(by_substitution: bool) -> None:
    by = head_or_substitute(by_substitution)
    update = open_update(entity_id=by.entity_id, by=acting(by), at=NOON)
    assert stored(update).opened_by_substitution is by_substitution
