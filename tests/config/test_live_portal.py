"""The web process as it is served: pages and the token service over real sockets, in both error modes."""

import ssl
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from django.core.management import call_command

from pki import services as pki
from pki.models import Authority, Certificate
from tests.authorities import other_keys
from tests.clock import now
from tests.factories import make_cnpj
from tests.factories.certificates import make_holder
from tests.live import LivePortal
from tests.switches import Switch

PASSWORD = "Ensaio-2026"


@pytest.fixture
def issued(live_portal: LivePortal, tmp_path: Path) -> tuple[Certificate, Path]:
    """A certificate in force, and a PEM file with it and its key."""
    at = now()
    certificate, file = pki.issue_certificate(
        holder=make_holder(make_cnpj(7)), authority_slug="egestor", password=PASSWORD, form="moderno", at=at
    )
    pki.activate_certificate(certificate_id=certificate.pk, at=at)
    key, leaf, chain = pkcs12.load_key_and_certificates(file.content, PASSWORD.encode())
    assert key
    assert leaf
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path / "client.pem"
    path.write_bytes(pem + b"".join(each.public_bytes(Encoding.PEM) for each in (leaf, *chain)))
    return certificate, path


def ask_token(portal: LivePortal, certificate: Path | None = None) -> requests.Response:
    given = str(certificate) if certificate else None
    return requests.get(f"{portal.tls_url}/api/token", cert=given, verify=str(portal.ca_bundle), timeout=10)


def test_pages_static_files_and_health_come_from_the_plain_port(live_portal: LivePortal) -> None:
    assert requests.get(live_portal.url + "/healthz", timeout=10).json()["database"] == "ok"
    page = requests.get(live_portal.url + "/entrar/", timeout=10)
    assert page.status_code == 200
    assert page.headers["X-Simulador-Request-Id"]
    style = requests.get(live_portal.url + "/static/dsgovbr/core-lite.min.css", timeout=10)
    assert (style.status_code, style.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')


def test_the_certificate_opens_the_token_service(live_portal: LivePortal, issued: tuple[Certificate, Path]) -> None:
    certificate, file = issued
    answer = ask_token(live_portal, file)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "jwt"

    pki.revoke_certificate(certificate_id=certificate.pk, reason="key_compromise", at=now())
    answer = ask_token(live_portal, file)
    assert (answer.status_code, answer.json()["error_description"]) == (401, "Certificado revogado.")


def test_tls_mode_refuses_in_the_handshake(
    live_portal: LivePortal, issued: tuple[Certificate, Path], switch: Switch
) -> None:
    certificate, file = issued
    switch(auth_error_mode="tls")
    live_portal.renew_trust()
    assert ask_token(live_portal, file).status_code == 200
    with pytest.raises((requests.ConnectionError, ssl.SSLError), match="CERTIFICATE_REQUIRED"):
        ask_token(live_portal)

    pki.revoke_certificate(certificate_id=certificate.pk, reason="key_compromise", at=now())
    live_portal.house.renew_trust(at=now())
    with pytest.raises((requests.ConnectionError, ssl.SSLError), match="CERTIFICATE_REVOKED"):
        ask_token(live_portal, file)


def test_a_reset_keeps_the_authorities_and_every_import_of_them(live_portal: LivePortal, settings: Any) -> None:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    imported = live_portal.ca_bundle.read_bytes()
    crl_numbers = set(Authority.objects.values_list("slug", "crl_number"))
    printed = StringIO()
    call_command("reset", stdout=printed)
    assert "As autoridades ficaram." in printed.getvalue()
    live_portal.house.renew_trust(at=now())
    assert pki.trusted_bundle_pem() == imported
    assert set(Authority.objects.values_list("slug", "crl_number")) == crl_numbers
    assert (
        requests.get(f"{live_portal.tls_url}/api/token", verify=str(live_portal.ca_bundle), timeout=10).status_code
        == 401
    )


def test_only_when_asked_a_reset_makes_new_authorities(live_portal: LivePortal, settings: Any) -> None:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    before = live_portal.ca_bundle.read_bytes()
    with other_keys():
        call_command("reset", "--renovar-autoridades", stdout=StringIO())
    live_portal.house.renew_trust(at=now())
    roots = settings.DATA_DIR / "ca.pem"
    assert requests.get(f"{live_portal.tls_url}/api/token", verify=str(roots), timeout=10).status_code == 401
    assert roots.read_bytes() not in before
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{live_portal.tls_url}/api/token", verify=str(live_portal.ca_bundle), timeout=10)
