"""«Mensagens» of a credential: whose calls are in it, and sending one again."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from common.exceptions import NotPermitted, RuleBroken
from common.models import AuditEvent
from interop import journal
from interop.models import Exchange, Message
from rnds.api import login as login_door
from rnds.api import token_osb
from rnds.models import Credential
from rnds.services import messages, systems
from rnds.services.credentials import revoke_credential
from tests.actors import acting
from tests.cadsus import wire
from tests.cadsus.wire import by_id, query
from tests.clock import now
from tests.factories import make_manager, make_person, make_user
from tests.factories.certificates import Pfx, grant_credential, make_pfx

pytestmark = pytest.mark.django_db
ASKED = query(by_id("52998224725"))


@pytest.fixture(autouse=True)
def _empty_log() -> Iterator[None]:
    cache.clear()
    journal._waiting.clear()
    yield
    journal._waiting.clear()


@pytest.fixture
def pfx() -> Pfx:
    return make_pfx(at=now())


@pytest.fixture
def credential(pfx: Pfx) -> Credential:
    return grant_credential(pfx, at=now())


@pytest.fixture
def manager(credential: Credential) -> Any:
    return make_manager(credential.entity)


def call(credential: Credential, body: str = ASKED, **environ: Any) -> Exchange:
    """A question with a token of the credential, written in the log."""
    reply = wire.post(body, **{"shown": f"jwt {wire.token(sha256=credential.certificate.sha256)}"} | environ)
    journal.write()
    return Exchange.objects.get(request_id=reply.headers["X-Simulador-Request-Id"])


def again(credential: Credential, line: Exchange, by: Any) -> Exchange:
    new = messages.send_again(
        credential_id=credential.pk, request_id=line.request_id, by=acting(by), at=now(), real_at=now()
    )
    return Exchange.objects.get(request_id=new)


def test_the_same_bytes_get_the_answer_of_now(credential: Credential, manager: Any) -> None:
    first = call(credential)
    make_person(cpf="52998224725")
    second = again(credential, first, manager)
    assert (first.explanation, second.explanation) == ("Nenhum cadastro tem todos os números pedidos.", "")
    one, other = (Message.objects.get(exchange=line).content() for line in (first, second))
    assert one is not None
    assert other is not None
    assert one.sent == other.sent
    assert b'queryResponseCode code="NF"' in (one.answered or b"")
    assert b'queryResponseCode code="OK"' in (other.answered or b"")
    assert {line.path for line in messages.sent_again(first)} == {"/api/osb/token", "/cadsus/v2/PDQSupplierJWT"}
    assert AuditEvent.objects.get(verb="message.sent_again").details["request_id_of_first"] == first.request_id


def test_a_token_call_is_made_again_with_the_certificate(credential: Credential, manager: Any, pfx: Pfx) -> None:
    first = call(credential)
    again(credential, first, manager)
    token = Exchange.objects.get(path="/api/osb/token")
    assert (token.status, token.fingerprint) == (200, credential.certificate.sha256)
    assert again(credential, token, manager).status == 200


@pytest.mark.parametrize("is_revoked", [False, True])
def test_the_exchange_of_a_login_is_made_again_for_the_same_user(
    credential: Credential, manager: Any, is_revoked: bool
) -> None:
    entry, password = systems.create_access(
        credential_id=credential.pk, username="municipio", by=acting(manager), at=now()
    )
    given = {"username": "municipio", "password": password}
    login = wire.post(json.dumps(given).encode(), application=login_door.application, PATH_INFO="/login")
    shown = f"Bearer {json.loads(login.content)['access_token']}"
    reply = wire.post(b"", shown=shown, application=token_osb.application, PATH_INFO="/token/osb")
    journal.write()
    first = Exchange.objects.get(request_id=reply.headers["X-Simulador-Request-Id"])
    if is_revoked:
        systems.revoke_access(access_id=entry.pk, by=acting(manager), at=now())
    second = again(credential, first, manager)
    assert (first.status, second.path, second.status) == (200, "/token/osb", 401 if is_revoked else 200)
    assert second.claims["usuario"] == "municipio"
    assert ("revogado" in second.explanation) is is_revoked


def test_with_a_revoked_credential_the_second_answer_is_the_refusal_of_the_token(
    credential: Credential, manager: Any
) -> None:
    first = call(credential)
    revoke_credential(credential_id=credential.pk, reason="Perdida", by=acting(manager), at=now())
    second = again(credential, first, manager)
    assert (second.path, second.status) == ("/api/osb/token", 401)
    assert "revogado" in second.explanation


def test_only_who_may_download_the_credential_sends_again(credential: Credential) -> None:
    line = call(credential)
    with pytest.raises(NotPermitted):
        again(credential, line, make_user())
    assert Exchange.objects.count() == 1
    assert not AuditEvent.objects.filter(verb="message.sent_again").exists()


def test_what_is_no_longer_kept_is_not_sent_again(credential: Credential, manager: Any) -> None:
    line = call(credential)
    with override_settings(MESSAGES_DAYS=0), pytest.raises(RuleBroken, match="já não está guardado"):
        again(credential, line, manager)
    too_long = call(credential, body=wire.envelope(ASKED) + b" " * 70_000)  # type: ignore[arg-type] # bytes as they are
    with pytest.raises(RuleBroken, match="já não está guardado"):
        again(credential, too_long, manager)


def test_the_message_of_another_credential_does_not_exist(credential: Credential, manager: Any) -> None:
    other = grant_credential(make_pfx(at=now()), at=now())
    with pytest.raises(Exchange.DoesNotExist):
        again(credential, call(other), manager)


class TestThePages:
    @pytest.fixture
    def client(self, client: Client, manager: Any) -> Client:
        client.force_login(manager)
        return client

    def path(self, credential: Credential, *more: str) -> str:
        return "/".join([f"/rnds/credencial/{credential.pk}/mensagens", *more, ""])

    def test_the_list_has_every_call_of_the_certificate_and_no_other(
        self, client: Client, credential: Credential
    ) -> None:
        call(credential)
        call(credential, shown=f"jwt {wire.token(at=now() - timedelta(hours=1), sha256=credential.certificate.sha256)}")
        call(grant_credential(make_pfx(at=now()), at=now()))
        # Not written yet: who looks does not wait for the writer.
        wire.post(ASKED, shown=f"jwt {wire.token(sha256=credential.certificate.sha256)}")
        page = client.get(self.path(credential))
        assert page.context["page"].paginator.count == 3
        html = page.content.decode()
        assert "ATENDIDA" in html
        assert "O token venceu" in html

    def test_the_list_costs_the_same_with_one_row_and_with_ten(
        self, client: Client, credential: Credential, django_assert_max_num_queries: Any
    ) -> None:
        costs = []
        for times in (1, 9):
            for _ in range(times):
                call(credential)
            with django_assert_max_num_queries(30) as asked:
                client.get(self.path(credential))
            costs.append(len(asked))
        assert costs[0] == costs[1]

    def test_a_message_is_sent_again_and_both_answers_stand_beside_each_other(
        self, client: Client, credential: Credential
    ) -> None:
        line = call(credential)
        page = client.get(self.path(credential, line.request_id))
        html = page.content.decode()
        assert f"/mensagens/{Message.objects.get().link}/" in html
        assert "52998224725" not in html
        answer = client.post(self.path(credential, line.request_id, "enviar-de-novo"), follow=True)
        html = answer.content.decode()
        assert answer.status_code == 200
        for text in ("Primeira resposta", "Resposta ao reenvio", "os mesmos bytes"):
            assert text in html

    def test_without_its_content_only_the_line_is_shown(self, client: Client, credential: Credential) -> None:
        line = call(credential)
        with override_settings(MESSAGES_DAYS=0):
            html = client.get(self.path(credential, line.request_id)).content.decode()
        assert "Sem o conteúdo" in html
        assert "Enviar de novo" not in html

    def test_a_call_that_is_not_its_own_does_not_exist(self, client: Client, credential: Credential) -> None:
        assert client.get(self.path(credential, str(uuid4()))).status_code == 404
