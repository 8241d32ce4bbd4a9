"""GET /api/token through the clients that integrators use: a token, its keys, and a refusal that each can read."""

import asyncio
import json
import ssl

import httpx
import jwt
import pytest
import requests
from django.core.cache import cache
from rnds_client.base_client import RndsBaseClient

from tests.apart import run_apart
from tests.contract.conftest import ClientFiles, Run
from tests.contract.tools import CLIENTS

REVOKED = "Certificado revogado."


def is_token(body: dict[str, object]) -> bool:
    """Exactly the published fields, in training mode too."""
    assert list(body) == ["access_token", "scope", "token_type", "expires_in"]
    return (body["scope"], body["token_type"], body["expires_in"]) == ("read write", "jwt", 1_800_000)


def is_refusal(body: dict[str, object], explanation: str) -> bool:
    """The contract's fields first; the cause in ASCII in the header and with its accents in the body."""
    assert list(body) == ["error", "error_description", "simulador"]
    assert explanation.isascii()
    assert "revogado" in explanation
    return (body["error"], body["error_description"]) == ("invalid_client", REVOKED)


@pytest.mark.needs("curl")
def test_curl(client: ClientFiles, run: Run) -> None:
    container = f"client.pfx:{client.password}"
    call = ["curl", "-sS", "-i", "--cacert", "ca.pem", "--cert-type", "P12", "--cert", container, client.token_url]
    head, _, body = run(*call).partition("\n\n")
    assert head.startswith(("HTTP/1.1 200", "HTTP/1.0 200"))
    assert is_token(json.loads(body))
    client.revoke()
    head, _, body = run(*call).partition("\n\n")
    explanation = next(line for line in head.splitlines() if line.lower().startswith("x-simulador-explicacao"))
    assert is_refusal(json.loads(body), explanation)


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_openssl(client: ClientFiles, run: Run, version: str) -> None:
    address = client.token_url.removeprefix("https://").partition("/")[0]
    command = ["openssl", "s_client", "-connect", address, version, "-CAfile", "ca.pem", "-verify_return_error"]
    files = ["-cert", "client.pem", "-cert_chain", "client.pem", "-key", "client.key", "-ign_eof", "-quiet"]
    asked = f"GET /api/token HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    head, _, body = run(*command, *files, given=asked).partition("\n\n")
    assert "200 OK" in head
    assert is_token(json.loads(body[body.index("{") : body.rindex("}") + 1]))


def test_requests(client: ClientFiles) -> None:
    with requests.Session() as caller:
        caller.cert = (str(client.folder / "client.pem"), str(client.folder / "client.key"))
        authorities = str(client.folder / "ca.pem")
        assert is_token(caller.get(client.token_url, verify=authorities, timeout=10).json())
        client.revoke()
        answer = caller.get(client.token_url, verify=authorities, timeout=10)
    assert is_refusal(answer.json(), answer.headers["X-Simulador-Explicacao"])


def test_httpx(client: ClientFiles) -> None:
    context = ssl.create_default_context(cafile=str(client.folder / "ca.pem"))
    context.load_cert_chain(client.folder / "client.pem", client.folder / "client.key")
    with httpx.Client(verify=context) as caller:
        assert is_token(caller.get(client.token_url).json())
        client.revoke()
        answer = caller.get(client.token_url)
        assert is_refusal(answer.json(), answer.headers["X-Simulador-Explicacao"])


def test_pyjwkclient(client: ClientFiles) -> None:
    """The token is verified with the keys that the portal publishes, found by their number."""
    certificate = (str(client.folder / "client.pem"), str(client.folder / "client.key"))
    body = requests.get(client.token_url, cert=certificate, verify=str(client.folder / "ca.pem"), timeout=10).json()
    context = ssl.create_default_context(cafile=str(client.folder / "ca.pem"))
    keys = jwt.PyJWKClient(f"{client.api_url}jwks", ssl_context=context)
    key = keys.get_signing_key_from_jwt(body["access_token"])
    claims = jwt.decode(body["access_token"], key, algorithms=["RS256"])
    assert claims["sub"] == "12ABC34501DE35"


@pytest.mark.filterwarnings("ignore:`cert=...` is deprecated:DeprecationWarning")
def test_3s_rnds_client(client: ClientFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """The published client of another house, as it comes: its settings and its authorities are in the environment."""
    environment = {
        "RNDS_AUTH_METHOD": "CERT",
        "RNDS_AUTH_TOKEN_URL": client.token_url,
        "RNDS_API_URL": client.api_url,
        "RNDS_CERT": str(client.folder / "client.pem"),
        "RNDS_KEY": str(client.folder / "client.key"),
        "SSL_CERT_FILE": str(client.folder / "ca.pem"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert run_apart(lambda: asyncio.run(bearer()))["X-Authorization-Server"].count(".") == 2
    client.revoke()
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        run_apart(lambda: asyncio.run(bearer()))


async def bearer() -> dict[str, str]:
    """The headers that this client sends with each call, its token among them."""
    # It keeps the token in Django's cache, under one name for all.
    cache.clear()
    caller = await RndsBaseClient.create()
    try:
        return await caller.headers()
    finally:
        await caller.aclose()


@pytest.mark.needs("node")
def test_node(client: ClientFiles, run: Run) -> None:
    call = ["node", CLIENTS / "token.mjs", client.token_url, "client.pfx", client.password, "ca.pem"]
    answer = json.loads(run(*call))
    assert answer["status"] == 200
    assert is_token(answer["body"])
    client.revoke()
    answer = json.loads(run(*call))
    assert answer["status"] == 401
    assert is_refusal(answer["body"], answer["explanation"])


@pytest.mark.needs("java")
def test_java(client: ClientFiles, run: Run) -> None:
    call = ["java", CLIENTS / "Token.java", client.token_url, "client.pfx", client.password, "ca.pem"]
    status, _, body = run(*call).split("\n", 2)
    assert status == "200"
    assert is_token(json.loads(body))
    client.revoke()
    status, explanation, body = run(*call).split("\n", 2)
    assert status == "401"
    assert is_refusal(json.loads(body), explanation)


@pytest.mark.needs("curl")
def test_what_is_not_simulated_is_json_for_every_client(client: ClientFiles, run: Run) -> None:
    body = run("curl", "-sS", "--cacert", "ca.pem", "-d", "{}", f"{client.api_url}fhir/r4/Bundle")
    assert json.loads(body)["error"] == "not_implemented"
