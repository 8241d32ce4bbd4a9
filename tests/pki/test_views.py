"""What verifiers fetch over HTTP, without signing in."""

import base64
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from pki import services
from pki.models import Authority, Certificate
from tests.clock import now
from tests.pki.conftest import PERSON, SECRET, Issue

pytestmark = pytest.mark.django_db


def ocsp_request(certificate: Certificate) -> bytes:
    leaf, issuer = (
        x509.load_pem_x509_certificate(pem.encode()) for pem in (certificate.pem, certificate.authority.certificate_pem)
    )
    builder = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA256())
    return builder.build().public_bytes(Encoding.DER)


def test_certificates_of_authorities(client: Client, authorities: list[Authority]) -> None:
    for authority in authorities:
        der, pem = (client.get(f"/pki/ac/{authority.slug}.{kind}") for kind in ("cer", "pem"))
        assert (der.status_code, der["Content-Type"]) == (200, "application/pkix-cert")
        expected = x509.load_pem_x509_certificate(authority.certificate_pem.encode())
        assert x509.load_der_x509_certificate(der.content) == expected
        assert x509.load_pem_x509_certificate(pem.content) == expected


def test_bundle(client: Client, authorities: list[Authority]) -> None:
    answer = client.get("/pki/ac/cadeia.pem")
    assert len(x509.load_pem_x509_certificates(answer.content)) == 4
    assert answer["Content-Disposition"] == 'attachment; filename="cadeia.pem"'


@pytest.mark.parametrize("folder", ["lcr", "lcr-espelho"])
def test_both_addresses_of_a_list_give_the_fresh_one(client: Client, issue: Issue, folder: str) -> None:
    certificate, _ = issue()
    assert len(x509.load_der_x509_crl(client.get(f"/pki/{folder}/icp.crl").content)) == 0
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=now())
    answer = client.get(f"/pki/{folder}/icp.crl")
    crl = x509.load_der_x509_crl(answer.content)
    assert len(crl) == 1
    assert crl.next_update_utc is not None
    assert crl.next_update_utc > now()
    assert answer["Content-Type"] == "application/pkix-crl"
    assert "no-store" in answer["Cache-Control"]


def test_responder_by_post_and_by_get(client: Client, issue: Issue) -> None:
    certificate, _ = issue()
    der = ocsp_request(certificate)
    posted = client.post("/pki/ocsp/icp/", der, content_type="application/ocsp-request")
    fetched = client.get("/pki/ocsp/icp/" + quote(base64.b64encode(der).decode(), safe=""))
    for answer in (posted, fetched):
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/ocsp-response")
        assert ocsp.load_der_ocsp_response(answer.content).certificate_status is ocsp.OCSPCertStatus.GOOD


def test_responder_needs_no_csrf_token(issue: Issue) -> None:
    certificate, _ = issue()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/pki/ocsp/icp/", ocsp_request(certificate), content_type="application/ocsp-request")
    assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"", b"x" * 3_000_000])
def test_responder_answers_rubbish_politely(client: Client, authorities: list[Authority], body: bytes) -> None:
    answer = client.post("/pki/ocsp/icp/", body, content_type="application/ocsp-request")
    malformed = ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    assert ocsp.load_der_ocsp_response(answer.content).response_status is malformed
    answer = client.get("/pki/ocsp/icp/nao-e-base64!")
    assert ocsp.load_der_ocsp_response(answer.content).response_status is malformed


@pytest.mark.parametrize(
    "path", ["ac/nenhuma.cer", "ac/nenhuma.pem", "lcr/nenhuma.crl", "lcr-espelho/nenhuma.crl", "ocsp/nenhuma/AAAA"]
)
def test_unknown_authorities_are_not_found(client: Client, authorities: list[Authority], path: str) -> None:
    assert client.get(f"/pki/{path}").status_code == 404
    assert client.post("/pki/ocsp/nenhuma/").status_code == 404


def test_only_reading(client: Client, authorities: list[Authority]) -> None:
    for path in ("", "ac/icp.cer", "ac/icp.pem", "ac/cadeia.pem", "lcr/icp.crl"):
        assert client.post(f"/pki/{path}").status_code == 405
    assert client.get("/pki/ocsp/icp/").status_code == 405


def test_page_of_authorities(client: Client, authorities: list[Authority]) -> None:
    services.publish_crl(authority_slug="icp", at=now())
    services.revoke_authority(authority_slug="egestor", at=now())
    page = client.get("/pki/")
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count("<h1") == 1
    assert "Autoridades simuladas" in html
    for authority in authorities:
        assert authority.name in html
        assert f'href="/pki/ac/{authority.slug}.cer"' in html
    assert 'href="/pki/ac/cadeia.pem"' in html
    assert 'id="dpc"' in html
    assert "Revogada" in html


def test_page_before_any_authority(client: Client, db: None) -> None:
    assert "As autoridades ainda não foram criadas." in client.get("/pki/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_openssl_asks_the_address_written_in_the_certificate(
    real_clock: None, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    settings.PORTAL_URL = live_server.url
    services.ensure_authorities(at=now())
    certificate, _ = services.issue_certificate(
        holder=PERSON, authority_slug="icp", password=SECRET, form="moderno", at=now()
    )
    leaf, issuer, root = (tmp_path / name for name in ("leaf.pem", "icp.pem", "root.pem"))
    leaf.write_text(certificate.pem)
    issuer.write_text(certificate.authority.certificate_pem)
    root.write_text(Authority.objects.get(slug="icp-raiz").certificate_pem)

    def openssl(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=60, check=False)

    url = openssl("x509", "-in", str(leaf), "-noout", "-ocsp_uri").stdout.strip()
    asking = ["ocsp", "-issuer", str(issuer), "-cert", str(leaf), "-url", url, "-CAfile", str(root)]
    asking += ["-verify_other", str(issuer)]
    assert "leaf.pem: good" in openssl(*asking).stdout
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=now())
    answer = openssl(*asking)
    assert "leaf.pem: revoked" in answer.stdout
    assert "Response verify OK" in answer.stderr
    downloading = ["verify", "-crl_download", "-crl_check", "-CAfile", str(root), "-untrusted", str(issuer)]
    assert "certificate revoked" in openssl(*downloading, str(leaf)).stderr
