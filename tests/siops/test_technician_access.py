"""First access, recovery, and which entities a technician's password opens (SM-3)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.exceptions import RuleBroken
from common.models import AuditEvent, OutboxMessage
from common.navigation import with_next
from registry.models import Person
from siops.models import HealthManager, Technician
from siops.services.managers import register_manager
from siops.services.technician_access import find_openings, send_first_access, send_recovery, sign_in_technician
from siops.services.technicians import change_technician_contact, register_technician
from tests.actors import acting
from tests.factories import NOON, make_cpf, make_entity, make_other_entity, make_person, make_user, person_of
from tests.factories.siops import acting_of, make_acting, make_health_manager, make_technician
from tests.siops.technician_door import (
    ANSWER,
    MICROSECOND,
    PASSWORD,
    knock,
    make_entered,
    recover,
    secret_sent_to,
    set_password,
)

pytestmark = pytest.mark.django_db

Role = HealthManager.Role
Status = Technician.Status
LATER = NOON + timedelta(days=1)


def user_of(technician: Technician) -> User:
    assert technician.person.user is not None
    return User.objects.get(pk=technician.person.user.pk)


def register(person: Person, email: str = "tecnico@saude.ensaio.example", **fields: Any) -> Technician:
    """By the secretary of the entity, through the service."""
    by = fields.pop("by", None) or make_acting(Role.SECRETARY)
    defaults: dict[str, Any] = {"phone": "11987654321", "bond": Technician.Bond.EMPLOYEE, "at": NOON}
    return register_technician(
        entity_id=by.entity.pk, cpf=person.cpf_text, name=person.name, email=email, by=acting(by), **(defaults | fields)
    )


def replace_secretary(technician: Technician, at: Any = LATER) -> HealthManager:
    head = make_health_manager(Role.HEAD, technician.entity)
    person = make_person()
    return register_manager(
        entity_id=technician.entity.pk,
        role=Role.SECRETARY,
        cpf=person.cpf_text,
        name=person.name,
        email="novo.secretario@saude.ensaio.example",
        phone="1132145678",
        position="Secretário de Saúde",
        act_number="10/2026",
        act_date=at.date(),
        starts_on=at.date(),
        replaces_id=technician.secretary.pk,
        by=acting_of(head, at),
        at=at,
    )


def refusal_of(technician: Technician) -> str:
    with pytest.raises(RuleBroken) as refused:
        find_openings(user_id=user_of(technician).pk)
    return refused.value.code


class TestFirstAccess:
    def test_registration_mails_a_link_and_no_password(self) -> None:
        technician = register(make_person())

        message = OutboxMessage.objects.get(to_email=technician.email)
        assert "responsável pelo envio de dados" in message.subject
        assert secret_sent_to(technician.email) in message.body
        assert technician.person.cpf_text not in message.body
        assert "até as 12:30 (horário de Brasília)" in message.body
        assert not user_of(technician).has_usable_password()

    def test_setting_the_password_and_entering_makes_it_active(self) -> None:
        technician = register(make_person())
        set_password(technician.email, at=NOON + MICROSECOND)
        assert find_openings(user_id=user_of(technician).pk) == [technician]

        entered = sign_in_technician(
            technician_id=technician.pk, user_id=user_of(technician).pk, at=NOON + timedelta(minutes=1)
        )

        stored = Technician.objects.get(pk=technician.pk)
        assert entered.pk == technician.pk
        assert (stored.status, stored.first_access_at) == (Status.ACTIVE, NOON + timedelta(minutes=1))
        assert AuditEvent.objects.filter(verb="technician.entered_first", actor=user_of(technician)).count() == 1

    def test_entering_again_changes_nothing(self) -> None:
        technician = make_entered()
        sign_in_technician(technician_id=technician.pk, user_id=user_of(technician).pk, at=LATER)
        assert Technician.objects.get(pk=technician.pk).first_access_at == NOON
        assert not AuditEvent.objects.filter(verb="technician.entered_first").exists()

    def test_without_the_change_nobody_enters(self) -> None:
        technician = make_technician(status=Status.PASSWORD_SENT, first_access_at=None)
        user = user_of(technician)
        user.set_password(PASSWORD)
        user.save()
        assert refusal_of(technician) == "new_password_needed"

    def test_a_password_older_than_the_registration_does_not_open_it(self) -> None:
        technician = make_entered()
        Technician.objects.filter(pk=technician.pk).update(registered_at=NOON + MICROSECOND)
        assert refusal_of(technician) == "new_password_needed"

    def test_a_password_of_the_instant_of_the_registration_opens_it(self) -> None:
        technician = make_entered()
        Technician.objects.filter(pk=technician.pk).update(registered_at=NOON)
        assert find_openings(user_id=user_of(technician).pk) == [technician]


def change_contact(technician: Technician, email: str) -> None:
    """«ALTERAR», by the secretary."""
    secretary = acting_of(technician.secretary)
    change_technician_contact(
        technician_id=technician.pk, email=email, phone="11912345678", by=acting(secretary), at=NOON
    )


class TestRecovery:
    def test_the_e_mail_changed_by_the_secretary_receives_the_link(self) -> None:
        technician = make_entered()
        old = technician.email
        change_contact(technician, "novo@saude.ensaio.example")
        before = OutboxMessage.objects.filter(to_email=old).count()

        assert [link.sent_to for link in recover(technician, at=LATER)] == ["novo@saude.ensaio.example"]
        assert OutboxMessage.objects.filter(to_email=old).count() == before
        set_password("novo@saude.ensaio.example", password="Senha-do-novo-1", at=LATER)
        assert user_of(technician).check_password("Senha-do-novo-1")
        assert find_openings(user_id=user_of(technician).pk) == [technician]

    def test_after_the_change_the_old_mailbox_opens_nothing(self) -> None:
        technician = make_entered()
        recover(technician, at=LATER)
        old = technician.email
        Technician.objects.filter(pk=technician.pk).update(email="novo@saude.ensaio.example")

        assert refusal_of(technician) == "new_password_needed"
        set_password(old, password="Do-velho-e-mail-1", at=LATER)
        assert refusal_of(technician) == "new_password_needed"

    def test_the_change_withdraws_the_link_on_its_way_to_the_old_mailbox(self) -> None:
        technician = make_entered()
        recover(technician, at=LATER)
        change_contact(technician, "novo@saude.ensaio.example")
        with pytest.raises(RuleBroken, match="não vale mais"):
            set_password(technician.email, at=LATER)

    def test_a_mailbox_that_is_still_of_another_registration_keeps_its_link(self) -> None:
        here = make_entered(make_entity())
        there = make_technician(make_other_entity(), person=here.person, email=here.email, registered_at=NOON)
        recover(here, at=LATER)
        change_contact(here, "novo@saude.ensaio.example")
        set_password(here.email, at=LATER)
        assert find_openings(user_id=user_of(here).pk) == [there]

    def test_capitals_of_the_e_mail_do_not_matter(self) -> None:
        technician = make_entered(email="Tecnico@saude.ensaio.example")
        Technician.objects.filter(pk=technician.pk).update(email="tecnico@saude.ensaio.example")
        assert find_openings(user_id=user_of(technician).pk) == [technician]

    @pytest.mark.parametrize("status", [Status.TO_REGISTER_AGAIN, Status.SUBSTITUTED])
    def test_who_lost_the_registration_receives_nothing(self, status: str) -> None:
        closed_at = NOON if status == Status.SUBSTITUTED else None
        technician = make_technician(status=status, closed_at=closed_at)
        assert recover(technician) == []
        assert not OutboxMessage.objects.exists()

    def test_nobody_unknown_or_inactive_receives_anything(self) -> None:
        technician = make_technician()
        User.objects.filter(pk=user_of(technician).pk).update(is_active=False)
        assert recover(technician) == []
        assert send_recovery(cpf=make_cpf(987_654), at=NOON) == []
        assert send_recovery(cpf=person_of(make_user()).cpf_text, at=NOON) == []
        assert not OutboxMessage.objects.exists()

    @pytest.mark.parametrize("known", [True, False])
    def test_the_page_answers_every_cpf_alike(
        self, client: Client, django_capture_on_commit_callbacks: Any, known: bool
    ) -> None:
        cpf = make_technician().person.cpf_text if known else make_cpf(987_654)
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(reverse("siops:technician_forgot"), {"cpf": cpf})

        assert (response.status_code, response["Location"]) == (302, reverse("siops:technician_sign_in"))
        assert ANSWER in client.get(response["Location"]).content.decode()
        assert OutboxMessage.objects.exists() is known
        assert cpf not in "".join(f"{e.target_label} {e.details}" for e in AuditEvent.objects.all())

    def test_the_request_does_the_same_for_every_cpf(self, client: Client, django_assert_num_queries: Any) -> None:
        for cpf in (make_technician().person.cpf_text, make_cpf(987_654)):
            with django_assert_num_queries(5):
                client.post(reverse("siops:technician_forgot"), {"cpf": cpf})


class TestTheChangeOfSecretary:
    def test_the_technician_is_refused_until_registered_again(self, client: Client) -> None:
        technician = make_entered()
        secretary = replace_secretary(technician)
        assert refusal_of(technician) == "to_register_again"

        again = register(technician.person, technician.email, by=acting_of(secretary, LATER), at=LATER)
        assert refusal_of(technician) == "new_password_needed", "the old password does not come back"
        set_password(technician.email, password="Depois-da-troca-1", at=LATER)
        assert find_openings(user_id=user_of(technician).pk) == [again]

    def test_the_open_session_stops_and_does_not_come_back_by_itself(self, client: Client) -> None:
        technician = make_entered()
        knock(client, technician.person.cpf_text)
        assert client.get(reverse("siops:technician_home")).status_code == 200
        secretary = replace_secretary(technician)
        register(technician.person, technician.email, by=acting_of(secretary, LATER), at=LATER)

        response = client.get(reverse("siops:technician_home"))

        assert response["Location"] == with_next("siops:sign_in", reverse("siops:technician_home"))

    def test_the_replaced_one_is_refused(self) -> None:
        technician = make_entered()
        register(make_person(), by=acting_of(technician.secretary), replaces_id=technician.pk)
        assert refusal_of(technician) == "substituted"
        with pytest.raises(RuleBroken):
            sign_in_technician(technician_id=technician.pk, user_id=user_of(technician).pk, at=NOON)


class TestSeveralEntities:
    """One person, one password, a mailbox for each registration."""

    def test_the_same_mailbox_opens_both(self) -> None:
        here = make_entered(make_entity())
        there = make_technician(make_other_entity(), person=here.person, email=here.email, registered_at=NOON)
        assert {t.pk for t in find_openings(user_id=user_of(here).pk)} == {here.pk, there.pk}

    def test_another_secretary_cannot_take_the_technician_over(self, client: Client) -> None:
        here = make_entered(make_entity())
        by = make_acting(Role.SECRETARY, make_other_entity())
        there = register(here.person, "caixa.do.outro@ensaio.example", by=acting(by))
        assert find_openings(user_id=user_of(here).pk) == [here], "nothing changes until the link is used"

        set_password("caixa.do.outro@ensaio.example", password="Do-outro-ente-1")

        assert find_openings(user_id=user_of(here).pk) == [there]
        for technician in (here, there):
            if technician == here:
                with pytest.raises(RuleBroken):
                    sign_in_technician(technician_id=here.pk, user_id=user_of(here).pk, at=NOON)
        knock(client, here.person.cpf_text, "Do-outro-ente-1")
        client.get(reverse("siops:technician_home"))
        recover(here)
        secret = secret_sent_to(here.email)
        mailbox = client.get(reverse("accounts:outbox"))
        assert mailbox.status_code == 200
        for message in OutboxMessage.objects.filter(body__contains=secret):
            assert client.get(reverse("accounts:outbox_message", args=[message.pk])).status_code == 404

    def test_recovery_writes_to_each_mailbox_and_the_first_use_ends_the_rest(self) -> None:
        here = make_entered(make_entity())
        there = make_technician(make_other_entity(), person=here.person)
        recover(here, at=LATER)
        set_password(there.email, password="Do-outro-ente-1", at=LATER)
        with pytest.raises(RuleBroken):
            set_password(here.email, at=LATER)
        assert find_openings(user_id=user_of(here).pk) == [there]

    def test_the_registration_of_somebody_else_is_never_opened(self) -> None:
        mine, other = make_entered(make_entity()), make_technician(make_other_entity())
        with pytest.raises(RuleBroken):
            sign_in_technician(technician_id=other.pk, user_id=user_of(mine).pk, at=NOON)


def test_send_first_access_names_the_entity() -> None:
    technician = make_technician()
    send_first_access(technician_id=technician.pk, at=NOON)
    assert str(technician.entity) in OutboxMessage.objects.get().body
