"""«Acesso de sistemas»: who makes the users of a credential, what they open by /login, and what ends them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import jwt
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from interop.gateway import Application
from rnds.api import login, osb, token_osb
from rnds.models import Credential, SystemAccess
from rnds.services import systems
from rnds.services.credentials import revoke_credential
from tests.actors import acting
from tests.cadsus.wire import Reply, by_id, query
from tests.cadsus.wire import post as post_message
from tests.clock import Clock, now
from tests.factories import make_manager, make_other_entity, make_staff, make_user
from tests.factories.credentials import make_credential
from tests.switches import Switch

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(authorities: None) -> Credential:
    return make_credential()


def owner(credential: Credential) -> Any:
    return credential.request.requested_by


def create(credential: Credential, username: str = "hospital.ensaio", **given: Any) -> tuple[SystemAccess, str]:
    by = given.pop("by", None) or acting(owner(credential))
    return systems.create_access(credential_id=credential.pk, username=username, by=by, at=now())


def call(application: Application, body: object = None, **environ: str) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
    started: list[Any] = []
    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/login",
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": BytesIO(content),
    } | environ
    answer = b"".join(application(request, lambda status, headers: started.extend((status, headers))))
    return Reply(int(started[0][:3]), dict(started[1]), answer)


def enter(username: str, password: str) -> Reply:
    return call(login.application, {"username": username, "password": password})


def exchange(token: str) -> Reply:
    return call(token_osb.application, PATH_INFO="/token/osb", HTTP_AUTHORIZATION=f"Bearer {token}")


def token_in(reply: Reply) -> str:
    assert reply.status == 200, reply.content
    return str(json.loads(reply.content)["access_token"])


def test_the_password_is_kept_as_a_digest_alone(credential: Credential) -> None:
    access, password = create(credential)
    assert len(password) >= 32
    kept = [str(value) for value in SystemAccess.objects.values().get().values()]
    assert not any(password in value for value in kept)
    event = AuditEvent.objects.get(verb="system_access.created")
    assert (event.actor, event.entity_id) == (owner(credential), credential.entity_id)
    assert password not in str(event.details) + event.target_label
    with pytest.raises(IntegrityError, match="system_access_is_hashed"), transaction.atomic():
        SystemAccess.objects.filter(pk=access.pk).update(password_hash=password)
    with pytest.raises(IntegrityError, match="system_access_revoked_has_who"), transaction.atomic():
        SystemAccess.objects.filter(pk=access.pk).update(revoked_at=now())


def test_a_name_that_no_header_should_carry_is_refused(credential: Credential) -> None:
    for username in ("ab", "a" * 41, "josé", "com espaço", "-x-", "<b>", "a\nb", "a\x00b", ""):
        with pytest.raises(RuleBroken) as refused:
            create(credential, username)
        assert refused.value.field == "username"
    assert not SystemAccess.objects.exists()


def test_a_name_is_of_one_access_for_good(credential: Credential) -> None:
    access, _ = create(credential)
    systems.revoke_access(access_id=access.pk, by=acting(owner(credential)), at=now())
    with pytest.raises(RuleBroken, match="já existe"):
        create(credential)
    with pytest.raises(NotAllowedNow):
        systems.revoke_access(access_id=access.pk, by=acting(owner(credential)), at=now())
    assert AuditEvent.objects.filter(verb__startswith="system_access.").count() == 2


def test_only_its_owner_keeps_them(credential: Credential) -> None:
    access, _ = create(credential)
    for other in (make_staff("rnds_analyst"), make_manager(make_other_entity()), make_user()):
        with pytest.raises(NotPermitted):
            create(credential, "outro", by=acting(other))
        with pytest.raises(NotPermitted):
            systems.revoke_access(access_id=access.pk, by=acting(other), at=now())
    assert SystemAccess.objects.get().revoked_at is None


def test_login_and_then_the_token_of_the_bus_ask_the_pdq(credential: Credential) -> None:
    access, password = create(credential)
    first = enter(access.username, password)
    body = json.loads(first.content)
    assert list(body) == ["access_token", "scope", "token_type", "expires_in"]
    second = exchange(body["access_token"])
    assert json.loads(second.content) | {"access_token": ""} == body | {"access_token": ""}
    token = token_in(second)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["usuario"], claims["cnes"]) == (access.username, credential.establishment_id)
    assert (claims["aud"], claims["cert_sha256"]) == ("osb:", credential.certificate.sha256)
    assert post_message(query(by_id("898001160366001")), shown=f"jwt {token}").code == "NF"


def test_each_token_opens_its_own_door_alone(credential: Credential) -> None:
    access, password = create(credential)
    of_login = token_in(enter(access.username, password))
    of_bus = token_in(exchange(of_login))
    assert post_message(query(by_id("1")), shown=f"jwt {of_login}").status == 401
    assert exchange(of_bus).status == 401
    assert exchange("").status == exchange("lixo").status == exchange("a.b.c").status == 401


def test_a_login_of_another_room_is_refused(credential: Credential, monkeypatch: pytest.MonkeyPatch) -> None:
    access, password = create(credential)
    here = token_in(enter(access.username, password))
    monkeypatch.setattr("rnds.services.bearer.audience", lambda: "osb:outra/1")
    answer = exchange(here)
    assert answer.status == 401
    assert "outra sala" in answer.headers["X-Simulador-Explicacao"]


def test_a_login_is_good_for_thirty_minutes(credential: Credential, clock: Clock) -> None:
    access, password = create(credential)
    token = token_in(enter(access.username, password))
    clock.shift(timedelta(minutes=30) - timedelta(seconds=1))
    assert exchange(token).status == 200
    clock.shift(timedelta(seconds=2))
    assert exchange(token).status == 401


def test_what_ends_the_access_ends_it_at_both_steps(credential: Credential) -> None:
    access, password = create(credential)
    other, other_password = create(credential, "laboratorio")
    token, other_token = token_in(enter(access.username, password)), token_in(enter("laboratorio", other_password))
    systems.revoke_access(access_id=access.pk, by=acting(owner(credential)), at=now())
    for answer in (enter(access.username, password), exchange(token)):
        assert answer.status == 401
        assert "revogado" in answer.headers["X-Simulador-Explicacao"]
    assert exchange(other_token).status == 200
    revoke_credential(credential_id=credential.pk, reason="Notebook furtado", by=acting(owner(credential)), at=now())
    for answer in (enter(other.username, other_password), exchange(other_token)):
        assert answer.status == 401
        assert "foi revogada" in answer.headers["X-Simulador-Explicacao"]
    with pytest.raises(NotAllowedNow):
        create(credential, "terceiro")


def test_an_expired_certificate_ends_it_as_well(credential: Credential, clock: Clock) -> None:
    access, password = create(credential)
    clock.move_to(credential.certificate.not_after)
    answer = enter(access.username, password)
    assert answer.status == 401
    assert "vigencia" in answer.headers["X-Simulador-Explicacao"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"username": 1, "password": 2}',
        b'{"username": "a"}',
        b'{"username": "", "password": ""}',
        b'{"username": "' + b"a" * 5000 + b'", "password": "x"}',
        b"\xff\xfe",
        b"[" * 4000,
    ],
)
def test_a_body_that_is_no_login_says_what_to_send(body: bytes) -> None:
    answer = call(login.application, body)
    assert (answer.status, json.loads(answer.content)["error"]) == (400, "invalid_request")


def test_a_wrong_name_and_a_wrong_password_are_told_alike(credential: Credential) -> None:
    access, _ = create(credential)
    for username, password in ((access.username, "errada"), ("ninguem", "x"), ("a\x00b", "x"), ("x" * 60, "\ud800")):
        answer = enter(username, password)
        assert (answer.status, json.loads(answer.content)["error"]) == (401, "invalid_client")
        assert "nao conferem" in answer.headers["X-Simulador-Explicacao"]


def test_both_steps_have_a_limit_of_their_own(credential: Credential, switch: Switch) -> None:
    switch(auth_rate_limit=2)
    access, password = create(credential, "apressado")
    assert [enter(access.username, password).status for _ in range(3)] == [200, 200, 429]
    assert enter("outro.usuario", password).status == 401


def test_the_scenarios_of_every_door_are_played_here_too(credential: Credential) -> None:
    access, password = create(credential)
    body = {"username": access.username, "password": password}
    slow = call(login.application, body, HTTP_X_SIMULADOR_CENARIO="lento:1")
    assert (slow.status, slow.headers["X-Simulador-Cenario"]) == (200, "lento:1")
    down = call(login.application, body, HTTP_X_SIMULADOR_CENARIO="indisponivel;vezes=1", REMOTE_ADDR="192.0.2.9")
    assert (down.status, down.headers["X-Simulador-Cenario"]) == (503, "indisponivel")
    again = call(login.application, body, HTTP_X_SIMULADOR_CENARIO="indisponivel;vezes=1", REMOTE_ADDR="192.0.2.9")
    assert (again.status, again.headers["X-Simulador-Cenario"]) == (200, "ok")
    for scenario in ("token-expirado", "token-sem-exp"):
        useless = call(
            token_osb.application,
            PATH_INFO="/token/osb",
            HTTP_AUTHORIZATION=f"Bearer {token_in(again)}",
            HTTP_X_SIMULADOR_CENARIO=scenario,
        )
        assert useless.headers["X-Simulador-Cenario"] == scenario
        assert post_message(query(by_id("1")), shown=f"jwt {token_in(useless)}").status == 401
    assert "exp" not in jwt.decode(token_in(useless), options={"verify_signature": False})


def test_only_post(credential: Credential) -> None:
    for application in (login.application, token_osb.application):
        answer = call(application, REQUEST_METHOD="GET")
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert osb.DOOR.paths == ("/api/osb/token",)


# The page.


@pytest.fixture
def page(credential: Credential, client: Client) -> str:
    client.force_login(owner(credential))
    return reverse("rnds:credential_systems", args=[credential.pk])


def test_the_password_is_shown_in_the_answer_to_the_form_and_never_again(
    credential: Credential, client: Client, page: str
) -> None:
    assert page in client.get(reverse("rnds:credential_detail", args=[credential.pk])).content.decode()
    made = client.post(page, {"username": "hospital.ensaio"})
    shown = re.search(r'<textarea id="senha"[^>]*>([^<]+)</textarea>', made.content.decode())
    assert shown
    assert "no-store" in made["Cache-Control"]
    assert enter("hospital.ensaio", shown[1]).status == 200
    again = client.get(page).content.decode()
    assert shown[1] not in again
    assert "hospital.ensaio" in again
    refused = client.post(page, {"username": "hospital.ensaio"})
    assert "já existe" in refused.content.decode()
    access = SystemAccess.objects.get()
    revoke = reverse("rnds:credential_system_revoke", args=[credential.pk, access.pk])
    assert client.post(revoke, follow=True).status_code == 200
    assert enter("hospital.ensaio", shown[1]).status == 401
    assert "REVOGADO" in client.get(page).content.decode()


def test_an_access_of_another_credential_does_not_exist_here(credential: Credential, client: Client, page: str) -> None:
    create(credential)
    foreign = make_credential()
    access, _ = create(foreign, "outro")
    assert client.post(reverse("rnds:credential_system_revoke", args=[credential.pk, access.pk])).status_code == 404
    assert SystemAccess.objects.filter(revoked_at=None).count() == 2


def test_the_list_costs_the_same_with_many(
    credential: Credential, client: Client, page: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        create(credential, f"sistema-{number}")
    with django_assert_max_num_queries(12):
        assert client.get(page).status_code == 200
