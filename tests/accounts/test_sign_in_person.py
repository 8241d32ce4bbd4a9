"""«Acesso Pessoa Física»: the simulated gov.br."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Membership, User
from accounts.services import sign_in
from accounts.services.memberships import grant_membership
from common.exceptions import RuleBroken
from common.models import AuditEvent
from registry.models import Person
from tests.accounts.doors import NO_PROFILE, WRONG_DOOR, account_of, post_fund, post_person
from tests.actors import acting
from tests.factories import (
    NOON,
    make_cnpj,
    make_cpf,
    make_entity,
    make_member,
    make_membership,
    make_organisation,
    make_person,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

BRONZE = "Sua conta gov.br é de nível bronze. Para entrar no e-Gestor APS é necessário nível prata ou ouro."
IDLE = timedelta(days=90)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize("level", ["prata", "ouro"])
def test_a_person_with_an_active_profile_enters_and_gets_an_account(client: Client, level: str) -> None:
    person = make_person()
    make_membership(person)

    response = post_person(client, person.cpf_text, level)

    assert response.status_code == 302
    assert response["Location"] == reverse("egestor:home")
    user = User.objects.get(login=person.cpf_text)
    assert account_of(client) == user.pk
    assert Person.objects.get().user == user
    assert (user.kind, user.name, user.email) == (User.Kind.PERSON, person.name, person.email)
    assert not user.has_usable_password()
    event = AuditEvent.objects.get()
    assert event.verb == "sign_in.succeeded"
    assert event.actor == user
    assert event.details == {"proof": "govbr_simulado", "level": level}


def test_the_second_entry_uses_the_same_account(client: Client) -> None:
    person = make_person()
    make_membership(person)

    post_person(client, person.cpf_text)
    post_person(Client(), person.cpf_text)

    assert User.objects.count() == 1


def test_a_cpf_with_mask_is_understood(client: Client) -> None:
    person = make_person()
    make_membership(person)

    post_person(client, f" {person.cpf_text[:3]}.{person.cpf_text[3:6]}.{person.cpf_text[6:9]}-{person.cpf_text[9:]} ")

    assert account_of(client) is not None


def test_bronze_is_refused(client: Client) -> None:
    person = make_person()
    make_membership(person)

    response = post_person(client, person.cpf_text, "bronze")

    assert BRONZE in response.content.decode()
    assert account_of(client) is None
    assert not User.objects.exists()


@pytest.mark.parametrize("situation", ["unknown", "no_profile", "excluded", "account_closed"])
def test_without_an_active_profile_nobody_enters(client: Client, situation: str) -> None:
    person = make_person()
    if situation == "excluded":
        make_membership(person, status=situation, ended_at=NOON)
    if situation == "account_closed":
        make_membership(person)
        make_user(person, is_active=False)
    cpf = make_cpf(888_888) if situation == "unknown" else person.cpf_text

    response = post_person(client, cpf)

    assert NO_PROFILE in response.content.decode()
    assert account_of(client) is None
    event = AuditEvent.objects.get()
    assert event.verb == "sign_in.failed"
    assert cpf not in f"{event.target_label}{event.details}"


@pytest.mark.parametrize(
    ("role", "giver"),
    [
        (Membership.Role.AB_MANAGER, "o Fundo de Saúde do ente, com o CNPJ"),
        (Membership.Role.PROGRAMME_MANAGER, "o Gestor da AB do ente"),
        (Membership.Role.TECHNICAL_MANAGER, "o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS)"),
    ],
)
def test_an_inactive_profile_is_called_so_with_who_brings_it_back(client: Client, role: str, giver: str) -> None:
    person = make_person()
    membership = make_membership(person, role, status="inactive")

    html = post_person(client, person.cpf_text).content.decode()

    assert f"O seu perfil {membership} está INATIVO por falta de acesso. Quem reativa: {giver}," in html
    assert account_of(client) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"cpf": ""}, "Digite o CPF."),
        ({"cpf": "11111111111"}, "CPF inválido"),
        ({"cpf": "123"}, "CPF inválido."),
        ({"cpf": "\x00"}, "CPF inválido."),
        ({"cpf": "1" * 100_000}, "CPF inválido."),
        ({"cpf": make_cnpj(7)}, WRONG_DOOR),
        ({"cpf": "12.ABC.345/01DE-35"}, WRONG_DOOR),
        ({"level": "diamante"}, "Faça uma escolha válida."),
        ({"level": ""}, "Este campo é obrigatório."),
    ],
)
def test_refusals_of_the_form(client: Client, settings: object, data: dict[str, str], message: str) -> None:
    settings.DEMO_PERSONAS = ""  # type: ignore[attr-defined]  # the settings fixture

    response = post_person(client, **({"cpf": make_cpf(5)} | data))

    assert message in response.content.decode()
    assert account_of(client) is None


def test_a_person_at_the_door_of_the_fund_is_told_where_to_go(client: Client) -> None:
    person = make_person()
    make_membership(person)

    assert WRONG_DOOR in post_fund(client, person.cpf_text).content.decode()


def test_the_session_changes_its_key_and_another_account_leaves_nothing_behind(client: Client) -> None:
    fund, person = make_organisation(), make_person()
    make_membership(person)
    post_fund(client, fund.cnpj)
    session = client.session
    session["of_the_fund"] = "x"
    session.save()
    before = session.session_key

    client.post(reverse("accounts:sign_out"))
    post_person(client, person.cpf_text)

    assert client.session.session_key != before
    assert "of_the_fund" not in client.session


def test_the_session_ends_when_the_account_is_closed(client: Client) -> None:
    person = make_person()
    make_membership(person)
    post_person(client, person.cpf_text)

    User.objects.update(is_active=False)

    assert client.get(reverse("egestor:home")).status_code == 302


def test_no_credentials_open_a_session_by_the_proof_of_govbr() -> None:
    user = make_user()

    request = RequestFactory().post("/")

    assert authenticate(request, cpf=user.login) is None
    assert authenticate(request, user_id=user.pk) is None


def test_a_member_of_staff_is_no_person_of_govbr(client: Client) -> None:
    staff = make_staff()
    session = client.session
    session["_auth_user_id"] = str(staff.pk)
    session["_auth_user_backend"] = "accounts.backends.GovBrBackend"
    session["_auth_user_hash"] = staff.get_session_auth_hash()
    session.save()

    assert client.get(reverse("egestor:home")).status_code == 302


@pytest.mark.parametrize(("idle", "enters"), [(IDLE - MICROSECOND, True), (IDLE, False), (IDLE + MICROSECOND, False)])
def test_an_idle_profile_opens_nothing_even_before_the_sweep(idle: timedelta, enters: bool) -> None:
    person = make_person()
    make_membership(person, at=NOON - idle)

    if enters:
        assert sign_in.sign_in_person(cpf=person.cpf_text, level="ouro", at=NOON).login == person.cpf_text
    else:
        with pytest.raises(RuleBroken) as refusal:
            sign_in.sign_in_person(cpf=person.cpf_text, level="ouro", at=NOON)
        assert refusal.value.code == "inactive_profile"
        assert Membership.objects.get().status == Membership.Status.ACTIVE
        assert not AuditEvent.objects.exists()


def test_entering_uses_the_active_profiles_and_records_the_idle_ones() -> None:
    person = make_person()
    used = make_membership(person, at=NOON - timedelta(days=10))
    idle = make_membership(person, Membership.Role.PEC_MUNICIPAL_ADMIN, at=NOON - IDLE)

    user = sign_in.sign_in_person(cpf=person.cpf_text, level="ouro", at=NOON)

    assert Membership.objects.get(pk=used.pk).last_access_at == NOON
    stored = Membership.objects.get(pk=idle.pk)
    assert (stored.status, stored.last_access_at) == (Membership.Status.INACTIVE, NOON - IDLE)
    assert {office.role for office in acting(user).offices} == {Membership.Role.PROGRAMME_MANAGER}


def test_an_access_never_goes_back_in_time() -> None:
    person = make_person()
    make_membership(person, at=NOON)

    assert sign_in.record_access(person_id=person.pk, at=NOON - MICROSECOND) == 0
    assert Membership.objects.get().last_access_at == NOON


@pytest.mark.django_db(transaction=True)
def test_two_first_entries_at_once_make_one_account() -> None:
    person = make_person()
    make_membership(person)
    together, entered = Barrier(2), []

    def enter() -> None:
        together.wait()
        entered.append(sign_in.sign_in_person(cpf=person.cpf_text, level="ouro", at=NOON).pk)
        connection.close()

    threads = [Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert entered == [User.objects.get().pk] * 2


@pytest.mark.django_db(transaction=True)
def test_a_first_entry_and_a_new_profile_at_once_both_happen() -> None:
    person, ab_manager = make_person(), make_member(Membership.Role.AB_MANAGER)
    make_membership(person)
    together, done = Barrier(2), []

    def enter() -> None:
        together.wait()
        done.append(sign_in.sign_in_person(cpf=person.cpf_text, level="ouro", at=NOON).login)
        connection.close()

    def grant() -> None:
        together.wait()
        done.append(
            grant_membership(
                person_id=person.pk,
                entity_id=make_entity().pk,
                role=Membership.Role.PEC_MUNICIPAL_ADMIN,
                by=acting(ab_manager),
                at=NOON,
            ).role
        )
        connection.close()

    threads = [Thread(target=enter), Thread(target=grant)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == sorted([person.cpf_text, Membership.Role.PEC_MUNICIPAL_ADMIN])
