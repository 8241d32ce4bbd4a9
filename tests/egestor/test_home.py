"""Home of the e-Gestor: which systems each one may open."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from tests.clock import now
from tests.factories import (
    make_member,
    make_membership,
    make_organisation,
    make_other_entity,
    make_staff,
    make_user,
    person_of,
)

pytestmark = pytest.mark.django_db

Role = Membership.Role
Programme = Membership.Programme


def tiles(client: Client) -> dict[str, str]:
    """Title → address of each tile; "" when it does not open."""
    return {tile.title: tile.url for tile in client.get(reverse("egestor:home")).context["tiles"]}


def test_the_fund_sees_its_four_systems_and_one_does_not_open(client: Client) -> None:
    client.force_login(make_organisation().user)

    assert tiles(client) == {
        "GESTOR DA ATENÇÃO BÁSICA": reverse("egestor:ab_manager"),
        "TOKEN PARA IMPLANTAÇÃO e-SUS APS": reverse("egestor:token_create"),
        "INSTALAÇÃO/ATUALIZAÇÃO PEC E-SUS APS": reverse("egestor:code_create"),
        "SAÚDE NA HORA": "",
    }
    text = client.get(reverse("egestor:home")).content.decode()
    assert text.count("Ainda não simulado") == 1
    assert "Selecione um Sistema" in text


@pytest.mark.parametrize(
    ("role", "title", "route"),
    [
        (Role.AB_MANAGER, "GERENCIAR USUÁRIOS", "egestor:membership_list"),
        (Role.PROGRAMME_MANAGER, "IMPLANTAÇÃO ESUS-APS", "rnds:credential_list"),
        (Role.PEC_MUNICIPAL_ADMIN, "PEC e-SUS APS (simulado)", "rnds:pec_list"),
        (Role.PEC_INSTALLATION_ADMIN, "PEC e-SUS APS (simulado)", "rnds:pec_list"),
        (Role.TECHNICAL_MANAGER, "INSTALAÇÃO/ATUALIZAÇÃO PEC E-SUS APS", "egestor:counter_key"),
    ],
)
def test_a_person_sees_the_systems_of_the_active_profiles(client: Client, role: str, title: str, route: str) -> None:
    user = make_user()
    make_membership(person_of(user), role, at=now())
    client.force_login(user)

    assert tiles(client) == {title: reverse(route)}


def test_other_programmes_of_the_manual_are_shown_and_do_not_open(client: Client) -> None:
    user = make_user()
    others = set(Programme) - {Programme.NONE, Programme.DEPLOYMENT, Programme.GERENCIA_APS}
    for programme in others:
        make_membership(person_of(user), programme=programme, at=now())
    client.force_login(user)

    assert {"EVENTOS", "FORMULÁRIO - PAGAMENTO MAIS MÉDICOS"} < {programme.label for programme in others}
    assert tiles(client) == {str(programme.label): "" for programme in others}
    assert "Ainda não simulado" in client.get(reverse("egestor:home")).content.decode()


def test_profiles_that_are_not_active_or_are_idle_open_nothing(client: Client) -> None:
    user, at = make_user(), now()
    make_membership(person_of(user), Role.AB_MANAGER, status="inactive", at=at)
    make_membership(person_of(user), Role.PEC_MUNICIPAL_ADMIN, status="excluded", ended_at=at, at=at)
    make_membership(person_of(user), Role.PROGRAMME_MANAGER, at=at - timedelta(days=90))
    client.force_login(user)

    assert tiles(client) == {"GERENCIAR USUÁRIOS": "", "IMPLANTAÇÃO ESUS-APS": ""}


def test_an_inactive_profile_is_called_so_with_who_brings_it_back(client: Client) -> None:
    user, at = make_user(), now()
    make_membership(person_of(user), Role.AB_MANAGER, status="inactive", at=at)
    make_membership(person_of(user), Role.TECHNICAL_MANAGER, at=at - timedelta(days=90))
    make_membership(person_of(user), Role.PROGRAMME_MANAGER, at=at)
    client.force_login(user)

    first, *others = client.get(reverse("egestor:home")).context["tiles"]
    assert first.url == reverse("rnds:credential_list")
    assert all("INATIVO por falta de acesso. Quem reativa: " in tile.description for tile in others)
    assert {tile.description.partition("Quem reativa: ")[2] for tile in others} == {
        "o Fundo de Saúde do ente, com o CNPJ",
        "o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS)",
    }


def test_the_profiles_of_colleagues_are_not_mine(client: Client) -> None:
    make_member(Role.AB_MANAGER)
    user = make_user()
    make_membership(person_of(user), Role.PEC_MUNICIPAL_ADMIN, at=now())
    client.force_login(user)

    assert list(tiles(client)) == ["PEC e-SUS APS (simulado)"]


def test_staff_go_to_what_they_do(client: Client) -> None:
    client.force_login(make_staff())

    assert client.get(reverse("egestor:home"))["Location"] == reverse("desk:home")


def test_ten_profiles_cost_the_same_as_one(client: Client, django_assert_max_num_queries: Any) -> None:
    user = make_user()
    make_membership(person_of(user), Role.PEC_MUNICIPAL_ADMIN, at=now())
    client.force_login(user)
    with django_assert_max_num_queries(6) as one:
        assert len(tiles(client)) == 1

    other = make_other_entity()
    for programme in (Programme.DEPLOYMENT, Programme.SISAB, Programme.PROTEJA, Programme.GERENCIA_APS):
        make_membership(person_of(user), programme=programme, at=now())
        make_membership(person_of(user), programme=programme, entity=other, at=now())
    with django_assert_max_num_queries(6) as nine:
        assert len(client.get(reverse("egestor:home")).context["tiles"]) == 9
    assert len(one) == len(nine)
