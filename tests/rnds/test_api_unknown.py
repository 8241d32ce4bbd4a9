"""Below /api/ a machine never reads a page: what is not simulated says so in JSON."""

import pytest
import requests
from django.test import Client

from common.text import in_ascii
from tests.live import LivePortal
from tests.switches import Switch

PATHS = ["/api", "/api/", "/api/token/", "/api/TOKEN", "/api/fhir/r4/Patient", "/api/fhir/r4/metadata?x=1", "/api/a//b"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "patch", "options"])
def test_not_simulated_yet(path: str, method: str) -> None:
    """To whoever has no session, no CSRF token and no certificate."""
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (501, "application/json")
    assert answer["X-Simulador-Request-Id"]
    assert answer["X-Simulador-Explicacao"].isascii()
    if method != "head":
        body = answer.json()
        assert list(body) == ["error", "error_description", "simulador"]
        assert body["error_description"] == "Este endereço ainda não é simulado."
        assert in_ascii(body["simulador"]["explicacao"]) == answer["X-Simulador-Explicacao"]


@pytest.mark.django_db
def test_outside_training_only_the_real_fields(switch: Switch) -> None:
    switch(training_mode=False)
    answer = Client().get("/api/fhir/r4/Patient")
    assert set(answer.json()) == {"error", "error_description"}
    assert "X-Simulador-Explicacao" not in answer


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/.well-known/outro.json", "/pki/ac/nenhuma.cer", "/pki/lcr/nenhuma.crl"])
def test_other_addresses_of_machines_answer_in_json_too(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "not_found", "error_description": "Endereço não encontrado."}


def test_on_the_wire(live_portal: LivePortal) -> None:
    """Real listeners: the header is the same text in every client, and the body is UTF-8."""
    for url, verify in ((live_portal.url, None), (live_portal.tls_url, str(live_portal.ca_bundle))):
        answer = requests.post(f"{url}/api/fhir/r4/Bundle", json={}, verify=verify, timeout=10)
        assert answer.status_code == 501
        assert "TLS mutuo" in answer.headers["X-Simulador-Explicacao"]
        assert "TLS mútuo" in answer.json()["simulador"]["explicacao"]
