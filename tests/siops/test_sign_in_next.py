"""Whoever asked for a page before entering is told why the sign-in appeared, and reaches that page by every door."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from siops.models import HealthManager
from tests.attacks.pages import forms_of
from tests.factories import PASSWORD, make_manager, make_organisation, make_other_entity, make_staff, person_of
from tests.factories.siops import make_attendant, make_checker, make_health_manager
from tests.siops.doors import PIN, PUK, WRONG, make_medium, make_pem, text_of
from tests.siops.technician_door import PASSWORD as SENDING_PASSWORD
from tests.siops.technician_door import make_entered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Role = HealthManager.Role
ENTER_FIRST = "Depois de entrar, você vai direto"
MANAGERS = "/siops/gestores/historico/"


def sent_to_the_door(client: Client, path: str, door: str) -> Any:
    """The sign-in page that comes instead of `path`, which says why."""
    answer = client.get(path, follow=True)
    assert urlsplit(answer.redirect_chain[-1][0]).path == door
    assert answer.context.get("asked") or ENTER_FIRST in text_of(answer)
    return answer


def link_to(answer: Any, route: str) -> str:
    found = re.search(rf'href="([^"]*{re.escape(reverse(route))}[^"]*)"', answer.content.decode())
    assert found, route
    return unescape(found[1])


def submit(client: Client, answer: Any, data: dict[str, str], *, to: str = "", **environ: Any) -> Any:
    """Send the page's own form (the one that leads to `to`), with its hidden fields and `data`."""
    address = answer.request["PATH_INFO"]
    query = answer.request["QUERY_STRING"]
    forms = [form for form in forms_of(answer.content.decode(), address) if form.method == "post"]
    form = next(form for form in forms if form.fields.keys() >= data.keys() and to in form.action)
    hidden = {name: value for name, (kind, value) in form.fields.items() if kind == "hidden"}
    target = f"{address}?{query}" if form.action == address and query else form.action
    return client.post(target, hidden | data, **environ)


def test_the_fund(client: Client) -> None:
    fund = make_organisation()
    sent_to_the_door(client, "/e-gestor/tokens/", "/entrar/")
    page = client.get("/entrar/fundo/?next=/e-gestor/tokens/")
    answer = submit(client, page, {"cnpj": fund.cnpj, "password": PASSWORD, "not_a_robot": "on"})
    assert answer["Location"] == "/e-gestor/tokens/"


def test_a_person_by_govbr(client: Client) -> None:
    manager = make_manager()
    page = client.get(link_to(sent_to_the_door(client, "/rnds/", "/entrar/"), "accounts:sign_in_govbr"))
    assert ENTER_FIRST in text_of(page)
    answer = submit(client, page, {"cpf": person_of(manager).cpf_text, "level": "ouro"})
    assert answer["Location"] == "/rnds/"


def test_the_virtual_token(client: Client) -> None:
    office = make_health_manager(Role.HEAD)
    make_medium(office.person)
    page = client.get(link_to(sent_to_the_door(client, MANAGERS, "/siops/entrar/"), "siops:sign_in_virtual"))
    page = submit(client, page, {"cpf": office.person.cpf_text, "door": "municipio"}, follow=True)
    assert submit(client, page, {"pin": PIN})["Location"] == MANAGERS


def test_the_virtual_token_of_who_chooses_between_two_offices(client: Client) -> None:
    office = make_health_manager(Role.HEAD)
    make_health_manager(Role.SECRETARY, make_other_entity(), person=office.person)
    make_medium(office.person)
    page = client.get(link_to(sent_to_the_door(client, MANAGERS, "/siops/entrar/"), "siops:sign_in_virtual"))
    page = submit(client, page, {"cpf": office.person.cpf_text, "door": "municipio"}, follow=True)
    page = submit(client, page, {"pin": PIN}, follow=True)
    assert submit(client, page, {"office": str(office.pk)})["Location"] == MANAGERS


def test_the_virtual_token_after_the_puk(client: Client) -> None:
    office = make_health_manager(Role.HEAD)
    make_medium(office.person)
    page = client.get(link_to(sent_to_the_door(client, MANAGERS, "/siops/entrar/"), "siops:sign_in_virtual"))
    page = submit(client, page, {"cpf": office.person.cpf_text, "door": "municipio"}, follow=True)
    for _ in range(3):
        submit(client, page, {"pin": WRONG})
    page = client.get(link_to(page, "siops:sign_in_puk"))
    puk = {"cpf": office.person.cpf_text, "puk": PUK, "new_pin": "86420", "repeated_pin": "86420"}
    page = submit(client, page, puk, follow=True)
    page = submit(client, page, {"cpf": office.person.cpf_text, "door": "municipio"}, follow=True)
    assert submit(client, page, {"pin": "86420"})["Location"] == MANAGERS


