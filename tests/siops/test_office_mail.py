"""The mail of an office goes to its record of today, and whoever loses or may lose an office is told."""

from datetime import timedelta
from typing import Any

import pytest

from common.models import OutboxMessage
from siops.models import HealthManager
from siops.services import fund_updates, managers, technicians, tickets
from siops.services.post import office_address
from siops.services.succession import write_registered
from tests.actors import acting
from tests.factories import NOON, make_other_entity, make_person, siops
from tests.siops.managers_support import Role, Town, make_town, register, register_sender
from tests.siops.test_elections import file, line, load

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def town() -> Town:
    return make_town()


def told(subject: str) -> dict[str, str]:
    """Who got a mail with these words in the subject, and what it said."""
    return dict(OutboxMessage.objects.filter(subject__contains=subject).values_list("to_email", "body"))


# --- One rule for the address ---


def test_after_alterar_the_mail_of_the_technician_goes_to_the_new_address(town: Town) -> None:
    sender, staff = town.sender(), siops.make_coordinator()
    ticket = siops.make_ticket(town.entity, opened_by=sender.person.user)
    technicians.change_technician_contact(
        technician_id=sender.pk,
        email="novo@saude.ensaio.example",
        phone="1132100199",
        by=acting(town.as_secretary),
        at=NOON,
    )
    tickets.answer_ticket(ticket_id=ticket.pk, text="Reenvie o arquivo da declaração.", by=acting(staff), at=LATER)
    tickets.release_rule(
        ticket_id=ticket.pk,
        rule_code="SIM-I01",
        year=2026,
        bimester=1,
        version=1,
        reason="Erro conhecido do validador.",
        by=acting(staff),
        at=LATER,
    )
    assert set(told("respondido")) == set(told("liberada")) == {"novo@saude.ensaio.example"}


def test_a_returned_update_goes_to_the_record_of_who_opened_it(town: Town) -> None:
    staff = siops.make_checker()
    facts: dict[str, Any] = {"status": "under_check", "sent_at": NOON, "checked_by": staff}
    update = siops.make_fund_update(town.entity, opened_by=town.secretary.person.user, **facts)
    fund_updates.return_update(update_id=update.pk, reason="Falta a assinatura.", by=acting(staff), at=LATER)
    assert set(told("devolvida")) == {town.secretary.email}


def test_the_address_is_of_the_entity_then_of_the_last_record_then_of_the_account(town: Town) -> None:
    user = town.secretary.person.user
    assert user is not None
    assert office_address(user, entity_id=town.entity.pk) == town.secretary.email
    assert office_address(user, entity_id=make_other_entity().pk) == user.email
    managers.end_manager(manager_id=town.secretary.pk, by=acting(town.as_head), at=NOON)
    assert office_address(user, entity_id=town.entity.pk) == town.secretary.email


# --- Who loses an office ---


def test_an_election_tells_the_former_head_the_new_one_and_who_waits(town: Town) -> None:
    elected = make_person()
    load(file(line(town.entity, elected)))
    (ended,) = told("deixou de valer").items()
    assert ended[0] == town.head.email
    assert "Motivo: Eleição de 2024, carregada pelo Ministério." in ended[1]
    assert f"Quem responde agora: {elected.name}, desde 02/01/2026." in ended[1]
    (waits,) = told("aguarda a confirmação").items()
    assert waits[0] == town.secretary.email
    assert elected.name in waits[1]
    assert "http" in waits[1]
    assert set(told("você foi cadastrado(a)")) == {town.current(Role.HEAD).email}


def test_many_are_written_to_in_one_statement(town: Town, django_assert_max_num_queries: Any) -> None:
    made = [siops.make_health_manager(Role.COUNCIL, town.entity) for _ in range(20)]
    related = ("person__user", "entity__municipality__uf", "entity__uf")
    rows = list(HealthManager.objects.filter(pk__in=[row.pk for row in made]).select_related(*related))
    with django_assert_max_num_queries(2):
        write_registered(rows, at=NOON)
    assert OutboxMessage.objects.count() == 20


def test_a_substitute_who_is_ended_or_overwritten_is_told(town: Town) -> None:
    first = register(town.as_head, Role.HEAD_SUBSTITUTE)
    second = register(town.as_head, Role.HEAD_SUBSTITUTE, replaces_id=first.pk)
    by = town.as_head.user.name
    assert f"Motivo: novo cadastro feito por {by}." in told("deixou de valer")[first.email]
    assert second.person.name in told("deixou de valer")[first.email]
    managers.end_manager(manager_id=second.pk, by=acting(town.as_head), at=LATER)
    assert f"Motivo: encerrado por {by}." in told("deixou de valer")[second.email]


def test_a_substitute_elected_head_is_told_why_the_other_record_ended(town: Town) -> None:
    substitute = register(town.as_head, Role.HEAD_SUBSTITUTE)
    load(file(line(town.entity, substitute.person)))
    assert "você passou a ser Chefe do Poder Executivo" in told("deixou de valer")[substitute.email]


def test_a_technician_who_is_replaced_is_told_by_whom(town: Town) -> None:
    former = town.sender()
    made = register_sender(town.as_secretary)
    (message,) = told("outra pessoa é agora").items()
    assert message[0] == former.email
    assert made.person.name in message[1]
    assert town.as_secretary.user.name in message[1]


def test_the_mail_of_the_council_has_a_link(town: Town) -> None:
    member = register(town.as_secretary, Role.COUNCIL)
    assert "http" in told("você foi cadastrado(a)")[member.email]


def test_people_of_another_entity_are_told_nothing(town: Town) -> None:
    other = make_town(make_other_entity())
    load(file(line(town.entity, make_person())))
    written = set(OutboxMessage.objects.values_list("to_email", flat=True))
    assert not written & {other.head.email, other.secretary.email}
