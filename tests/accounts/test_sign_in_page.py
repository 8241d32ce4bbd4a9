"""The sign-in page, where it leads, and leaving."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.personas import asked_member, asked_persona, grouped_personas
from accounts.views.sign_in import NOT_A_PERSONA
from common import documents, house
from common.models import AuditEvent
from common.permissions import holders_of
from tests.accounts.doors import BARRED, account_of, personas, post_fund, post_person
from tests.accounts.test_passwords import send, use
from tests.clock import standing_at
from tests.factories import (
    NOON,
    PASSWORD,
    make_cnpj,
    make_cpf,
    make_manager,
    make_membership,
    make_organisation,
    make_other_entity,
    make_person,
    make_staff,
)

pytestmark = pytest.mark.django_db

EXPIRED = "Sua sessão expirou. Entre novamente; seu rascunho foi guardado."
HOSTILE = [
    "https://example.org/",
    "//example.org/",
    "http:///example.org",
    "javascript:alert(1)",
    "\\\\example.org",
    "/\\example.org",
    "https:example.org",
]


@pytest.fixture
def _personas(settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]  # the settings fixture
    settings.DEMO_PERSONAS = "tests.accounts.doors.personas"  # type: ignore[attr-defined]  # the settings fixture


def cells(html: str) -> list[str]:
    """What the column of the secrets shows, from top to bottom."""
    found = re.findall(r'<td data-label="Senha, PIN, PUK">(.*?)</td>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in found]


def page(client: Client, **query: str) -> str:
    return client.get(reverse("accounts:sign_in"), query).content.decode()


def fund_page(client: Client, **query: str) -> str:
    return client.get(reverse("accounts:sign_in_organisation"), query).content.decode()


def shown(client: Client, **query: str) -> list[str]:
    """Keys of the personas in the list, from top to bottom."""
    groups = client.get(reverse("accounts:sign_in"), query).context["groups"]
    return [persona.key for group in groups for persona in group.personas]


def test_the_doors_of_the_real_systems_are_there_and_lead_on(client: Client) -> None:
    text = page(client, next="/caixa-de-saida/")

    for way in house.ways_in():
        assert f'href="{reverse(way.route)}?next=%2Fcaixa-de-saida%2F"' in text
    for label in ("Acesso FMS/FES", "CNPJ do FMS/FES", "Senha", "Não sou um robô (simulado)", "Acessar"):
        assert label in fund_page(client)


def test_the_page_of_govbr_says_that_it_is_simulated(client: Client) -> None:
    text = client.get(reverse("accounts:sign_in_govbr")).content.decode()

    assert "simulação" in text
    for level in ("Bronze", "Prata", "Ouro"):
        assert level in text


@pytest.mark.usefixtures("_personas")
def test_the_demonstration_lists_its_personas_with_login_and_password(client: Client) -> None:
    text = page(client)

    for persona in personas():
        assert persona.name in text
        assert persona.role in text
        assert f'name="persona"\n                        value="{persona.key}"' in text
    assert PASSWORD in text


@pytest.mark.usefixtures("_personas")
def test_the_personas_are_grouped_by_entity_and_the_staff_come_last() -> None:
    assert [(title, [p.key for p in group]) for title, group in grouped_personas(personas()).items()] == [
        ("Ensaio/SP", ["fundo", "gestora"]),
        ("Equipe do Ministério", ["analista"]),
    ]


@pytest.mark.usefixtures("_personas")
def test_one_click_enters_as_a_person(client: Client) -> None:
    make_membership(make_person(cpf=make_cpf(77)))

    response = post_person(client, "", persona="gestora")

    assert response.status_code == 302
    assert account_of(client) == User.objects.get(login=make_cpf(77)).pk


@pytest.mark.usefixtures("_personas")
def test_the_form_comes_filled_for_a_fund_and_the_address_has_no_cnpj(client: Client) -> None:
    make_organisation(cnpj=make_cnpj(77))
    door = client.post(reverse("accounts:continue_as"), {"persona": "fundo"})["Location"]

    assert door == f"{reverse('accounts:sign_in_organisation')}?persona=fundo"
    assert f'value="{PASSWORD}"' in client.get(door).content.decode()


@pytest.mark.usefixtures("_personas")
def test_a_password_set_by_link_is_neither_shown_nor_filled_in_any_more(client: Client) -> None:
    fund = make_organisation(cnpj=make_cnpj(77)).user
    other = make_organisation(make_other_entity(), cnpj=make_cnpj(78)).user
    link = send(fund)
    use(send(other))
    secret = f"Senha {PASSWORD}"
    assert cells(page(client)) == [secret, "gov.br simulado", secret]

    use(link)

    assert cells(page(client)) == ["alterada", "gov.br simulado", secret]
    filled = fund_page(client, persona="fundo")
    assert documents.format_cnpj(make_cnpj(77)) in filled
    assert f'value="{PASSWORD}"' not in filled
    wrong = post_fund(client, make_cnpj(77)).content.decode()
    assert f'value="{PASSWORD}"' not in wrong


@pytest.mark.usefixtures("_personas")
def test_the_list_costs_two_queries_however_many_they_are(
    client: Client, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.DEMO_PERSONAS = "tests.accounts.doors.barred_personas"
    for query in ({}, {"q": "fundo"}, {"sistema": "PEC"}):
        with django_assert_num_queries(2):
            page(client, **query)


def test_at_a_door_nothing_is_read_of_the_personas_unless_one_is_named(
    rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert asked_persona(rf.get("/"), door="siops:sign_in_virtual") is None
        assert asked_member(rf.get("/")) is None


class TestTheFilter:
    pytestmark = pytest.mark.usefixtures("_personas")

    @pytest.mark.parametrize("text", ["ANÁ DE", "ana de ensaio", "Gestora do PROGRAMA", make_cpf(77)])
    def test_it_regards_neither_accents_nor_capitals(self, client: Client, text: str) -> None:
        assert shown(client, q=text) == ["gestora"]

    def test_a_document_is_found_as_it_is_written(self, client: Client) -> None:
        assert shown(client, q=documents.format_cnpj(make_cnpj(77))) == ["fundo"]

    def test_a_system_is_one_that_the_personas_have(self, client: Client) -> None:
        assert shown(client, sistema="PEC") == ["gestora"]
        assert shown(client, sistema="outro") == ["fundo", "gestora", "analista"]

    def test_what_it_finds_is_open(self, client: Client) -> None:
        groups = client.get(reverse("accounts:sign_in"), {"q": "ensaio"}).context["groups"]
        assert [group.is_open for group in groups] == [True, True]

    def test_an_empty_list_says_who_is_elsewhere_and_how_to_go_on(self, client: Client) -> None:
        text = page(client, sistema="PEC", q="Rui", next="/caixa-de-saida/")
        assert "«Rui»" in text
        assert "Rui de Ensaio" in text
        assert 'href="?q=Rui&amp;next=%2Fcaixa-de-saida%2F"' in text
        assert 'href="?next=%2Fcaixa-de-saida%2F"' in text


class TestContinueAs:
    pytestmark = pytest.mark.usefixtures("_personas")

    def go_on(self, client: Client, key: str, **data: str) -> Any:
        return client.post(reverse("accounts:continue_as"), {"persona": key} | data)

    def test_the_session_becomes_that_of_the_other_person(self, client: Client) -> None:
        fund = make_organisation().user
        make_membership(make_person(cpf=make_cpf(77)))
        client.force_login(fund)

        answer = self.go_on(client, "gestora", next="/rnds/")

        assert answer["Location"] == "/rnds/"
        assert account_of(client) == User.objects.get(login=make_cpf(77)).pk
        assert [event.verb for event in AuditEvent.objects.order_by("pk")][-2:] == ["sign_in.succeeded", "sign_out"]

    def test_who_may_not_enter_leaves_the_session_as_it_is(self, client: Client) -> None:
        fund = make_organisation().user
        client.force_login(fund)

        assert self.go_on(client, "gestora").status_code == 302
        assert account_of(client) == fund.pk

    @pytest.mark.parametrize(
        ("key", "route"), [("fundo", "accounts:sign_in_organisation"), ("analista", "admin:login")]
    )
    def test_who_proves_something_does_it_at_the_door(self, client: Client, key: str, route: str) -> None:
        client.force_login(make_organisation().user)

        assert self.go_on(client, key)["Location"].startswith(reverse(route))
        assert account_of(client) is None

    def test_the_door_of_the_staff_comes_filled(self, client: Client) -> None:
        door = self.go_on(client, "analista")["Location"]
        form = client.get(door).context["form"]
        assert form.initial.keys() >= {"username", "password"}
        assert f'value="{form.initial["password"]}"' in str(form["password"])
        assert client.get(reverse("admin:login")).context["form"].initial.keys().isdisjoint({"username", "password"})

    @pytest.mark.parametrize("key", ["ninguém", "", "\x00", make_cpf(77)])
    def test_nobody_else_is_let_in(self, client: Client, key: str) -> None:
        make_membership(make_person(cpf=make_cpf(77)))

        answer = self.go_on(client, key)

        assert NOT_A_PERSONA in answer.content.decode()
        assert account_of(client) is None

    @pytest.mark.parametrize("target", HOSTILE)
    def test_it_never_leads_away(self, client: Client, target: str) -> None:
        make_membership(make_person(cpf=make_cpf(77)))

        assert self.go_on(client, "gestora", next=target)["Location"] == reverse("egestor:home")

    def test_the_list_opens_where_one_was_and_offers_to_enter_again(self, client: Client) -> None:
        self.go_on(client, "analista")
        answer = client.get(reverse("accounts:sign_in"))

        assert [group.is_open for group in answer.context["groups"]] == [False, True]
        assert answer.context["last"].key == "analista"

    def test_who_is_in_may_see_the_list_to_change(self, client: Client) -> None:
        client.force_login(make_manager())
        assert shown(client, trocar="") == ["fundo", "gestora", "analista"]


@pytest.mark.usefixtures("_personas")
def test_who_does_not_enter_is_told_why_until_a_profile_is_given(client: Client, settings: Any) -> None:
    settings.DEMO_PERSONAS = "tests.accounts.doors.barred_personas"
    assert BARRED in page(client)

    make_membership(make_person(cpf=make_cpf(77)))

    assert BARRED not in page(client)


def test_the_page_says_why_one_is_here_and_who_may_open_it(client: Client) -> None:
    answer = client.get(reverse("accounts:sign_in"), {"next": reverse("egestor:membership_list")})

    asked = answer.context["asked"]
    assert asked.label in answer.content.decode()
    assert asked.who == holders_of("accounts.manage_memberships").who  # type: ignore[union-attr]  # it is declared


@pytest.mark.parametrize("key", ["analista", "ninguém", "", "\x00", "x" * 10_000])
@pytest.mark.usefixtures("_personas")
def test_a_persona_that_is_no_person_needs_a_cpf(client: Client, key: str) -> None:
    make_staff()

    response = post_person(client, "", persona=key)

    assert response.status_code == 200
    assert account_of(client) is None


def test_outside_the_demonstration_no_persona_and_no_password_is_shown(client: Client, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]  # the settings fixture
    settings.DEMO_PERSONAS = "tests.accounts.doors.personas"  # type: ignore[attr-defined]  # the settings fixture
    make_membership(make_person(cpf=make_cpf(77)))

    for text in (page(client), fund_page(client, persona="fundo"), fund_page(client)):
        assert reverse("accounts:continue_as") not in text
        assert PASSWORD not in text
    assert client.post(reverse("accounts:continue_as"), {"persona": "gestora"}).status_code == 422
    post_person(client, "", persona="gestora")
    assert account_of(client) is None


def test_sign_in_leads_to_the_page_asked_for(client: Client) -> None:
    fund = make_organisation()
    asked = client.get(reverse("accounts:outbox"))
    assert asked["Location"] == f"{reverse('accounts:sign_in')}?next={reverse('accounts:outbox')}"

    response = post_fund(client, fund.cnpj, next=reverse("accounts:outbox"))

    assert response["Location"] == reverse("accounts:outbox")


def test_the_page_asked_for_survives_the_doors(client: Client) -> None:
    target = reverse("accounts:outbox")

    assert "next=%2Fcaixa-de-saida%2F" in page(client, next=target)
    assert f'name="next" value="{target}"' in fund_page(client, next=target)
    govbr = client.get(reverse("accounts:sign_in_govbr"), {"next": target}).content.decode()
    assert f'name="next" value="{target}"' in govbr


@pytest.mark.parametrize("target", HOSTILE)
def test_sign_in_never_leads_away(client: Client, target: str) -> None:
    fund, person = make_organisation(), make_person()
    make_membership(person)

    assert target not in fund_page(client, next=target)
    assert post_fund(client, fund.cnpj, next=target)["Location"] == reverse("egestor:home")
    assert client.get(reverse("accounts:sign_in"), {"next": target})["Location"] == reverse("egestor:home")
    assert post_person(Client(), person.cpf_text, next=target)["Location"] == reverse("egestor:home")


def test_who_is_signed_in_is_sent_home(client: Client) -> None:
    client.force_login(make_manager())

    for route in ("sign_in", "sign_in_organisation", "sign_in_govbr"):
        assert client.get(reverse(f"accounts:{route}"))["Location"] == reverse("egestor:home")
        assert client.get(reverse(f"accounts:{route}"), {"next": "/caixa-de-saida/"})["Location"] == "/caixa-de-saida/"


def test_staff_are_sent_to_what_they_do(client: Client) -> None:
    client.force_login(make_staff())

    assert client.get(reverse("accounts:sign_in"))["Location"] == reverse("desk:home")


def test_an_expired_session_is_told_apart_from_no_session(client: Client) -> None:
    target = reverse("accounts:outbox")
    assert EXPIRED not in page(client, next=target)

    post_fund(client, make_organisation().cnpj)
    assert client.get(target).status_code == 200
    # What the browser does with a cookie past its Max-Age.
    del client.cookies["sessionid"]

    assert EXPIRED in client.get(target, follow=True).content.decode()
    assert EXPIRED not in page(client)


def test_sign_out_erases_the_session_and_is_audited(client: Client) -> None:
    fund = make_organisation()
    post_fund(client, fund.cnpj)
    key = client.session.session_key or ""

    response = client.post(reverse("accounts:sign_out"))

    assert response["Location"] == reverse("accounts:sign_in")
    assert not client.session.exists(key)
    assert AuditEvent.objects.filter(verb="sign_out", actor=fund.user).count() == 1
    assert client.get(reverse("egestor:home")).status_code == 302


def test_a_session_that_the_server_dropped_is_told_as_expired(client: Client) -> None:
    post_fund(client, make_organisation().cnpj)
    Session.objects.all().delete()

    assert EXPIRED in client.get(reverse("accounts:outbox"), follow=True).content.decode()


def test_the_session_lasts_two_hours_and_no_more() -> None:
    fund = make_organisation()
    with standing_at(NOON) as clock:
        client = Client()
        post_fund(client, fund.cnpj)
        clock.move_to(NOON + timedelta(hours=2) - timedelta(microseconds=1))
        assert client.get(reverse("accounts:outbox")).status_code == 200
        clock.move_to(NOON + timedelta(hours=2))
        assert client.get(reverse("accounts:outbox")).status_code == 302


def test_after_sign_out_nobody_is_told_that_the_session_expired(client: Client) -> None:
    post_fund(client, make_organisation().cnpj)
    client.post(reverse("accounts:sign_out"))

    assert EXPIRED not in client.get(reverse("accounts:outbox"), follow=True).content.decode()


def test_sign_out_by_link_is_refused_and_twice_does_no_harm(client: Client) -> None:
    client.force_login(make_manager())
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert account_of(client) is not None

    client.post(reverse("accounts:sign_out"))
    assert client.post(reverse("accounts:sign_out")).status_code == 302
    assert AuditEvent.objects.filter(verb="sign_out").count() == 1


def test_a_form_from_elsewhere_does_not_enter(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert post_fund(strict, make_organisation().cnpj).status_code == 403
    assert strict.post(reverse("accounts:sign_out")).status_code == 403
    assert account_of(strict) is None


@pytest.mark.parametrize("route", ["sign_in", "sign_in_govbr"])
def test_the_pages_are_not_kept_by_the_browser(client: Client, route: str) -> None:
    assert "no-store" in client.get(reverse(f"accounts:{route}"))["Cache-Control"]
