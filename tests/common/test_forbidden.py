"""A refusal for lack of a role says who may, from whom one gets the role, and where those people enter."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rules.permissions import permissions

from accounts.models import Membership
from common.permissions import holders_of
from tests.clock import now
from tests.factories import (
    make_entity,
    make_installation,
    make_manager,
    make_member,
    make_membership,
    make_organisation,
    make_staff,
    make_user,
    person_of,
)
from tests.factories.siops import make_acting, make_attendant
from tests.siops.support import enter

Role = Membership.Role
RULES = set(permissions)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("permission", sorted(RULES))
def test_every_permission_says_who_holds_it_and_by_which_door(permission: str) -> None:
    holders = holders_of(permission)
    assert holders, permission
    assert all((holders.who, holders.given_by, reverse(holders.door)))


@pytest.mark.django_db
class TestThePage:
    def test_the_fund_asked_for_what_a_person_does(self) -> None:
        self.check(signed_in(make_organisation().user), "/rnds/", "Gestor do Programa Municipal", "/entrar/")

    def test_a_person_asked_for_what_the_fund_does(self) -> None:
        self.check(signed_in(make_manager()), "/e-gestor/token/", "o Fundo de Saúde do ente", "/entrar/fundo/")

    def test_a_person_asked_for_a_desk_of_the_ministry(self) -> None:
        self.check(signed_in(make_manager()), "/siops/ministerio/fns/", "o conferente do FNS/SECON", "/admin/login/")

    def test_the_ministry_asked_for_the_counter_of_the_certifier(self) -> None:
        self.check(signed_in(make_staff()), "/siops/certificadora/", "o atendente da certificadora", "/admin/login/")

    def test_the_certifier_asked_for_a_page_of_the_admin(self) -> None:
        self.check(
            signed_in(make_attendant()), "/admin/rnds/credential/", "o auditor e o administrador", "/admin/login/"
        )

    def test_the_head_asked_for_what_the_secretary_does(self) -> None:
        client = enter(Client(), make_acting("head", at=now()))
        self.check(client, "/siops/gestores/responsavel/", "o Secretário de Saúde", "/siops/entrar/")

    @staticmethod
    def check(client: Client, path: str, who: str, door: str) -> None:
        answer = client.get(path)
        html = answer.content.decode()
        assert answer.status_code == 403
        assert who in html[html.index("Quem pode") :]
        found = re.search(r'name="next" value="([^"]*)"', html)
        assert found
        target = found[1].replace("&amp;", "&")
        assert target == f"{door}?next={path.replace('/', '%2F')}"
        answer = client.post(reverse("accounts:sign_out"), {"next": target})
        assert answer["Location"] == target
        assert client.get(path).status_code == 302

    def test_what_was_sent_is_not_sent_again_from_the_door(self) -> None:
        installation = make_installation(make_entity())
        answer = signed_in(make_staff()).post(reverse("rnds:pec_test", args=[installation.pk]))
        assert answer.status_code == 403
        assert 'name="next" value="/entrar/"' in answer.content.decode()

    def test_leaving_leads_to_no_other_site(self) -> None:
        answer = signed_in(make_manager()).post(reverse("accounts:sign_out"), {"next": "https://fora.example/"})
        assert answer["Location"] == reverse("accounts:sign_in")

    def test_a_profile_that_fell_inactive_is_called_so(self) -> None:
        user = make_user()
        make_membership(person_of(user), Role.PEC_MUNICIPAL_ADMIN)
        inactive = make_membership(person_of(user), status="inactive")
        html = signed_in(user).get(reverse("rnds:credential_list")).content.decode()
        assert f"O seu perfil {inactive} está INATIVO" in html
        assert "Quem reativa: o Gestor da AB do ente" in html


@pytest.mark.django_db
def test_the_pec_links_only_what_its_reader_may_open() -> None:
    entity = make_entity()
    installation = make_installation(entity)
    address, credentials = reverse("rnds:pec_certificates", args=[installation.pk]), reverse("rnds:credential_list")
    client = signed_in(make_member(Role.PEC_MUNICIPAL_ADMIN, entity))
    html = client.get(address).content.decode()
    assert f'href="{credentials}"' not in html
    assert "Quem baixa é o Gestor do Programa Municipal" in html
    both = make_member(Role.PEC_MUNICIPAL_ADMIN, entity)
    make_membership(person_of(both), Role.PROGRAMME_MANAGER, entity)
    assert f'href="{credentials}"' in signed_in(both).get(address).content.decode()
