"""Each confirmation that wrote a mail links to the mailbox where it lies."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from common import mail
from common.exceptions import RuleBroken
from common.models import OutboxMessage
from tests.clock import now
from tests.factories import (
    make_entity,
    make_establishment,
    make_manager,
    make_organisation,
    person_of,
)
from tests.factories.siops import make_coordinator, make_ticket
from tests.siops.support import session_of

pytestmark = pytest.mark.django_db
HERE = "está na caixa de correio simulada de"


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.DEMO = True


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request) if HERE in str(message)]


def link(address: str) -> str:
    return f'<a href="{reverse("accounts:mailbox", query={"endereco": address})}">{address}</a>'


def generate_token(client: Client) -> tuple[Any, str]:
    entity = make_entity()
    fund, manager, place = make_organisation(entity), make_manager(entity), make_establishment(entity)
    client.force_login(fund.user)
    cpf = person_of(manager).cpf
    data = {"cpf": cpf, "confirmed_cpf": cpf, "establishment": place.cnes, "gerar": "1"}
    return client.post(reverse("egestor:token_create"), data), person_of(manager).email


def test_the_token_that_was_generated(client: Client) -> None:
    answer, address = generate_token(client)
    assert OutboxMessage.objects.filter(to_email=address).exists()
    assert told(answer) == [f"O e-mail desta ação {HERE} {link(address)}."]
    page = client.get(reverse("accounts:mailbox"), {"endereco": address})
    assert [letter.to_email for letter in page.context["letters"]] == [address]


def test_the_answer_of_the_ministry() -> None:
    ticket = make_ticket(at=now())
    client = session_of(make_coordinator())
    answer = client.post(reverse("siops:ticket_answer", args=[ticket.pk]), {"text": "Já foi corrigido, confira."})
    written = OutboxMessage.objects.get()
    assert told(answer) == [f"O e-mail desta ação {HERE} {link(written.to_email)}."]


def test_outside_the_demonstration_there_is_no_mailbox_to_link(client: Client, settings: Any) -> None:
    settings.DEMO = False
    assert told(generate_token(client)[0]) == []


def test_what_was_undone_is_not_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        mail.write("password_changed", to="alguem@saude.example", at=now(), user=None, changed_at=now())
        OutboxMessage.objects.all().delete()
        raise RuleBroken("Não agora.")

    monkeypatch.setattr("egestor.views.tokens.generate_token", refuse)
    assert told(generate_token(client)[0]) == []


def test_at_the_door_nothing_tells_whether_there_is_a_mailbox(client: Client) -> None:
    fund = make_organisation()
    answer = client.post(reverse("accounts:forgot_organisation"), {"cnpj": fund.cnpj})
    assert told(answer) == []