def test_the_certificate_in_the_browser(client: Client) -> None:
    office = make_health_manager(Role.HEAD)
    pem = make_pem(office.person)
    address = link_to(sent_to_the_door(client, MANAGERS, "/siops/entrar/"), "siops:sign_in_certificate")
    parts = urlsplit(address.replace("estado", "municipio"))
    page = client.get(f"{parts.path}?{parts.query}", secure=True, SSL_CLIENT_CERT=pem)
    answer = submit(client, page, {"office": str(office.pk)}, secure=True, SSL_CLIENT_CERT=pem)
    assert answer["Location"] == MANAGERS


def test_a_certificate_that_is_refused_leads_on_by_the_virtual_token(client: Client) -> None:
    page = client.get("/siops/entrar/certificado/", {"ente": "municipio", "next": MANAGERS})
    assert page.status_code == 403
    assert "next=%2Fsiops%2Fgestores%2Fhistorico%2F" in link_to(page, "siops:sign_in_virtual")


def test_the_technician(client: Client) -> None:
    technician = make_entered()
    data = {"cpf": technician.person.cpf_text, "password": SENDING_PASSWORD}
    page = sent_to_the_door(client, "/siops/chamados/", "/siops/entrar/")
    answer = submit(client, page, data, to=reverse("siops:technician_sign_in"))
    assert answer["Location"] == "/siops/chamados/"


def test_the_technician_of_several_entities(client: Client) -> None:
    technician = make_entered()
    second = make_entered(make_other_entity(), person=technician.person, email=technician.email)
    page = sent_to_the_door(client, "/siops/chamados/", "/siops/entrar/")
    data = {"cpf": technician.person.cpf_text, "password": SENDING_PASSWORD}
    page = submit(client, page, data, to=reverse("siops:technician_sign_in"), follow=True)
    answer = submit(client, page, {"technician": str(second.pk)})
    assert answer["Location"] == "/siops/chamados/"


def test_who_is_signed_in_elsewhere_is_led_back_too(client: Client) -> None:
    client.force_login(make_manager())
    sent_to_the_door(client, MANAGERS, "/siops/entrar/")


STAFF_PAGES = (
    "siops:letter_queue",
    "siops:fund_update_queue",
    "siops:ticket_queue",
    "siops:election_list",
    "siops:certifier_list",
)


class TestTheStaff:
    @pytest.mark.parametrize("route", STAFF_PAGES)
    def test_a_page_of_theirs_leads_to_their_door(self, client: Client, route: str) -> None:
        sent_to_the_door(client, reverse(route), "/admin/login/")

    def test_and_from_there_to_the_page(self, client: Client) -> None:
        checker = make_checker()
        page = sent_to_the_door(client, "/siops/ministerio/fns/", "/admin/login/")
        answer = submit(client, page, {"username": checker.login, "password": PASSWORD})
        assert answer["Location"] == "/siops/ministerio/fns/"

    @pytest.mark.parametrize("path", ["/admin/", "/admin/login/"])
    def test_the_analyst_lands_at_the_desk(self, client: Client, path: str) -> None:
        make_staff()
        page = client.get(path, follow=True)
        assert ENTER_FIRST not in text_of(page)
        answer = submit(client, page, {"username": "analista", "password": PASSWORD})
        assert answer["Location"] == reverse("desk:home")

    def test_the_certifier_lands_at_the_desk(self, client: Client) -> None:
        certifier = make_attendant()
        certifier.set_password(PASSWORD)
        certifier.save()
        answer = submit(client, client.get("/admin/login/"), {"username": certifier.login, "password": PASSWORD})
        assert answer["Location"] == reverse("desk:home")

    def test_the_door_leads_to_no_other_site(self, client: Client) -> None:
        make_staff()
        page = client.get("/admin/login/?next=https://fora.example/")
        answer = submit(client, page, {"username": "analista", "password": PASSWORD}, follow=True)
        assert [address for address, _ in answer.redirect_chain] == ["/", reverse("desk:home")]


@pytest.mark.parametrize("target", ["https://fora.example/", "//fora.example/", "sair", "javascript:alert(1)"])
def test_no_door_of_the_siops_leads_to_another_site(client: Client, target: str) -> None:
    office = make_health_manager(Role.HEAD)
    make_medium(office.person)
    data = {"cpf": office.person.cpf_text, "door": "municipio", "next": target}
    client.post(reverse("siops:sign_in_virtual"), data)
    answer = client.post(reverse("siops:sign_in_pin"), {"pin": PIN, "next": target})
    assert answer["Location"] == reverse("siops:home")


def test_a_role_that_was_lost_ends_at_the_door_with_the_page_kept(client: Client) -> None:
    office = make_health_manager(Role.HEAD)
    make_medium(office.person)
    client.post(reverse("siops:sign_in_virtual"), {"cpf": office.person.cpf_text, "door": "municipio"})
    client.post(reverse("siops:sign_in_pin"), {"pin": PIN})
    HealthManager.objects.filter(pk=office.pk).update(status="to_confirm")
    sent_to_the_door(client, MANAGERS, "/siops/entrar/")
