"""What cannot be delivered delays no other e-mail, is tried again later and later, and ends where the staff sees it."""

import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import outbox
from common.models import OutboxMessage
from common.outbox import Outcome, deliver_next
from common.tasks import deliver_outbox
from config.paths import BASE_DIR
from tests.clock import NOON
from tests.factories import make_administrator
from tests.runs import free_port

pytestmark = pytest.mark.django_db

ANSWERS = {"desconhecido": b"550 5.1.1 desconhecido@ensaio.example nao existe", "cheia": b"452 4.2.2 caixa cheia"}


class Talk(socketserver.StreamRequestHandler):
    """As much SMTP as a sender needs; the address decides the answer to RCPT."""

    server: "MailServer"
    recipient = ""

    def handle(self) -> None:
        self.wfile.write(b"220 prova\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 siga\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.server.delivered.append(self.recipient)
                self.wfile.write(b"250 ok\r\n")
            elif word == b"RCPT":
                found = re.search(rb"<(.*)>", line)
                assert found
                self.recipient = found[1].decode()
                self.server.asked.append(self.recipient)
                self.wfile.write(ANSWERS.get(self.recipient.partition("@")[0], b"250 ok") + b"\r\n")
            else:
                self.wfile.write(b"221 adeus\r\n" if word == b"QUIT" else b"250 ok\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.asked: list[str] = []
        self.delivered: list[str] = []


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    made = MailServer()
    threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = made.server_address[:2]
    settings.EMAIL_TIMEOUT = 5
    yield made
    made.shutdown()
    made.server_close()


def owe(name: str) -> OutboxMessage:
    return OutboxMessage.objects.create(
        to_email=f"{name}@ensaio.example", subject=f"Aviso a {name}", body="Olá.", written_at=NOON
    )


def deliver_all(*, at: datetime) -> list[Outcome]:
    outcomes: list[Outcome] = []
    while (outcome := deliver_next(at=at)) is not Outcome.NOTHING_DUE:
        outcomes.append(outcome)
    return outcomes


def test_one_bad_address_repeats_nothing(server: MailServer) -> None:
    rows = [owe(name) for name in ("ana", "desconhecido", "bia", "cheia", "caio")]
    assert deliver_all(at=NOON) == [Outcome.SENT, Outcome.FAILED, Outcome.SENT, Outcome.FAILED, Outcome.SENT]
    for minutes in (0, 1, 2, 3, 5, 8):
        deliver_all(at=NOON + timedelta(minutes=minutes))
    assert sorted(server.delivered) == [f"{name}@ensaio.example" for name in ("ana", "bia", "caio")]
    for row in rows:
        row.refresh_from_db()
    assert [row.attempts for row in rows] == [1, 1, 1, 4, 1]
    assert rows[1].given_up_at == NOON
    assert rows[1].last_error == "SMTPRecipientsRefused 550"
    assert rows[3].given_up_at is None


def test_what_may_arrive_is_tried_later_and_later_and_then_given_up(server: MailServer) -> None:
    row, at = owe("cheia"), NOON
    pauses = []
    while row.given_up_at is None:
        assert deliver_next(at=at) is Outcome.FAILED
        row.refresh_from_db()
        if row.given_up_at is None:
            assert row.next_try_at
            pauses.append(row.next_try_at - at)
            assert deliver_next(at=row.next_try_at - timedelta(microseconds=1)) is Outcome.NOTHING_DUE
            at = row.next_try_at
    assert [pause // timedelta(minutes=1) for pause in pauses[:8]] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert row.attempts == outbox.MOST_ATTEMPTS == len(server.asked)
    assert deliver_next(at=at + timedelta(days=30)) is Outcome.NOTHING_DUE


def test_while_the_server_is_away_nothing_counts_as_an_attempt(server: MailServer, settings: Any) -> None:
    row, port = owe("ana"), settings.EMAIL_PORT
    settings.EMAIL_PORT = free_port()
    for days in range(30):
        assert deliver_next(at=NOON + timedelta(days=days)) is Outcome.SERVER_AWAY
    assert deliver_outbox() == 0
    row.refresh_from_db()
    assert (row.attempts, row.next_try_at, row.given_up_at) == (0, None, None)
    settings.EMAIL_PORT = port
    assert deliver_next(at=NOON + timedelta(days=30)) is Outcome.SENT


@pytest.mark.parametrize("field", ["subject", "to_email"])
def test_a_text_that_no_mail_can_carry_is_given_up(server: MailServer, field: str) -> None:
    row = owe("ana")
    OutboxMessage.objects.filter(pk=row.pk).update(**{field: "a\nb@ensaio.example"})
    assert deliver_next(at=NOON) is Outcome.FAILED
    row.refresh_from_db()
    assert row.given_up_at == NOON


def test_whoever_dies_while_sending_leaves_the_mail_to_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    row = owe("ana")
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", _die)
        with pytest.raises(KeyboardInterrupt):
            deliver_next(at=NOON)
    assert deliver_next(at=NOON + outbox.CLAIM - timedelta(microseconds=1)) is Outcome.NOTHING_DUE
    assert deliver_next(at=NOON + outbox.CLAIM) is Outcome.SENT
    row.refresh_from_db()
    assert (row.attempts, row.sent_at) == (2, NOON + outbox.CLAIM)


def _die(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_turn_ends_when_the_server_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.tasks.DELIVERY_SECONDS", -1.0)
    for name in ("ana", "bia"):
        owe(name)
    assert deliver_outbox() == 1


def test_a_silent_server_does_not_hold_the_worker_in_production() -> None:
    text = (BASE_DIR / "config" / "settings" / "production.py").read_text()
    found = re.search(r"^EMAIL_TIMEOUT = (\d+)$", text, re.MULTILINE)
    assert found
    assert 0 < int(found[1]) <= 30


def test_the_staff_sees_what_was_given_up_and_never_its_text(server: MailServer) -> None:
    for name in ("desconhecido", "ana"):
        owe(name)
    deliver_all(at=NOON)
    client = Client()
    client.force_login(make_administrator("administrador"))
    page = client.get(reverse("admin:common_outboxmessage_changelist"), {"situacao": "nao-entregue"})
    assert page.status_code == 200
    assert "Aviso a desconhecido" in page.content.decode()
    assert "Aviso a ana" not in page.content.decode()
    detail = client.get(reverse("admin:common_outboxmessage_change", args=[OutboxMessage.objects.earliest("pk").pk]))
    assert "SMTPRecipientsRefused 550" in detail.content.decode()
    assert "Olá." not in detail.content.decode()
