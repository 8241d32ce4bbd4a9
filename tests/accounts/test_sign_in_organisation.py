"""«Acesso FMS/FES»: CNPJ of the fund and case-sensitive password."""

import re
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import documents
from common.models import AuditEvent
from tests.accounts.doors import WRONG_DOOR, WRONG_PASSWORD, account_of, post_fund
from tests.factories import PASSWORD, make_cnpj, make_cpf, make_organisation, make_person, make_staff, make_user
from tests.switches import Switch

pytestmark = pytest.mark.django_db

# Example of the alphanumeric CNPJ published by the Receita Federal.
ALPHANUMERIC = "12ABC34501DE35"


def test_the_fund_enters_with_cnpj_and_password(client: Client) -> None:
    fund = make_organisation()

    response = post_fund(client, fund.cnpj)

    assert response.status_code == 302
    assert response["Location"] == reverse("egestor:home")
    assert account_of(client) == fund.user_id
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.details) == ("sign_in.succeeded", fund.user, {"proof": "senha"})


@pytest.mark.parametrize("typed", ["12ABC34501DE35", "12.abc.345/01de-35", " 12.ABC.345/01DE-35 ", "12abc34501de35"])
def test_an_alphanumeric_cnpj_is_accepted_in_any_case_and_mask(client: Client, typed: str) -> None:
    fund = make_organisation(cnpj=ALPHANUMERIC)

    post_fund(client, typed)

    assert account_of(client) == fund.user_id


@pytest.mark.parametrize("password", [PASSWORD.lower(), PASSWORD.upper(), PASSWORD.swapcase(), f"{PASSWORD} ", "x"])
def test_the_password_distinguishes_capitals(client: Client, password: str) -> None:
    fund = make_organisation()

    response = post_fund(client, fund.cnpj, password)

    assert account_of(client) is None
    assert WRONG_PASSWORD in response.content.decode()


def test_a_password_may_begin_and_end_with_spaces(client: Client) -> None:
    fund = make_organisation()
    fund.user.set_password(" com espaço ")
    fund.user.save()

    post_fund(client, fund.cnpj, " com espaço ")

    assert account_of(client) == fund.user_id


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"cnpj": "11222333000182"}, "CNPJ inválido"),
        ({"cnpj": "1122233300018"}, "CNPJ inválido."),
        ({"cnpj": "abc"}, "CNPJ inválido."),
        ({"cnpj": "11222333000181\x00"}, "CNPJ inválido."),
        ({"cnpj": ""}, "Este campo é obrigatório."),
        ({"cnpj": "9" * 5000}, "CNPJ inválido."),
        ({"password": ""}, "Este campo é obrigatório."),
        ({"password": "a\x00b"}, "Caracteres nulos não são permitidos."),
        ({"password": "x" * 100_000}, "128 caracteres"),
        ({"not_a_robot": ""}, "Confirme que você não é um robô."),
        ({"cnpj": make_cpf(1)}, WRONG_DOOR),
        ({"cnpj": "000.000.001-91"}, WRONG_DOOR),
    ],
)
def test_refusals_of_the_form(client: Client, data: dict[str, str], message: str) -> None:
    make_organisation(cnpj=make_cnpj(1))
    sent = {"cnpj": make_cnpj(1), "password": PASSWORD} | data

    response = post_fund(client, **sent)

    assert response.status_code == 200
    assert message in response.content.decode()
    assert account_of(client) is None
    assert not AuditEvent.objects.exists()


def test_training_mode_tells_which_rule_of_the_cnpj_failed(client: Client, switch: Switch) -> None:
    switch(training_mode=True)
    assert "CNPJ inválido: dígito verificador não confere." in post_fund(client, "11222333000182").content.decode()
    switch(training_mode=False)
    page = post_fund(client, "11222333000182").content.decode()
    assert "CNPJ inválido." in page
    assert "dígito verificador" not in page


