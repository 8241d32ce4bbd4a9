"""The door of the Conselho de Saúde: a one-time link to the mailbox of the record, which opens that Conselho alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.session import BOND
from common.exceptions import RuleBroken
from common.models import OutboxMessage
from siops.models import HealthManager
from siops.services import council_access as service
from tests.clock import now
from tests.factories import make_member, make_other_entity, make_person
from tests.factories.siops import make_health_manager
from tests.matrix import PROFILES

pytestmark = pytest.mark.django_db
Role = HealthManager.Role
LASTS = timedelta(minutes=30)


def link_to(record: HealthManager) -> str:
    """The address in the newest message of the record's mailbox."""
    letter = OutboxMessage.objects.filter(to_email=record.email, body__contains="/entrar/conselho/").latest("pk")
    return next(word for word in letter.body.split() if "/entrar/conselho/" in word)


def path_to(record: HealthManager) -> str:
    service.send_links(cpf=record.person.cpf_text, at=now())
    return "/" + link_to(record).split("/", 3)[3]


def test_the_link_opens_the_conselho_once() -> None:
    record = make_health_manager(Role.COUNCIL)
    path = path_to(record)
    browser, another = Client(), Client()
    assert browser.get(path).status_code == 200
    assert BOND not in browser.session
    assert browser.post(path)["Location"] == reverse("siops:home")
    assert (browser.session[BOND]["entity"], browser.session[BOND]["role"]) == (record.entity_id, Role.COUNCIL)
    assert another.post(path).status_code == 403
    assert BOND not in another.session


def test_each_record_gets_a_link_of_its_own() -> None:
    person = make_person()
    here = make_health_manager(Role.COUNCIL, person=person)
    there = make_health_manager(Role.COUNCIL, make_other_entity(), person=person)
    assert service.send_links(cpf=person.cpf_text, at=now()) == 2
    secret = link_to(there).rstrip("/").rsplit("/", 1)[1]
    assert service.enter_by_link(secret=secret, at=now()) == there
    assert link_to(here) != link_to(there)


@pytest.mark.parametrize(
    "fields",
    [{"role": Role.SECRETARY}, {"status": "ended", "closed_at": now}, {"ends_on": "yesterday"}],
    ids=["secretary", "ended", "past the last day"],
)
def test_nobody_else_gets_a_link(fields: dict[str, object]) -> None:
    given = {name: value() if callable(value) else value for name, value in fields.items()}
    if given.get("ends_on"):
        given["ends_on"] = now().date() - timedelta(days=2)
    record = make_health_manager(**({"role": Role.COUNCIL} | given))  # type: ignore[arg-type]  # a row of the table
    assert service.send_links(cpf=record.person.cpf_text, at=now()) == 0
    assert not OutboxMessage.objects.exists()


def test_a_link_dies_with_its_time_and_with_the_record() -> None:
    record = make_health_manager(Role.COUNCIL)
    path = path_to(record)
    secret = path.rstrip("/").rsplit("/", 1)[1]
    with pytest.raises(RuleBroken) as late:
        service.enter_by_link(secret=secret, at=now() + LASTS)
    HealthManager.objects.filter(pk=record.pk).update(status="ended", closed_at=now())
    with pytest.raises(RuleBroken) as over:
        service.enter_by_link(secret=secret, at=now())
    assert (late.value.code, over.value.code) == ("dead_link", "council_over")


def test_the_session_reaches_nothing_else_of_the_person() -> None:
    """The secretary named the mailbox: it must open neither profiles nor the mail of other offices."""
    manager = make_member(PROFILES["programme_manager"])
    assert manager.person is not None
    elsewhere = make_health_manager(Role.COUNCIL, make_other_entity(), person=manager.person)
    record = make_health_manager(Role.COUNCIL, person=manager.person)
    path = path_to(record)
    browser = Client()
    browser.post(path)
    assert browser.get(reverse("egestor:membership_list")).status_code in (302, 403)
    shown = browser.get(reverse("accounts:outbox")).context["page"].object_list
    assert {letter.to_email for letter in shown} == {record.email}
    assert OutboxMessage.objects.filter(to_email=elsewhere.email).exists()


def test_every_cpf_is_answered_alike(client: Client) -> None:
    record = make_health_manager(Role.COUNCIL)
    answers = [
        client.post(reverse("siops:council_sign_in"), {"cpf": cpf}, follow=True).content.decode()
        for cpf in (record.person.cpf_text, make_person().cpf_text)
    ]
    assert all("Se o CPF for de membro do Conselho" in answer for answer in answers)
