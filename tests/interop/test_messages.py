"""What of a call is kept whole: sealed, for some days, and read by whoever has its link."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client, override_settings

from cadsus.api import pdq
from interop import journal, messages
from interop.models import Exchange, Message
from interop.tasks import prune_exchanges
from rnds.api import token as token_door
from tests.cadsus import wire
from tests.cadsus.wire import by_id, query
from tests.clock import now
from tests.factories.certificates import grant_credential, make_pfx
from tests.interop.conftest import ask

pytestmark = pytest.mark.django_db
NOBODY = query(by_id("52998224725"))


@pytest.fixture(autouse=True)
def _no_limit_yet() -> None:
    cache.clear()


def sent(body: bytes | str = NOBODY, **environ: Any) -> Message:
    """The message of a call, written."""
    reply = wire.post(body, **environ)
    journal.write()
    return Message.objects.get(exchange__request_id=reply.headers["X-Simulador-Request-Id"])


def opened(message: Message) -> messages.Content:
    content = message.content()
    assert content is not None
    return content


def test_the_bytes_that_came_and_went_are_kept() -> None:
    reply = wire.post(NOBODY, HTTP_X_SIMULADOR_CENARIO="ok")
    journal.write()
    content = opened(Message.objects.get())
    assert content.sent == wire.envelope(NOBODY)
    assert content.answered == reply.content
    assert content.headers["CONTENT_TYPE"] == "application/soap+xml"
    assert content.headers["HTTP_X_SIMULADOR_CENARIO"] == "ok"
    assert (content.scheme, content.had_certificate) == ("jwt", False)


def test_nothing_of_it_can_be_read_in_the_database() -> None:
    shown = f"jwt {wire.token()}"
    sealed = bytes(sent(shown=shown).sealed)
    assert b"52998224725" not in sealed
    assert b"PRPA_IN201305UV02" not in sealed
    kept = str(opened(Message.objects.get()))
    assert wire.token() not in kept
    assert shown.split(".")[2] not in kept


def test_the_token_of_an_answer_is_not_kept() -> None:
    pfx = make_pfx(at=now())
    grant_credential(pfx, at=now())
    _, _, body = ask(token_door.application, "/api/token", SSL_CLIENT_CERT=pfx.pem)
    journal.write()
    content = opened(Message.objects.get())
    assert content.answered is not None
    assert content.answered.startswith(b'{"access_token":"***"')
    assert content.had_certificate
    assert b"access_token" in body


def test_a_call_of_nobody_leaves_its_line_alone() -> None:
    wire.post(NOBODY, shown="jwt estranho")
    journal.write()
    assert (Exchange.objects.count(), Message.objects.count()) == (1, 0)


def test_a_call_that_ends_before_its_door_asks_belongs_to_its_caller() -> None:
    message = sent(HTTP_X_SIMULADOR_CENARIO="indisponivel")
    assert message.exchange.fingerprint == wire.SHA256
    assert message.exchange.status == 503
    # Also what the door did not come to read.
    assert opened(message).sent == wire.envelope(NOBODY)


def test_a_token_that_is_over_or_of_another_service_still_tells_whose_the_call_is() -> None:
    over = sent(shown=f"jwt {wire.token(at=now() - timedelta(hours=1))}")
    assert (over.exchange.status, over.exchange.fingerprint) == (401, wire.SHA256)
    assert "venceu" in over.exchange.explanation
    foreign = sent(shown=f"jwt {wire.token(audience='osb:outra/1')}")
    assert (foreign.exchange.status, foreign.exchange.fingerprint) == (401, wire.SHA256)


def test_a_body_that_is_too_long_is_not_kept() -> None:
    content = opened(sent(wire.envelope(NOBODY) + b" " * messages.MOST_SENT))
    assert content.sent is None
    assert content.answered is not None


def test_a_flood_leaves_its_lines_and_the_first_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_WITH_MESSAGES", 3)
    for _ in range(5):
        wire.post(NOBODY)
    assert journal.write() == 5
    assert (Exchange.objects.count(), Message.objects.count()) == (5, 3)


def test_messages_end_before_their_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    first = sent()
    edge = first.exchange.real_at + messages.kept_for()
    assert Message.objects.kept_at(edge - timedelta(microseconds=1)).exists()
    assert not Message.objects.kept_at(edge).exists()
    with override_settings(MESSAGES_DAYS=0):
        assert prune_exchanges() == 0
    assert (Exchange.objects.count(), Message.objects.count()) == (1, 0)
    sent()
    sent()
    monkeypatch.setattr(messages, "KEPT_AT_MOST", 1)
    prune_exchanges()
    assert (Exchange.objects.count(), Message.objects.count()) == (3, 1)
    # A line that goes takes its message along.
    monkeypatch.setattr(journal, "KEPT_AT_MOST", 0)
    assert prune_exchanges() == 3
    assert not Message.objects.exists()


def test_a_message_is_never_changed() -> None:
    sent()
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("UPDATE interop_message SET link = 'x'")


class TestThePageOfALink:
    def test_anybody_reads_it_without_numbers_or_secrets(self, client: Client) -> None:
        person = wire.make_known()
        message = sent(query(by_id(str(person.cpf))))
        page = client.get(f"/mensagens/{message.link}/")
        html = page.content.decode()
        assert page.status_code == 200
        assert page["Cache-Control"].startswith("max-age=0")
        for text in (person.name, "ATENDIDA".lower(), "PRPA_IN201306UV02", wire.SHA256, "SHA-256"):
            assert text in html
        for hidden in (person.cpf, person.cns):
            assert str(hidden) not in html
        assert f"{str(person.cpf)[-4:]}" in html

    def test_it_is_only_read_and_nobody_guesses_it(self, client: Client) -> None:
        link = sent().link
        assert len(link) == 32
        assert client.post(f"/mensagens/{link}/").status_code == 405
        assert client.get(f"/mensagens/{link[:-1]}/").status_code == 404

    def test_it_ends_with_its_days(self, client: Client) -> None:
        link = sent().link
        with override_settings(MESSAGES_DAYS=0):
            assert client.get(f"/mensagens/{link}/").status_code == 404

    def test_after_the_key_is_lost_it_says_so(self, client: Client) -> None:
        link = sent().link
        with override_settings(SECRET_KEY="outra"):
            assert "chave que este portal já não tem" in client.get(f"/mensagens/{link}/").content.decode()

    def test_a_refused_token_shows_its_cause(self, client: Client) -> None:
        link = sent(shown=f"jwt {wire.token(at=now() - timedelta(hours=1))}").link
        html = client.get(f"/mensagens/{link}/").content.decode()
        assert "Mensagem recusada" in html
        assert "O token venceu" in html

    def test_the_integrator_is_told_its_address(self, client: Client) -> None:
        pfx = make_pfx(at=now())
        grant_credential(pfx, at=now())
        _, headers, _ = ask(token_door.application, "/api/token", SSL_CLIENT_CERT=pfx.pem)
        read = client.get(f"/sim/chamadas/{headers['X-Simulador-Request-Id']}", SSL_CLIENT_CERT=pfx.pem)
        assert read.json()["message"].endswith(f"/mensagens/{Message.objects.get().link}/")


def test_doors_that_keep_messages_answer_by_themselves() -> None:
    assert pdq.DOOR.keeps_messages
