"""Five failures in fifteen minutes close the door for fifteen minutes, for that login from that address."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.doors import PORTAL
from common.models import AuditEvent
from tests.accounts.doors import LOCKED, WRONG_PASSWORD, account_of, post_fund
from tests.clock import Clock
from tests.factories import NOON, PASSWORD, make_organisation, make_other_entity, make_staff

pytestmark = pytest.mark.django_db

COOL_OFF = timedelta(minutes=15)
MICROSECOND = timedelta(microseconds=1)


def fail(client: Client, login: str, times: int) -> list[int]:
    return [post_fund(client, login, "errada").status_code for _ in range(times)]


def test_the_limit_and_the_time_are_those_of_the_procedure() -> None:
    assert settings.AXES_FAILURE_LIMIT == 5
    assert PORTAL.closed_for == COOL_OFF


def test_the_fifth_failure_locks(client: Client) -> None:
    fund = make_organisation()

    assert fail(client, fund.cnpj, 4) == [200] * 4
    fifth = post_fund(client, fund.cnpj, "errada")

    assert fifth.status_code == 429
    assert LOCKED in fifth.content.decode()
    assert fifth["Retry-After"] == "900"


def test_the_page_says_how_many_minutes_are_left(client: Client, clock: Clock) -> None:
    fund = make_organisation()
    fail(client, fund.cnpj, 5)
    said = []
    for minutes in (4, 10.5, 0.4):
        clock.shift(timedelta(minutes=minutes))
        answer = post_fund(client, fund.cnpj, "errada")
        said.append((re.findall(r"<strong>(Falta[^<]*)</strong>", answer.content.decode()), answer["Retry-After"]))
    assert said == [
        (["Faltam 11 minutos."], "660"),
        (["Falta menos de 1 minuto."], "30"),
        (["Falta menos de 1 minuto."], "6"),
    ]


def test_four_failures_and_the_right_password_enter(client: Client) -> None:
    fund = make_organisation()
    fail(client, fund.cnpj, 4)

    post_fund(client, fund.cnpj)

    assert account_of(client) == fund.user_id


def test_entering_forgets_the_failures(client: Client) -> None:
    fund = make_organisation()
    fail(client, fund.cnpj, 4)
    post_fund(client, fund.cnpj)

    assert fail(Client(), fund.cnpj, 4) == [200] * 4


@pytest.mark.parametrize(
    ("waited", "opens"), [(COOL_OFF - MICROSECOND, False), (COOL_OFF, False), (COOL_OFF + MICROSECOND, True)]
)
def test_the_right_password_opens_only_after_fifteen_minutes(
    client: Client, clock: Clock, waited: timedelta, opens: bool
) -> None:
    fund = make_organisation()
    fail(client, fund.cnpj, 5)

    clock.move_to(NOON + waited)
    response = post_fund(client, fund.cnpj)

    assert (account_of(client) == fund.user_id) is opens
    assert response.status_code == (302 if opens else 429)


def test_trying_while_locked_does_not_lengthen_the_lock(client: Client, clock: Clock) -> None:
    fund = make_organisation()
    fail(client, fund.cnpj, 5)
    clock.move_to(NOON + timedelta(minutes=14))
    assert post_fund(client, fund.cnpj, "errada").status_code == 429

    clock.move_to(NOON + COOL_OFF + MICROSECOND)
    post_fund(client, fund.cnpj)

    assert account_of(client) == fund.user_id


def test_another_fund_and_another_address_are_not_locked(client: Client) -> None:
    fund, other = make_organisation(), make_organisation(make_other_entity())
    fail(client, fund.cnpj, 5)

    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    post_fund(elsewhere, fund.cnpj)
    post_fund(client, other.cnpj)

    assert account_of(elsewhere) == fund.user_id
    assert account_of(client) == other.user_id


def test_an_unknown_cnpj_is_locked_just_the_same(client: Client) -> None:
    statuses = fail(client, "12ABC34501DE35", 5)

    assert statuses == [200, 200, 200, 200, 429]


def test_the_case_and_mask_of_the_cnpj_do_not_open_new_chances(client: Client) -> None:
    ways = ["12ABC34501DE35", "12abc34501de35", "12.ABC.345/01DE-35", " 12ABC34501DE35", "12.abc.345/01de-35"]

    assert [post_fund(client, way, "errada").status_code for way in ways] == [200, 200, 200, 200, 429]


def test_behind_nginx_on_a_unix_socket_the_address_comes_from_the_header(client: Client) -> None:
    fund = make_organisation()
    attacker = Client(REMOTE_ADDR="", HTTP_X_REAL_IP="203.0.113.7")
    assert fail(attacker, fund.cnpj, 5)[-1] == 429

    other = Client(REMOTE_ADDR="", HTTP_X_REAL_IP="203.0.113.8")
    post_fund(other, fund.cnpj)

    assert account_of(other) == fund.user_id


def test_a_forged_header_on_the_plain_port_gives_no_new_chances() -> None:
    fund = make_organisation()

    statuses = [post_fund(Client(HTTP_X_REAL_IP=f"203.0.113.{n}"), fund.cnpj, "errada").status_code for n in range(5)]

    assert statuses[-1] == 429


def test_staff_are_locked_at_the_door_of_the_admin(client: Client) -> None:
    staff = make_staff()
    data = {"username": staff.login, "password": "errada"}

    statuses = [client.post(reverse("admin:login"), data).status_code for _ in range(5)]
    response = client.post(reverse("admin:login"), data | {"password": PASSWORD})

    assert statuses == [302, 302, 302, 302, 429]
    assert LOCKED in response.content.decode()
    assert account_of(client) is None


def test_staff_entries_and_failures_are_audited(client: Client) -> None:
    staff = make_staff()
    client.post(reverse("admin:login"), {"username": staff.login, "password": "errada"})
    client.post(reverse("admin:login"), {"username": staff.login, "password": PASSWORD})

    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "sign_in.failed",
        "sign_in.succeeded",
    ]
    assert account_of(client) == staff.pk


def test_nothing_typed_appears_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    fund = make_organisation()
    with caplog.at_level("DEBUG"):
        fail(client, fund.cnpj, 5)
        post_fund(Client(REMOTE_ADDR="203.0.113.7"), fund.cnpj)

    assert "AXES" in caplog.text
    assert fund.cnpj not in caplog.text
    assert "errada" not in caplog.text
    assert PASSWORD not in caplog.text
    assert WRONG_PASSWORD not in caplog.text
