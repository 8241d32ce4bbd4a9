"""«Acesso de sistemas» in a real browser: made, shown once, used, revoked."""

import json
from collections.abc import Callable
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.test import Client

from pki import services as pki
from rnds.models import Credential, SystemAccess
from tests.clock import now
from tests.factories.credentials import make_credential
from tests.in_room import cookie_name
from tests.journeys.walker import Walker
from tests.live import LivePortal

pytestmark = pytest.mark.journey


@pytest.fixture
def seeded_portal(live_portal: LivePortal) -> LivePortal:
    """Nobody of the demonstration is needed."""
    return live_portal


@pytest.fixture
def credential(live_portal: LivePortal) -> Credential:
    pki.ensure_authorities(at=now())
    return make_credential()


@pytest.fixture
def walker(people: Callable[[], Walker], live_portal: LivePortal, credential: Credential) -> Walker:
    """Whoever asked for the credential, already in."""
    entered, someone = Client(), people()
    entered.force_login(credential.request.requested_by)
    session = entered.cookies[settings.SESSION_COOKIE_NAME].value
    name = cookie_name(settings.SESSION_COOKIE_NAME)
    someone.page.context.add_cookies([{"name": name, "value": session, "url": live_portal.url}])
    return someone


def login(portal: LivePortal, username: str, password: str) -> str:
    body = json.dumps({"username": username, "password": password}).encode()
    with urlopen(Request(f"{portal.url}/login", data=body, method="POST")) as answer:  # noqa: S310 -- the own portal
        return str(json.load(answer)["token_type"])


def test_made_shown_once_used_and_revoked(walker: Walker, live_portal: LivePortal, credential: Credential) -> None:
    page = f"/rnds/credencial/{credential.pk}/"
    walker.go(page)
    walker.press("Acesso de sistemas")
    walker.sees("Nenhum usuário nesta credencial.")
    walker.fill("Nome do usuário", "com espaço")
    walker.press("Criar")
    walker.sees("Use de 3 a 40 letras sem acento")
    walker.fill("Nome do usuário", "hospital.ensaio")
    walker.press("Criar")
    walker.sees("Guarde agora: não será mostrada de novo.")
    password = walker.page.locator("#senha").input_value()
    assert login(live_portal, "hospital.ensaio", password) == "jwt"
    walker.go(f"{page}sistemas/")
    assert walker.page.locator("#senha").count() == 0
    walker.page.get_by_role("button", name="Revogar").first.click()
    walker.follow(walker.page.locator("dialog button[value=yes]"))
    walker.sees("Acesso de hospital.ensaio revogado.")
    walker.sees("REVOGADO")
    assert SystemAccess.objects.get().revoked_at
