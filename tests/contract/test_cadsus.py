"""The CADSUS through the client that municipal systems use, as it comes: token by certificate, then PDQ."""

import asyncio
from typing import Any

import pytest
from cadsus_client import CadSUSAuthenticationError, buscar_pessoa
from django.core.cache import cache

from registry.models import Cns
from rnds.models import Credential
from rnds.services import systems
from tests.actors import acting
from tests.apart import run_apart
from tests.cadsus.wire import make_known
from tests.clock import now
from tests.contract.conftest import ClientFiles


@pytest.fixture
def pointed(client: ClientFiles, monkeypatch: pytest.MonkeyPatch) -> ClientFiles:
    """The published client with nothing but its settings: addresses and certificate."""
    environment = {
        "CADSUS_AUTH_METHOD": "CERT",
        "CADSUS_AUTH_TOKEN_URL": client.token_url.replace("/api/token", "/api/osb/token"),
        "CADSUS_API_URL": client.token_url.replace("/api/token", "/cadsus/v2/PDQSupplierJWT"),
        "CADSUS_CERT": str(client.folder / "client.pem"),
        "CADSUS_KEY": str(client.folder / "client.key"),
        "CADSUS_SYSTEM_CODE": "SISREDE",
        "SSL_CERT_FILE": str(client.folder / "ca.pem"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    cache.clear()
    return client


def ask(number: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = run_apart(lambda: asyncio.run(buscar_pessoa(number)))
    return found


@pytest.mark.filterwarnings("ignore:`(cert|verify)=:DeprecationWarning")
def test_acceptance_14_the_published_client_finds_a_person_by_each_number(pointed: ClientFiles) -> None:
    person = make_known()
    provisional = Cns.objects.get(person=person, kind="P").number
    told = ask(str(person.cpf))
    assert told is not None
    assert (told["nome"], told["cns"], told["nome_da_mae"]) == (person.name, person.cns, person.mother)
    assert told["lista_cns"] == [person.cns, provisional]
    assert told["telefone"] == "(31)99999-0000"
    assert ask(str(person.cns)) == told == ask(provisional)
    # With wrong check digits, as in its own tests, a number is nobody's.
    assert ask("898001160366001") is None


@pytest.mark.filterwarnings("ignore:`(cert|verify)=:DeprecationWarning")
def test_a_revoked_credential_gets_no_token(pointed: ClientFiles) -> None:
    pointed.revoke()
    with pytest.raises(CadSUSAuthenticationError, match="401"):
        ask("11144477735")


@pytest.fixture
def logged_in(pointed: ClientFiles, monkeypatch: pytest.MonkeyPatch) -> ClientFiles:
    """The same client in its second mode: user name and password, and no certificate at all."""
    credential = Credential.objects.get(requester_id=pointed.requester_id)
    access, password = systems.create_access(
        credential_id=credential.pk, username="municipio", by=acting(credential.request.requested_by), at=now()
    )
    base = pointed.token_url.removesuffix("/api/token")
    environment = {
        "CADSUS_AUTH_METHOD": "API",
        "CADSUS_AUTH_LOGIN_URL": f"{base}/login",
        "CADSUS_AUTH_TOKEN_URL": f"{base}/token/osb",
        "CADSUS_USER": access.username,
        "CADSUS_PASSWORD": password,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name in ("CADSUS_CERT", "CADSUS_KEY"):
        monkeypatch.delenv(name)
    return pointed


def test_acceptance_14_the_published_client_asks_in_its_second_mode(logged_in: ClientFiles) -> None:
    person = make_known()
    provisional = Cns.objects.get(person=person, kind="P").number
    told = ask(str(person.cpf))
    assert told is not None
    assert (told["nome"], told["lista_cns"]) == (person.name, [person.cns, provisional])
    assert ask(str(person.cns)) == told == ask(provisional)
    assert ask("898001160366001") is None


def test_a_revoked_credential_ends_the_second_mode(logged_in: ClientFiles) -> None:
    logged_in.revoke()
    with pytest.raises(CadSUSAuthenticationError, match="401"):
        ask("11144477735")
