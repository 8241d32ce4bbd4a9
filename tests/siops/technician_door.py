"""The technician's door as a browser knocks at it, and links as a mailbox receives them."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import PasswordLink
from accounts.services.passwords import set_password_by_link
from accounts.session import BOND
from common.models import OutboxMessage
from siops.models import Technician
from siops.services.technician_access import send_first_access, send_recovery
from tests.factories import NOON
from tests.factories.siops import make_technician
from tests.refusals import page_after

PASSWORD = "Minha-Senha-2026"
WRONG = "CPF ou senha inválidos. Atenção: a senha diferencia maiúsculas de minúsculas."
ANSWER = "Se o CPF estiver cadastrado, as instruções foram enviadas ao e-mail do cadastro."
MICROSECOND = timedelta(microseconds=1)


def knock(client: Client, cpf: str, password: str = PASSWORD) -> Any:
    return page_after(client, client.post(reverse("siops:technician_sign_in"), {"cpf": cpf, "password": password}))


def bound(client: Client) -> dict[str, Any] | None:
    """What the session is bound to."""
    found: dict[str, Any] | None = client.session.get(BOND)
    return found


def secret_sent_to(email: str) -> str:
    """The secret of the newest link that a mailbox received."""
    message = OutboxMessage.objects.filter(to_email=email, body__contains="/entrar/senha/").latest("pk")
    found = re.search(r"/entrar/senha/([\w-]+)/", message.body)
    assert found
    return found.group(1)


def set_password(email: str, *, password: str = PASSWORD, at: datetime = NOON) -> None:
    """Use the newest link of a mailbox."""
    set_password_by_link(secret=secret_sent_to(email), password=password, confirmation=password, at=at)


def make_entered(*args: Any, password: str = PASSWORD, **fields: Any) -> Technician:
    """An active technician who set the password by the link of the first access."""
    technician = make_technician(*args, **fields)
    send_first_access(technician_id=technician.pk, at=NOON)
    set_password(technician.email, password=password)
    return technician


def recover(technician: Technician, *, at: datetime = NOON) -> list[PasswordLink]:
    return send_recovery(cpf=technician.person.cpf_text, at=at)
