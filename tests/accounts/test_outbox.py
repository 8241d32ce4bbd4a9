"""Caixa de saída simulada: each one's own messages and nobody else's."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import mail
from common.models import OutboxMessage
from tests.factories import NOON, make_membership, make_organisation, make_staff, make_user, person_of

pytestmark = pytest.mark.django_db


def write(user: User | None, to: str, subject: str = "Assunto") -> OutboxMessage:
    return OutboxMessage.objects.create(
        addressee=user, to_email=to, subject=subject, body="Linha um\n\n<b>texto</b>", written_at=NOON
    )


def read(client: Client, message: OutboxMessage) -> int:
    return client.get(reverse("accounts:outbox_message", args=[message.pk])).status_code


def test_the_addressee_lists_and_reads_the_message(client: Client) -> None:
    user = make_user()
    message = write(user, user.email, "Token gerado")
    client.force_login(user)

    assert "Token gerado" in client.get(reverse("accounts:outbox")).content.decode()
    text = client.get(reverse("accounts:outbox_message", args=[message.pk])).content.decode()
    assert "Linha um" in text
    assert "&lt;b&gt;texto&lt;/b&gt;" in text
    assert user.email in text.replace("<wbr>", "")


def test_a_message_written_before_the_account_existed_is_found_by_its_address(client: Client) -> None:
    user = make_user()
    message = write(None, user.email.upper())
    client.force_login(user)

    assert read(client, message) == 200


def test_the_message_of_somebody_else_is_404(client: Client) -> None:
    user, other = make_user(), make_user()
    client.force_login(user)

    for message in (write(other, other.email), write(None, other.email), write(other, user.email)):
        assert read(client, message) == 404
    assert client.get(reverse("accounts:outbox")).context["page"].paginator.count == 0
    assert "Nenhuma mensagem." in client.get(reverse("accounts:outbox")).content.decode()


def test_without_an_address_messages_without_addressee_stay_hidden(client: Client) -> None:
    user = make_user()
    User.objects.filter(pk=user.pk).update(email="")
    client.force_login(user)

    assert read(client, write(None, "")) == 404


def test_staff_read_only_their_own(client: Client) -> None:
    fund = make_organisation()
    client.force_login(make_staff())

    assert read(client, write(fund.user, fund.user.email)) == 404


def test_the_number_of_a_message_may_be_anything(client: Client) -> None:
    client.force_login(make_user())

    assert client.get(f"{reverse('accounts:outbox')}{10**40}/").status_code == 404


def test_nobody_reads_without_signing_in(client: Client) -> None:
    assert client.get(reverse("accounts:outbox")).status_code == 302


def test_a_list_of_ten_costs_the_same_as_a_list_of_one(client: Client, django_assert_max_num_queries: Any) -> None:
    user = make_user()
    client.force_login(user)
    write(user, user.email)
    with django_assert_max_num_queries(6) as one:
        client.get(reverse("accounts:outbox"))
    for _ in range(9):
        write(user, user.email)
    with django_assert_max_num_queries(6) as ten:
        client.get(reverse("accounts:outbox"))
    assert len(one) == len(ten)


@pytest.mark.parametrize("template", ["membership_granted", "membership_reactivated"])
def test_the_mails_of_profiles_have_subject_and_instructions(template: str) -> None:
    membership = make_membership(person_of(make_user()))
    message = mail.write(
        template, to="a@ensaio.example", at=NOON, membership=membership, portal="http://portal.example", idle_days=90
    )

    assert message is not None
    assert message.subject.startswith("e-Gestor APS: perfil de acesso")
    assert "GESTOR DO PROGRAMA MUNICIPAL" in message.body
    assert "IMPLANTAÇÃO E-SUS APS" in message.body
    assert "http://portal.example/entrar/" in message.body
    assert "90 dias" in message.body
    assert "{{" not in message.body
