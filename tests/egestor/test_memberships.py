"""«Gerenciar Usuários» in the browser: what is shown, refused and done, by direct POST as well."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from accounts.services.memberships import ALREADY_ACTIVE, ONLY_INACTIVE, WRONG_PROGRAMME
from common.models import AuditEvent, OutboxMessage
from registry.models import Person
from tests.factories import (
    NOON,
    make_cpf,
    make_member,
    make_membership,
    make_organisation,
    make_other_entity,
    make_person,
    make_staff,
    make_user,
    person_of,
)

pytestmark = pytest.mark.django_db

Role = Membership.Role
Programme = Membership.Programme
Status = Membership.Status
PROGRAMME_PROFILE = {"programme": Programme.DEPLOYMENT, "role": Role.PROGRAMME_MANAGER}
ACTIVE_TWICE = ALREADY_ACTIVE


@pytest.fixture
def ab_manager(client: Client) -> User:
    user = make_member(Role.AB_MANAGER)
    client.force_login(user)
    return user


def entity_of(user: User) -> int:
    return person_of(user).memberships.all()[0].entity_id


def add(client: Client, person: Person, entity_id: int, **data: str) -> Any:
    url = reverse("egestor:membership_add", args=[person.pk])
    return client.post(url, {"entity": entity_id} | PROGRAMME_PROFILE | data)


def act(client: Client, verb: str, membership: Membership) -> Any:
    return client.post(reverse(f"egestor:membership_{verb}", args=[membership.pk]))


# --- the lists -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ab_manager")
def test_the_list_shows_the_people_of_the_entity_and_no_others(client: Client) -> None:
    make_membership(make_person(name="Carla da Casa"))
    make_membership(make_person(name="Ivo Inativo"), status=Status.INACTIVE)
    make_membership(make_person(name="Elza Excluída"), status=Status.EXCLUDED, ended_at=NOON)
    make_membership(make_person(name="Fábio de Fora"), entity=make_other_entity())

    text = client.get(reverse("egestor:membership_list")).content.decode()

    for shown in ("Lista de Responsáveis", "Cadastrar NOVO", "Ver Contato", "Alterar Cadastro", "Adicionar perfil"):
        assert shown in text
    assert "Carla da Casa" in text
    assert "Ivo Inativo" in text
    assert "INATIVO" in text
    assert "Elza Excluída" not in text
    assert "Fábio de Fora" not in text


@pytest.mark.parametrize(("search", "found"), [("carla", 1), ("CARLA", 1), ("zzz", 0), ("\x00", 3), ("x" * 5000, 0)])
@pytest.mark.usefixtures("ab_manager")
def test_the_search_looks_at_names(client: Client, search: str, found: int) -> None:
    make_membership(make_person(name="Carla da Casa"))
    make_membership(make_person(name="Davi da Casa"))

    page = client.get(reverse("egestor:membership_list"), {"q": search}).context["page"]

    assert page.paginator.count == found


@pytest.mark.usefixtures("ab_manager")
def test_ten_people_cost_the_same_as_one(client: Client, django_assert_max_num_queries: Any) -> None:
    make_membership(make_person())
    url = reverse("egestor:membership_list")
    with django_assert_max_num_queries(6) as one:
        client.get(url)
    for _ in range(9):
        person = make_person()
        make_membership(person)
        make_membership(person, Role.PEC_MUNICIPAL_ADMIN)
    with django_assert_max_num_queries(6) as ten:
        client.get(url)
    assert len(one) == len(ten)


@pytest.mark.usefixtures("ab_manager")
def test_the_table_offers_reativar_only_when_inativo_and_excluir_only_when_ativo(client: Client) -> None:
    person = make_person()
    make_membership(person)
    make_membership(person, Role.PEC_MUNICIPAL_ADMIN, status=Status.INACTIVE)
    make_membership(person, Role.PEC_INSTALLATION_ADMIN, at=NOON - timedelta(days=90))
    make_membership(person, Role.TECHNICAL_MANAGER)

    rows = client.get(reverse("egestor:membership_person", args=[person.pk])).context["rows"]

    assert {row.membership.role: (row.status, row.may_reactivate, row.may_exclude) for row in rows} == {
        Role.PROGRAMME_MANAGER: (Status.ACTIVE, False, True),
        Role.PEC_MUNICIPAL_ADMIN: (Status.INACTIVE, True, False),
        Role.PEC_INSTALLATION_ADMIN: (Status.INACTIVE, True, False),
        Role.TECHNICAL_MANAGER: (Status.ACTIVE, False, False),
    }


@pytest.mark.usefixtures("ab_manager")
@pytest.mark.parametrize("route", ["membership_person", "membership_add", "membership_contact"])
def test_a_person_of_another_entity_is_404(client: Client, route: str) -> None:
    stranger, foreigner = make_person(), make_person()
    make_membership(foreigner, entity=make_other_entity())

    for person_id in (stranger.pk, foreigner.pk, 10**30):
        assert client.get(reverse(f"egestor:{route}", args=[person_id])).status_code == 404


@pytest.mark.usefixtures("ab_manager")
@pytest.mark.parametrize("verb", ["reactivate", "exclude"])
def test_a_profile_of_another_entity_is_404_and_untouched(client: Client, verb: str) -> None:
    status = Status.INACTIVE if verb == "reactivate" else Status.ACTIVE
    foreign = make_membership(make_person(), entity=make_other_entity(), status=status)

    assert act(client, verb, foreign).status_code == 404
    assert Membership.objects.get(pk=foreign.pk).status == status
    assert not AuditEvent.objects.exists()


# --- who enters ----------------------------------------------------------------------------------------------------

ROUTES = {
    "membership_list": False,
    "membership_create": False,
    "membership_person": True,
    "membership_add": True,
    "membership_contact": True,
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("role", [Role.TECHNICAL_MANAGER, Role.PEC_MUNICIPAL_ADMIN, Role.PEC_INSTALLATION_ADMIN])
def test_profiles_that_manage_nobody_get_403(client: Client, route: str, role: str) -> None:
    user = make_member(role)
    client.force_login(user)
    args = [person_of(user).pk] if ROUTES[route] else []

    assert client.get(reverse(f"egestor:{route}", args=args)).status_code == 403
    assert client.post(reverse(f"egestor:{route}", args=args)).status_code in (403, 405)


@pytest.mark.parametrize("route", ["membership_list", "membership_create"])
def test_staff_use_the_admin_and_the_signed_out_are_sent_to_sign_in(client: Client, route: str) -> None:
    assert client.get(reverse(f"egestor:{route}")).status_code == 302
    client.force_login(make_staff())
    assert client.get(reverse(f"egestor:{route}")).status_code == 403


def test_the_fund_goes_to_its_own_screen(client: Client) -> None:
    client.force_login(make_organisation().user)

    assert client.get(reverse("egestor:membership_list"))["Location"] == reverse("egestor:ab_manager")
    assert client.get(reverse("egestor:membership_create")).status_code == 403


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.TECHNICAL_MANAGER, Role.PEC_MUNICIPAL_ADMIN])
@pytest.mark.parametrize("verb", ["reactivate", "exclude"])
def test_who_may_not_is_refused_by_direct_post(client: Client, role: str, verb: str) -> None:
    status = Status.INACTIVE if verb == "reactivate" else Status.ACTIVE
    membership = make_membership(make_person(), Role.PEC_INSTALLATION_ADMIN, status=status)
    client.force_login(make_member(role))

    assert act(client, verb, membership).status_code == 403
    assert Membership.objects.get(pk=membership.pk).status == status
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("verb", ["reactivate", "exclude"])
def test_the_buttons_are_post_only(client: Client, ab_manager: User, verb: str) -> None:
    membership = person_of(ab_manager).memberships.get()

    assert client.get(reverse(f"egestor:membership_{verb}", args=[membership.pk])).status_code == 405


# --- what is done --------------------------------------------------------------------------------------------------


def test_adding_a_profile(client: Client, ab_manager: User) -> None:
    person = make_person()
    make_membership(person, Role.PEC_MUNICIPAL_ADMIN)

    response = add(client, person, entity_of(ab_manager))

    assert response["Location"] == reverse("egestor:membership_person", args=[person.pk])
    given = person.memberships.get(role=Role.PROGRAMME_MANAGER)
    assert (given.status, given.programme, given.granted_at) == (Status.ACTIVE, Programme.DEPLOYMENT, NOON)
    assert OutboxMessage.objects.filter(to_email=person.email).count() == 1


def test_adding_it_twice_shows_the_message(client: Client, ab_manager: User) -> None:
    person = make_person()
    make_membership(person)

    assert ACTIVE_TWICE in add(client, person, entity_of(ab_manager)).content.decode()
    assert person.memberships.count() == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"programme": ""}, "Este campo é obrigatório."),
        ({"role": ""}, "Este campo é obrigatório."),
        ({"role": Role.AB_MANAGER}, "Faça uma escolha válida."),
        ({"role": Role.TECHNICAL_MANAGER}, "Faça uma escolha válida."),
        ({"programme": "x\x00"}, "Faça uma escolha válida."),
        ({"programme": "pec"}, WRONG_PROGRAMME),
        ({"role": Role.PEC_MUNICIPAL_ADMIN}, WRONG_PROGRAMME),
    ],
)
def test_refusals_of_the_form_to_add(client: Client, ab_manager: User, data: dict[str, str], message: str) -> None:
    person = make_person()
    make_membership(person, Role.PEC_INSTALLATION_ADMIN)

    assert message in add(client, person, entity_of(ab_manager), **data).content.decode()
    assert person.memberships.count() == 1


def test_another_entity_is_no_choice(client: Client, ab_manager: User) -> None:
    person = person_of(ab_manager)

    response = add(client, person, make_other_entity().pk)

    assert "Faça uma escolha válida." in response.content.decode()
    assert person.memberships.count() == 1


@pytest.mark.usefixtures("ab_manager")
def test_reativar_and_excluir(client: Client) -> None:
    person = make_person()
    membership = make_membership(person, status=Status.INACTIVE)
    page = reverse("egestor:membership_person", args=[person.pk])

    assert act(client, "reactivate", membership)["Location"] == page
    assert Membership.objects.get(pk=membership.pk).status == Status.ACTIVE
    assert act(client, "exclude", membership)["Location"] == page
    assert Membership.objects.get(pk=membership.pk).status == Status.EXCLUDED
    assert client.get(page).status_code == 200


@pytest.mark.usefixtures("ab_manager")
def test_reativar_an_active_profile_shows_the_message(client: Client) -> None:
    membership = make_membership(make_person())

    response = client.post(reverse("egestor:membership_reactivate", args=[membership.pk]), follow=True)

    assert ONLY_INACTIVE in response.content.decode()


@pytest.mark.usefixtures("ab_manager")
def test_excluir_an_inactive_profile_is_a_conflict(client: Client) -> None:
    response = act(client, "exclude", make_membership(make_person(), status=Status.INACTIVE))

    assert response.status_code == 409
    assert "Operação não permitida na situação atual (INATIVO)." in response.content.decode()


def test_a_new_person_is_found_by_cpf_and_gets_a_profile(client: Client, ab_manager: User) -> None:
    person, url = make_person(name="Nina Nova"), reverse("egestor:membership_create")

    found = client.post(url, {"cpf": person.cpf_text, "buscar": "1"})
    assert "Nina Nova" in found.content.decode()
    assert "IMPLANTAÇÃO E-SUS APS" in found.content.decode()
    assert not person.memberships.exists()

    shown = {"cpf": person.cpf_text, "confirmed_cpf": person.cpf_text}
    data = shown | {"adicionar": "1", "entity": entity_of(ab_manager)} | PROGRAMME_PROFILE
    response = client.post(url, data)

    assert response["Location"] == reverse("egestor:membership_person", args=[person.pk])
    assert person.cpf_text not in response["Location"]
    assert person.memberships.get().role == Role.PROGRAMME_MANAGER


@pytest.mark.parametrize(
    ("cpf", "message"),
    [
        ("", "Este campo é obrigatório."),
        ("12345678900", "CPF inválido"),
        ("\x00", "CPF inválido."),
        ("1" * 10_000, "CPF inválido."),
        (make_cpf(777_777), "CPF não encontrado."),
    ],
)
@pytest.mark.usefixtures("ab_manager")
def test_refusals_of_the_search_by_cpf(client: Client, cpf: str, message: str) -> None:
    for action in ("buscar", "adicionar"):
        data = {"cpf": cpf, "confirmed_cpf": cpf, action: "1"} | PROGRAMME_PROFILE
        response = client.post(reverse("egestor:membership_create"), data)
        assert message in response.content.decode()


def test_the_programme_manager_creates_the_technical_manager_and_nothing_else(client: Client) -> None:
    manager, person = make_member(Role.PROGRAMME_MANAGER), make_person()
    client.force_login(manager)
    url = reverse("egestor:membership_create")
    who = {"cpf": person.cpf_text, "confirmed_cpf": person.cpf_text}
    base = who | {"adicionar": "1", "entity": entity_of(manager)} | PROGRAMME_PROFILE

    for role in (Role.AB_MANAGER, Role.PROGRAMME_MANAGER, Role.PEC_MUNICIPAL_ADMIN):
        assert "Faça uma escolha válida." in client.post(url, base | {"role": role}).content.decode()
    client.post(url, base | {"role": Role.TECHNICAL_MANAGER})

    assert [m.role for m in person.memberships.all()] == [Role.TECHNICAL_MANAGER]


def test_who_manages_two_entities_chooses_which(client: Client, ab_manager: User) -> None:
    other = make_other_entity()
    make_membership(person_of(ab_manager), Role.AB_MANAGER, other)
    person = make_person()
    make_membership(person, Role.PEC_MUNICIPAL_ADMIN)

    page = client.get(reverse("egestor:membership_add", args=[person.pk])).content.decode()
    assert "Rio Branco" in page
    add(client, person, other.pk)

    assert person.memberships.get(role=Role.PROGRAMME_MANAGER).entity == other


# --- contact -------------------------------------------------------------------------------------------------------


def contact(client: Client, person: Person, **data: str) -> Any:
    url = reverse("egestor:membership_contact", args=[person.pk])
    return client.post(url, {"email": "novo@Ensaio.Example", "phone": "(11) 3456-7890"} | data)


@pytest.mark.usefixtures("ab_manager")
def test_alterar_cadastro_changes_person_and_account(client: Client) -> None:
    user = make_member(Role.PROGRAMME_MANAGER)

    assert contact(client, person_of(user)).status_code == 302

    person = Person.objects.get(pk=person_of(user).pk)
    assert (person.email, person.phone) == ("novo@ensaio.example", "1134567890")
    assert User.objects.get(pk=user.pk).email == "novo@ensaio.example"
    assert AuditEvent.objects.get().verb == "person.contact_changed"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"email": "x"}, "E-mail inválido."),
        ({"phone": "123"}, "Telefone inválido. Informe DDD + número."),
        ({"phone": "00123456789"}, "Telefone inválido. Informe DDD + número."),
        ({"email": ""}, "Este campo é obrigatório."),
    ],
)
@pytest.mark.usefixtures("ab_manager")
def test_refusals_of_the_contact(client: Client, data: dict[str, str], message: str) -> None:
    person = make_person()
    make_membership(person)

    assert message in contact(client, person, **data).content.decode()
    assert Person.objects.get(pk=person.pk).email == person.email


def test_the_contact_is_changed_by_the_ab_manager_only(client: Client) -> None:
    client.force_login(make_member(Role.PROGRAMME_MANAGER))
    person = make_person()
    make_membership(person)

    assert contact(client, person).status_code == 403
    assert Person.objects.get(pk=person.pk).email == person.email


@pytest.mark.usefixtures("ab_manager")
def test_the_contact_of_who_left_is_not_changed(client: Client) -> None:
    person = make_person()
    make_membership(person, status=Status.EXCLUDED, ended_at=NOON)

    assert contact(client, person).status_code == 403


def test_nobody_who_is_signed_out_reaches_the_screens(client: Client) -> None:
    user = make_user()
    membership = make_membership(person_of(user))

    assert act(client, "exclude", membership).status_code == 302
    assert add(client, person_of(user), membership.entity_id).status_code == 302
    assert Membership.objects.get().status == Status.ACTIVE
