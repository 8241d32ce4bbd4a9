"""«Cadastro do Gestor da AB», in the session of the fund."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation
from common.models import AuditEvent, OutboxMessage
from tests.accounts.doors import account_of, post_person
from tests.factories import (
    make_cpf,
    make_member,
    make_membership,
    make_organisation,
    make_other_entity,
    make_person,
    make_staff,
)

pytestmark = pytest.mark.django_db

Role = Membership.Role
Status = Membership.Status


@pytest.fixture
def fund(client: Client) -> Organisation:
    organisation = make_organisation()
    client.force_login(organisation.user)
    return organisation


def post(client: Client, **data: Any) -> Any:
    """As the page sends it: with the CPF of the person shown."""
    return client.post(reverse("egestor:ab_manager"), {"confirmed_cpf": data.get("cpf", "")} | data)


def test_buscar_shows_the_data_and_saves_nothing(client: Client, fund: Organisation) -> None:
    person = make_person(name="Gil Gestor")

    text = post(client, cpf=person.cpf, buscar="1").content.decode().replace("<wbr>", "")

    assert "Gil Gestor" in text
    assert person.email in text
    assert "Salvar" in text
    assert fund.name in text
    assert not Membership.objects.exists()


def test_salvar_gives_the_access_at_once_with_instructions_by_mail(client: Client, fund: Organisation) -> None:
    person = make_person()

    response = post(client, cpf=person.cpf, salvar="1")

    assert response["Location"] == reverse("egestor:ab_manager")
    assert (person.memberships.get().role, person.memberships.get().entity) == (Role.AB_MANAGER, fund.entity)
    message = OutboxMessage.objects.get()
    assert message.to_email == person.email
    assert "Entrar com gov.br" in message.body
    browser = Client()
    post_person(browser, person.cpf_text)
    assert account_of(browser) is not None


def test_saving_the_present_manager_again_shows_the_message(client: Client, fund: Organisation) -> None:
    person = make_person()
    post(client, cpf=person.cpf, salvar="1")

    text = post(client, cpf=person.cpf, salvar="1").content.decode()

    assert "Este usuário já possui este perfil ativo." in text


def test_a_second_manager_is_asked_about_and_then_replaces(client: Client, fund: Organisation) -> None:
    former, new = make_person(name="Ana Antiga"), make_person(name="Bia Nova")
    post(client, cpf=former.cpf, salvar="1")

    asked = post(client, cpf=new.cpf, salvar="1")
    assert "Já existe gestor ativo: Ana Antiga. Deseja substituí-lo?" in asked.content.decode()
    assert not new.memberships.exists()
    assert new.cpf not in asked.request["PATH_INFO"]

    post(client, cpf=new.cpf, salvar="1", replaces=former.memberships.get().pk)

    assert former.memberships.get().status == Status.INACTIVE
    assert new.memberships.get().status == Status.ACTIVE


@pytest.mark.parametrize("replaces", ["", "0", "-1", "x", "\x00", "9" * 5000, "²"])
@pytest.mark.usefixtures("fund")
def test_a_bad_confirmation_asks_again(client: Client, replaces: str) -> None:
    former, new = make_person(), make_person()
    post(client, cpf=former.cpf, salvar="1")

    assert "Deseja substituí-lo?" in post(client, cpf=new.cpf, salvar="1", replaces=replaces).content.decode()
    assert not new.memberships.exists()


def test_the_former_is_reactivated_after_the_question(client: Client, fund: Organisation) -> None:
    former = make_membership(make_person(), Role.AB_MANAGER, fund.entity, status=Status.INACTIVE)
    present = make_membership(make_person(name="Bia Nova"), Role.AB_MANAGER, fund.entity)
    url = reverse("egestor:membership_reactivate", args=[former.pk])

    assert "Já existe gestor ativo: Bia Nova. Deseja substituí-lo?" in client.post(url).content.decode()
    response = client.post(url, {"replaces": present.pk})

    assert response["Location"] == reverse("egestor:ab_manager")
    assert Membership.objects.active().get(role=Role.AB_MANAGER) == former


def test_the_ab_manager_is_never_excluded(client: Client, fund: Organisation) -> None:
    present = make_membership(make_person(), Role.AB_MANAGER, fund.entity)

    assert client.post(reverse("egestor:membership_exclude", args=[present.pk])).status_code == 403
    assert Membership.objects.get().status == Status.ACTIVE
    assert not AuditEvent.objects.exists()


@pytest.mark.usefixtures("fund")
def test_the_managers_of_other_entities_are_not_shown_nor_reached(client: Client) -> None:
    foreign = make_membership(
        make_person(name="Fábio de Fora"), Role.AB_MANAGER, make_other_entity(), status="inactive"
    )

    assert "Fábio de Fora" not in client.get(reverse("egestor:ab_manager")).content.decode()
    assert client.post(reverse("egestor:membership_reactivate", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize(
    ("cpf", "message"),
    [
        ("", "Este campo é obrigatório."),
        ("11111111111", "CPF inválido"),
        ("\x00", "CPF inválido."),
        (make_cpf(777_777), "CPF não encontrado."),
    ],
)
@pytest.mark.usefixtures("fund")
def test_refusals_of_the_cpf(client: Client, cpf: str, message: str) -> None:
    for action in ("buscar", "salvar"):
        assert message in post(client, cpf=cpf, **{action: "1"}).content.decode()
    assert not Membership.objects.exists()


@pytest.mark.parametrize("role", Role.values)
def test_people_do_not_register_the_ab_manager(client: Client, role: str) -> None:
    client.force_login(make_member(role))
    person = make_person()

    assert client.get(reverse("egestor:ab_manager")).status_code == 403
    assert post(client, cpf=person.cpf, salvar="1").status_code == 403
    assert not person.memberships.exists()


def test_staff_and_the_signed_out_do_not_either(client: Client) -> None:
    assert client.get(reverse("egestor:ab_manager")).status_code == 302
    client.force_login(make_staff())
    assert client.get(reverse("egestor:ab_manager")).status_code == 403


def test_ten_managers_cost_the_same_as_one(
    client: Client, fund: Organisation, django_assert_max_num_queries: Any
) -> None:
    make_membership(make_person(), Role.AB_MANAGER, fund.entity)
    with django_assert_max_num_queries(6) as one:
        client.get(reverse("egestor:ab_manager"))
    for _ in range(9):
        make_membership(make_person(), Role.AB_MANAGER, fund.entity, status=Status.INACTIVE)
    with django_assert_max_num_queries(6) as ten:
        client.get(reverse("egestor:ab_manager"))
    assert len(one) == len(ten)
