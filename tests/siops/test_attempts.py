"""Every POST that counts something answers with a redirect: F5 on the page after it counts nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from common.models import AuditEvent, OutboxMessage
from pki.models import Medium
from tests.factories import make_cpf, make_organisation, make_staff, siops
from tests.siops.doors import PIN, PUK, WRONG, make_medium, take_token, text_of
from tests.siops.technician_door import make_entered
from tests.titles import title_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
NEW_PIN = {"new_pin": "86420", "repeated_pin": "86420"}


@dataclass(frozen=True)
class Attempt:
    """One wrong attempt: what is typed where, and what the page after it says."""

    route: str
    told: str
    data: Callable[[], dict[str, str]]


def fund() -> dict[str, str]:
    return {"cnpj": make_organisation().cnpj, "password": "errada", "not_a_robot": "on"}


def technician() -> dict[str, str]:
    return {"cpf": make_entered().person.cpf_text, "password": "Senha-errada-1"}


ATTEMPTS = {
    "password of a fund": Attempt("accounts:sign_in_organisation", "CNPJ ou senha inválidos", fund),
    "gov.br": Attempt(
        "accounts:sign_in_govbr", "não possui perfil ativo", lambda: {"cpf": make_cpf(7_001), "level": "ouro"}
    ),
    "password of a technician": Attempt("siops:technician_sign_in", "CPF ou senha inválidos", technician),
    "password of the staff": Attempt(
        "admin:login", "corretos", lambda: {"username": make_staff().login, "password": "errada"}
    ),
    "PUK": Attempt(
        "siops:sign_in_puk", "Não foi possível desbloquear", lambda: {"cpf": make_cpf(7_002), "puk": "0" * 8} | NEW_PIN
    ),
    "CPF of no gestor": Attempt("siops:certification_request", "CPF não localizado", lambda: {"cpf": make_cpf(7_003)}),
    "protocol": Attempt(
        "siops:certification_status",
        "Nenhuma solicitação foi encontrada",
        lambda: {"cpf": make_cpf(7_004), "protocol": "AAAA-AAAA-AAAA"},
    ),
}


def counted() -> list[Any]:
    """Everything that an attempt leaves behind."""
    failures = sorted(AccessAttempt.objects.values_list("username", "failures_since_start"))
    kept = {key: value for key, value in getattr(cache, "_cache", {}).items() if "throttle" in key}
    return [AuditEvent.objects.count(), OutboxMessage.objects.count(), failures, kept]


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_reload_after_a_wrong_attempt_makes_no_other(name: str) -> None:
    attempt, client = ATTEMPTS[name], Client()
    answer = client.post(reverse(attempt.route), attempt.data())
    assert answer.status_code == 302
    after = counted()
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert attempt.told in page.content.decode()
    client.get(answer["Location"])
    assert counted() == after


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_title_of_the_page_after_a_wrong_attempt_begins_with_the_error_once(name: str) -> None:
    attempt, client = ATTEMPTS[name], Client()
    answer = client.post(reverse(attempt.route), attempt.data())
    assert title_of(client.get(answer["Location"])).startswith("Erro: ")
    assert "Erro" not in title_of(client.get(answer["Location"]))


@pytest.mark.parametrize("name", ATTEMPTS)
def test_what_was_typed_comes_back_but_never_a_secret(name: str) -> None:
    attempt, client = ATTEMPTS[name], Client()
    data = attempt.data()
    answer = client.post(reverse(attempt.route), data)
    page = client.get(answer["Location"]).content.decode()
    for field in ("password", "puk", "new_pin"):
        if field in data:
            assert f'value="{data[field]}"' not in page
    for kept in client.session.values():
        assert data.get("cpf", "-") not in str(kept)


def test_a_reload_after_a_wrong_pin_tries_no_pin() -> None:
    medium = make_medium(siops.make_health_manager().person)
    client = Client()
    take_token(client, medium.certificate.holder_document)
    answer = client.post(reverse("siops:sign_in_pin"), {"pin": WRONG})
    assert answer["Location"] == reverse("siops:sign_in_pin")
    for _ in range(5):
        page = client.get(answer["Location"])
        assert "Restam 2 tentativas." in text_of(page)
        assert title_of(page).startswith("Erro: ")
    assert Medium.objects.get(pk=medium.pk).pin_failures == 1


def test_the_page_of_a_blocked_certificate_has_no_pin_field_and_two_ways_on() -> None:
    medium = make_medium(siops.make_health_manager().person)
    client = Client()
    take_token(client, medium.certificate.holder_document)
    for _ in range(3):
        assert 'name="pin"' in text_of(client.get(reverse("siops:sign_in_pin")))
        client.post(reverse("siops:sign_in_pin"), {"pin": WRONG})
    page = text_of(client.get(reverse("siops:sign_in_pin")))
    assert 'name="pin"' not in page
    assert reverse("siops:sign_in_puk") in page
    assert reverse("siops:certification_orientation") in page
    take_token(client, medium.certificate.holder_document)
    assert 'name="pin"' in text_of(client.get(reverse("siops:sign_in_pin")))


def test_the_holder_alone_is_told_what_became_of_the_medium() -> None:
    """The door says the same to everybody; the mail to the address of the record tells blocked from destroyed."""
    manager = siops.make_health_manager()
    medium, client = make_medium(manager.person), Client()
    take_token(client, manager.person.cpf_text)
    for _ in range(4):
        client.post(reverse("siops:sign_in_pin"), {"pin": WRONG})
    blocked = OutboxMessage.objects.get()
    assert (blocked.to_email, blocked.subject) == (manager.email, "SIOPS: certificado digital bloqueado")
    assert reverse("siops:sign_in_puk") in blocked.body
    wrong = f"{(int(PUK) + 1) % 10**8:08d}"
    for _ in range(4):
        client.post(reverse("siops:sign_in_puk"), {"cpf": manager.person.cpf, "puk": wrong} | NEW_PIN)
    assert Medium.objects.get(pk=medium.pk).status == Medium.Status.DESTROYED
    destroyed = OutboxMessage.objects.exclude(pk=blocked.pk).get()
    assert destroyed.subject == "SIOPS: certificado digital inutilizado"
    assert "Solicite outro certificado" in destroyed.body


def test_a_right_pin_after_wrong_ones_tells_nobody() -> None:
    manager = siops.make_health_manager()
    make_medium(manager.person)
    client = Client()
    take_token(client, manager.person.cpf_text)
    client.post(reverse("siops:sign_in_pin"), {"pin": WRONG})
    client.post(reverse("siops:sign_in_pin"), {"pin": PIN})
    assert not OutboxMessage.objects.exists()
