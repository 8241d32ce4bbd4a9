"""Caixa de correio simulada: what stands for the real mailbox of who cannot sign in yet."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from accounts.services.passwords import send_organisation_recovery
from accounts.views import mailbox
from accounts.views.mailbox import LOOKS
from common.models import OutboxMessage
from tests.clock import now, standing_at
from tests.factories import NOON, make_organisation, make_user

pytestmark = pytest.mark.django_db
URL = "/caixa-de-correio/"


def look(client: Client, address: str) -> HttpResponse:
    return client.get(URL, {"endereco": address})  # type: ignore[return-value]  # the test client's own response


def write(to: str, subject: str, *, minutes: int = 0, body: str = "Texto") -> OutboxMessage:
    at = NOON + timedelta(minutes=minutes)
    return OutboxMessage.objects.create(to_email=to, subject=subject, body=body, written_at=at)


def test_the_mail_of_the_address_newest_first_and_of_no_other(client: Client) -> None:
    write("novo@ensaio.example", "Primeira")
    write("NOVO@ensaio.example", "Segunda", minutes=1)
    write("outro@ensaio.example", "Alheia")
    page = look(client, "Novo@Ensaio.Example").content.decode()
    assert page.index("Segunda") < page.index("Primeira")
    assert "Alheia" not in page


def test_mail_of_an_account_is_read_by_its_address(client: Client) -> None:
    user = make_user()
    OutboxMessage.objects.create(
        addressee=user, to_email="cadastro@ensaio.example", subject="Do cadastro", body="Texto", written_at=NOON
    )
    assert "Do cadastro" in look(client, "cadastro@ensaio.example").content.decode()
    assert "Do cadastro" not in look(client, user.email).content.decode()


def test_who_forgot_the_password_sets_another_from_the_page(client: Client) -> None:
    """The whole way, without ever being signed in."""
    fund = make_organisation()
    send_organisation_recovery(cnpj=fund.cnpj, at=now())
    page = look(client, fund.user.email).content.decode()
    link = re.search(r'<a href="https?://[^/"]+(/entrar/senha/[0-9a-f]+/)">', page)
    assert link
    assert client.get(link[1], follow=True).status_code == 200
    words = {"password": "Outra-Senha-2026", "confirmation": "Outra-Senha-2026"}
    client.post(reverse("accounts:password_set"), words)
    fund.user = type(fund.user).objects.get(pk=fund.user_id)
    assert fund.user.check_password("Outra-Senha-2026")


def test_only_the_addresses_of_the_portal_become_links(client: Client, settings: Any) -> None:
    body = f"Veja {settings.PORTAL_URL}/entrar/. <b>Não</b> http://mau.example/x {settings.PORTAL_URL}.mau.example/y"
    write("a@ensaio.example", "Assunto", body=body)
    page = look(client, "a@ensaio.example").content.decode()
    letter = page[page.index('<div class="letter">') :]
    assert re.findall(r'<a href="([^"]*)"', letter.split("</div>")[0]) == [f"{settings.PORTAL_URL}/entrar/"]
    assert "&lt;b&gt;Não&lt;/b&gt;" in letter


@pytest.mark.parametrize("address", ["ninguem@ensaio.example", "fundo@ensaio.example"])
def test_an_address_without_mail_is_an_empty_box(client: Client, address: str) -> None:
    make_organisation()
    page = look(client, address)
    assert page.status_code == 200
    assert "Nenhuma mensagem para este endereço." in page.content.decode()


@pytest.mark.parametrize("address", ["", "sem arroba", "a@b", "joão@ensaio.example"])
def test_what_is_no_address_is_told(client: Client, address: str) -> None:
    write("a@b", "Assunto")
    page = look(client, address).content.decode()
    assert "Mensagens para" not in page
    assert 'aria-invalid="true"' in page


def test_it_says_what_it_is_and_is_never_kept(client: Client) -> None:
    answer = client.get(URL)
    page = answer.content.decode()
    assert "Esta página faz o papel do correio de verdade" in page
    assert "Mensagens para" not in page
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert "no-store" in answer["Cache-Control"]


def test_without_demonstration_the_address_does_not_exist(client: Client) -> None:
    write("a@ensaio.example", "Segredo")
    with override_settings(DEMO=False):
        assert look(client, "a@ensaio.example").status_code == 404
        assert client.get(URL).status_code == 404
        for page in ("/", "/entrar/", "/entrar/esqueci/fundo/", "/siops/entrar/"):
            assert URL not in client.get(page).content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/entrar/",
        "/entrar/esqueci/fundo/",
        "/entrar/esqueci/pessoa/",
        "/siops/entrar/",
        reverse("siops:technician_sign_in"),
        reverse("siops:technician_forgot"),
    ],
)
def test_who_cannot_enter_finds_it(client: Client, page: str) -> None:
    assert f'href="{URL}"' in client.get(page).content.decode().partition("<main")[2 if page != "/" else 0]


def test_each_persona_leads_to_its_own_box(client: Client) -> None:
    assert f'href="{URL}?endereco=fundo%40saude.aracatuba.example"' in client.get("/entrar/").content.decode()


def test_looking_again_and_again_is_limited_for_a_minute(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a@ensaio.example", "Assunto")
    monkeypatch.setattr(mailbox, "LOOKS", replace(LOOKS, each=5, address=8))
    with standing_at(NOON) as clock_hand:
        for _ in range(5):
            assert look(client, "a@ensaio.example").status_code == 200
        refused = look(client, "a@ensaio.example")
        assert refused.status_code == 429
        assert 0 < int(refused["Retry-After"]) <= 60
        assert "Assunto</h3>" not in refused.content.decode()
        assert client.get(URL).status_code == 200
        assert Client(REMOTE_ADDR="203.0.113.9").get(URL, {"endereco": "a@ensaio.example"}).status_code == 429
        assert look(client, "b@ensaio.example").status_code == 200, "another mailbox is another count"
        assert [look(client, f"{n}@ensaio.example").status_code for n in range(2)] == [200, 429], "the address, loosely"
        clock_hand.shift(timedelta(minutes=1))
        assert look(client, "a@ensaio.example").status_code == 200


def test_a_full_box_costs_as_much_as_one_with_a_letter(client: Client, django_assert_num_queries: Any) -> None:
    for number in range(30):
        write("a@ensaio.example", f"Carta {number}", minutes=number)
    # The letters, and the two counts: of the mailbox and of the address.
    with django_assert_num_queries(3):
        page = look(client, "a@ensaio.example").content.decode()
    assert "Carta 29" in page
    assert "Carta 9<" not in page
