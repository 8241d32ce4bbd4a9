"""The client certificate header: believed from nginx on a unix socket, and from nobody else."""

import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import pytest
import requests
from django.conf import settings as django_settings
from django.test import override_settings

from common.redaction import redact
from config.servers.proxy import behind_proxy
from tests.live import LivePortal

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB+/=\n-----END CERTIFICATE-----\n"
FORGED = {"HTTP_X_SSL_CLIENT_CERT": quote(CERTIFICATE), "HTTP_X_REAL_IP": "203.0.113.9", "REMOTE_ADDR": "127.0.0.1"}


def seen_by_the_application(environ: dict[str, Any]) -> dict[str, Any]:
    def application(received: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return []

    behind_proxy(application)(environ, lambda *_: lambda _: None)
    return environ


@pytest.fixture
def unix_socket() -> Iterable[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listener:
        yield listener


def test_on_a_trusted_unix_socket_the_header_becomes_the_certificate(unix_socket: socket.socket) -> None:
    with override_settings(TRUST_TLS_HEADER=True):
        seen = seen_by_the_application(FORGED | {"gunicorn.socket": unix_socket})
    assert seen["SSL_CLIENT_CERT"] == CERTIFICATE
    assert seen["REMOTE_ADDR"] == "203.0.113.9"


def test_an_empty_header_is_no_certificate(unix_socket: socket.socket) -> None:
    with override_settings(TRUST_TLS_HEADER=True):
        seen = seen_by_the_application({"HTTP_X_SSL_CLIENT_CERT": "", "gunicorn.socket": unix_socket})
    assert "SSL_CLIENT_CERT" not in seen


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("family", [socket.AF_INET, None])
def test_by_tcp_the_header_is_dropped_whatever_the_setting(trusted: bool, family: int | None) -> None:
    environ: dict[str, Any] = dict(FORGED)
    with socket.socket(family or socket.AF_INET) as listener, override_settings(TRUST_TLS_HEADER=trusted):
        if family:
            environ["gunicorn.socket"] = listener
        seen = seen_by_the_application(environ)
    assert "SSL_CLIENT_CERT" not in seen
    assert "HTTP_X_SSL_CLIENT_CERT" not in seen
    assert seen["REMOTE_ADDR"] == "127.0.0.1"


def test_on_a_unix_socket_the_header_waits_for_the_switch(unix_socket: socket.socket) -> None:
    assert django_settings.TRUST_TLS_HEADER is False
    seen = seen_by_the_application(FORGED | {"gunicorn.socket": unix_socket})
    assert "SSL_CLIENT_CERT" not in seen


@pytest.mark.parametrize("name", ["X-SSL-Client-Cert", "X_SSL_Client_Cert", "SSL_CLIENT_CERT", "SSL-Client-Cert"])
@pytest.mark.parametrize("trusted", [True, False])
def test_forged_headers_on_the_plain_port_are_no_certificate(
    live_portal: LivePortal, settings: Any, name: str, trusted: bool
) -> None:
    settings.TRUST_TLS_HEADER = trusted
    for address, bundle in ((live_portal.url, True), (live_portal.tls_url, str(live_portal.ca_bundle))):
        answer = requests.get(
            address + "/api/token", headers={name: quote(CERTIFICATE)}, verify=bundle, timeout=10, cert=None
        )
        assert answer.status_code == 401
        assert answer.json()["error_description"] == "Certificado digital não apresentado."


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/rnds/credenciais/", "/rnds/credenciais/"),
        ("/pessoa/99900100131/editar", "/pessoa/***/editar"),
        ("/termo/" + "a1B2" * 10, "/termo/***"),
        ("/pki/ac/egestor-raiz.crt", "/pki/ac/egestor-raiz.crt"),
        # A secret in hexadecimal may begin with as many digits as a CPF has.
        ("/entrar/senha/12345678901f0e257d4baf4ac13748ce/", "/entrar/senha/***/"),
    ],
)
def test_the_access_log_hides_what_identifies_people(path: str, logged: str) -> None:
    assert redact(path) == logged
