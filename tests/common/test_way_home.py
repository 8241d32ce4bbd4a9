"""Every way home leads to what that session can do, and every door that closes has one."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_administrator, make_manager, make_organisation, make_staff
from tests.factories.siops import make_acting, make_attendant, make_checker, make_coordinator
from tests.siops.support import enter

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def acting(role: str) -> Client:
    return enter(Client(), make_acting(role))


WHO: dict[str, tuple[Callable[[], Client], str]] = {
    "visitor": (Client, "common:home"),
    "fund": (lambda: signed_in(make_organisation().user), "egestor:home"),
    "person": (lambda: signed_in(make_manager()), "egestor:home"),
    "ministry": (lambda: signed_in(make_staff()), "desk:home"),
    "administrator": (lambda: signed_in(make_administrator("chefia")), "desk:home"),
    "certifier": (lambda: signed_in(make_attendant()), "desk:home"),
    "head": (lambda: acting("head"), "siops:home"),
    "technician": (lambda: acting("technician"), "siops:home"),
}
SIGNED_IN = sorted(WHO.keys() - {"visitor"})


def link(html: str, pattern: str) -> str:
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>(?:(?!</a>).)*{pattern}', html, re.DOTALL)
    assert found, pattern
    return found[1]


@pytest.mark.parametrize("who", WHO)
class TestTheWaysHome:
    def test_the_page_that_is_not_there_and_the_logo(self, who: str) -> None:
        client, home = WHO[who][0](), reverse(WHO[who][1])
        html = client.get("/nao-existe/").content.decode()
        assert link(html, "Ir para o início</a>") == home
        assert link(html, "Ensaio</span>") == home

    def test_the_breadcrumb(self, who: str) -> None:
        client, home = WHO[who][0](), reverse(WHO[who][1])
        html = client.get(reverse("siops:certification_orientation")).content.decode()
        assert link(html, "Início</span>") == home

    def test_home_is_a_page_that_opens(self, who: str) -> None:
        client, home = WHO[who][0](), reverse(WHO[who][1])
        assert client.get(home).status_code == 200


@pytest.mark.parametrize("who", SIGNED_IN)
def test_the_public_door_and_the_sign_in_lead_there(who: str) -> None:
    client, home = WHO[who][0](), reverse(WHO[who][1])
    assert client.get("/")["Location"] == home
    assert client.get(reverse("accounts:sign_in"))["Location"] == home


def test_a_page_refused_has_the_way_home_of_the_certifier() -> None:
    answer = signed_in(make_attendant()).get(reverse("siops:letter_queue"))
    assert answer.status_code == 403
    assert link(answer.content.decode(), "Ir para o início</a>") == reverse("desk:home")


def test_the_ministry_finds_the_queues_and_the_credentials_at_home() -> None:
    for user, routes in (
        (make_coordinator(), ("oficios", "chamados", "siops:letter_queue", "siops:election_list")),
        (make_checker(), ("fns", "siops:fund_update_queue")),
        (make_staff(), ("credenciais", "rnds:credential_list", "admin:index")),
    ):
        html = signed_in(user).get("/", follow=True).content.decode()
        for route in routes:
            address = reverse(route) if ":" in route else reverse("desk:queue", args=[route])
            assert f'href="{address}"' in html, (user, route)


def menu_of(client: Client) -> list[str]:
    html = client.get("/siops/").content.decode()
    menu = re.search(r'<nav class="site-menu".*?</nav>', html, re.DOTALL)
    assert menu
    return re.findall(r">([^<>]+)</a>", menu[0])


def test_the_menu_of_the_staff_has_no_door_that_only_leads_back() -> None:
    certifier = menu_of(signed_in(make_attendant()))
    assert certifier == ["Mesa", "SIOPS", "Posto da certificadora", "Caixa de saída simulada"]
    ministry = menu_of(signed_in(make_staff()))
    assert {"Credenciais", "Administração"} <= set(ministry)
    assert {"FNS/SECON", "Chamados"}.isdisjoint(ministry)
    assert "Posto da certificadora" not in ministry


def enter_admin(login: str, **query: str) -> Any:
    return Client().post(reverse("admin:login", query=query), {"username": login, "password": PASSWORD}, follow=True)


class TestTheAdmin:
    @pytest.mark.parametrize("query", [{}, {"next": "/admin/"}])
    def test_a_certifier_has_nothing_to_read_there(self, query: dict[str, str]) -> None:
        certifier = make_attendant()
        certifier.set_password(PASSWORD)
        certifier.save()
        answer = enter_admin(certifier.login, **query)
        assert answer.redirect_chain[-1][0] == reverse("desk:home")

    def test_who_has_lands_at_the_desk_and_can_go_back_and_forth(self) -> None:
        make_administrator("chefia")
        answer = enter_admin("chefia", next="/admin/")
        assert answer.redirect_chain[-1][0] == reverse("desk:home")
        admin = link(answer.content.decode(), "Administração</a>")
        site = link(answer.client.get(admin).content.decode(), "Ver o site</a>")
        assert answer.client.get(site)["Location"] == reverse("desk:home")


class TestTheStalePage:
    @staticmethod
    def answer(client: Client, path: str) -> Any:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        return strict.post(path)

    @pytest.mark.parametrize(
        ("path", "door"),
        [
            ("/entrar/fundo/", "/entrar/"),
            ("/rnds/solicitacao/nova/", "/entrar/"),
            ("/siops/entrar/token-virtual/", "/siops/entrar/"),
            ("/siops/fns/abrir/", "/siops/entrar/"),
            ("/admin/login/", "/admin/login/"),
        ],
    )
    def test_it_says_what_is_true_and_leads_to_the_door_of_the_area(self, path: str, door: str) -> None:
        answer = self.answer(Client(), path)
        html = answer.content.decode()
        assert answer.status_code == 403
        assert "outro acesso neste navegador" in html
        assert "Nada foi" in html
        assert "rascunho" not in html
        assert link(html, "Entrar novamente</a>") == door
        assert "Voltar ao início" not in html

    @pytest.mark.parametrize("who", SIGNED_IN)
    def test_who_is_signed_in_goes_home(self, who: str) -> None:
        html = self.answer(WHO[who][0](), "/siops/fns/abrir/").content.decode()
        assert link(html, "Voltar ao início</a>") == reverse(WHO[who][1])
        assert "Entrar novamente" not in html


class TestAnotherMethod:
    def test_a_button_opened_as_a_page_says_so(self) -> None:
        client = acting("secretary")
        answer = client.get("/siops/fns/1/enviar/")
        html = answer.content.decode()
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert html.count("<h1>") == 1
        assert "não é uma página" in html
        assert link(html, "Ir para o início</a>") == reverse("siops:home")
        assert answer["X-Simulador-Request-Id"] in html

    def test_leaving_by_address_leaves_nobody_out(self) -> None:
        client = signed_in(make_manager())
        answer = client.get("/sair/")
        assert answer.status_code == 405
        assert link(answer.content.decode(), "Ir para o início</a>") == reverse("egestor:home")
        assert client.get("/e-gestor/").status_code == 200

    def test_a_page_takes_no_form(self) -> None:
        answer = Client().post("/fidelidade/")
        assert answer.status_code == 405
        assert "não recebe formulários" in answer.content.decode()

    @pytest.mark.parametrize("path", ["/api/jwks", "/.well-known/jwks.json", "/healthz"])
    def test_a_programme_reads_json(self, path: str) -> None:
        answer = Client().post(path)
        assert (answer.status_code, answer["Content-Type"]) == (405, "application/json")
        assert json.loads(answer.content)["error"] == "method_not_allowed"

    @pytest.mark.parametrize("method", ["head", "options"])
    def test_who_asks_for_no_page_gets_none(self, method: str) -> None:
        answer = getattr(Client(), method)("/sair/")
        assert (answer.status_code, answer.content) == (405, b"")