def test_the_answer_is_the_same_whether_or_not_the_cnpj_exists(client: Client) -> None:
    known = make_organisation().cnpj
    unknown = make_cnpj(999_999)

    pages = []
    for cnpj in (known, unknown):
        text = post_fund(Client(), cnpj, "errada").content.decode()
        start, end = text.index("<main"), text.index("</main>")
        typed = documents.format_cnpj(cnpj)
        pages.append(_without_token(text[start:end].replace(typed, "…").replace(cnpj, "…")))

    assert WRONG_PASSWORD in pages[0]
    assert pages[0] == pages[1]


def test_the_password_is_hashed_whether_or_not_the_cnpj_exists(client: Client) -> None:
    known, unknown = make_organisation().cnpj, make_cnpj(999_999)

    with mock.patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as encode:
        post_fund(client, known, "errada")
        calls_for_known = encode.call_count
        post_fund(client, unknown, "errada")

    assert calls_for_known == 1
    assert encode.call_count == 2


def test_a_failure_is_audited_without_the_cnpj_and_without_the_password(client: Client) -> None:
    fund = make_organisation()

    post_fund(client, fund.cnpj, "Senha-errada")
    post_fund(client, make_cnpj(999_999), "Senha-errada")

    of_unknown, of_known = AuditEvent.objects.order_by("-pk")
    assert {of_known.verb, of_unknown.verb} == {"sign_in.failed"}
    assert of_known.target_id == str(fund.user_id)
    assert of_unknown.target_label == "Conta desconhecida"
    for event in (of_known, of_unknown):
        written = f"{event.target_label} {event.details}"
        assert fund.cnpj not in written
        assert make_cnpj(999_999) not in written
        assert "errada" not in written


def test_neither_the_password_nor_the_cnpj_stays_in_the_list_of_attempts(client: Client) -> None:
    from axes.models import AccessAttempt  # noqa: PLC0415 -- its module needs the apps loaded

    fund = make_organisation()
    post_fund(client, fund.cnpj, "Senha-errada")

    attempt = AccessAttempt.objects.get()
    written = " ".join(str(getattr(attempt, field.name)) for field in AccessAttempt._meta.fields)
    assert fund.cnpj not in written
    assert "Senha-errada" not in written


def test_an_inactive_fund_does_not_enter(client: Client) -> None:
    fund = make_organisation()
    User.objects.filter(pk=fund.user_id).update(is_active=False)

    response = post_fund(client, fund.cnpj)

    assert WRONG_PASSWORD in response.content.decode()
    assert account_of(client) is None


def test_a_person_never_enters_by_password_even_if_one_is_set(client: Client) -> None:
    user = make_user(make_person())
    user.set_password(PASSWORD)
    user.save()

    response = client.post(reverse("admin:login"), {"username": user.login, "password": PASSWORD})

    assert response["Location"] == reverse("admin:login")
    assert account_of(client) is None


def test_staff_do_not_enter_by_the_door_of_the_fund(client: Client) -> None:
    make_staff(make_cnpj(42))

    response = post_fund(client, make_cnpj(42))

    assert WRONG_PASSWORD in response.content.decode()
    assert account_of(client) is None


def test_the_session_changes_its_key_at_sign_in(client: Client) -> None:
    session = client.session
    session["before"] = "kept by an attacker"
    session.save()
    before = session.session_key

    fund = make_organisation()
    post_fund(client, fund.cnpj)

    assert client.session.session_key != before
    assert account_of(client) == fund.user_id
    assert account_of(Client(headers={"cookie": f"sessionid={before}"})) is None


def test_the_password_is_never_sent_back(client: Client) -> None:
    fund = make_organisation()

    page = post_fund(client, fund.cnpj, "Senha-errada").content.decode()

    assert "Senha-errada" not in page
    assert fund.cnpj[:2] in page


def test_the_door_of_the_fund_is_a_page_of_its_own(client: Client) -> None:
    response = client.get(reverse("accounts:sign_in_organisation"))

    assert response.status_code == 200
    assert set(response.context["form"].fields) == {"cnpj", "password", "not_a_robot"}


def _without_token(page: str) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]+"', r"\1", page)
