"""`manage.py credential`: the flow without a browser ends in files that open the token address."""

import json
import stat
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import call_command
from django.core.management.base import CommandError

from common.models import AuditEvent
from egestor.models import DeploymentToken
from pki import services as pki
from rnds.models import Credential, PecInstallation
from territory.models import Establishment
from tests import factories
from tests.clock import now
from tests.factories import person_of
from tests.live import LivePortal
from tests.switches import Switch

FILES = {"client.pfx", "client.pem", "client.key", "ca.pem", "credential.json"}


@pytest.fixture
def establishment(db: None) -> Establishment:
    """An establishment whose entity has everybody that the flow needs."""
    pki.ensure_authorities(at=now())
    entity = factories.make_entity()
    factories.make_organisation(entity, cnpj="12ABC34501DE35")
    factories.make_membership(person_of(factories.make_user()), entity=entity, at=now())
    installation = factories.make_installation(entity)
    return installation.establishment


def run(*arguments: Any) -> str:
    output = StringIO()
    call_command("credential", *map(str, arguments), stdout=output)
    return output.getvalue()


def facts(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "credential.json").read_text()))


def test_the_files_of_a_credential(establishment: Establishment, tmp_path: Path, settings: Any) -> None:
    out = tmp_path / "novo" / "cliente"
    said = run("--cnes", establishment.cnes, "--out", out)
    credential = Credential.objects.get()
    assert {path.name for path in out.iterdir()} == FILES
    assert facts(out).keys() == {"requester_id", "cnes", "uf", "pfx_password", "token_url", "api_url"}
    assert facts(out)["requester_id"] == credential.requester_id
    assert facts(out)["cnes"] == establishment.cnes
    assert facts(out)["uf"] == "SP"
    assert facts(out)["token_url"] == f"{settings.TLS_URL}/api/token"
    assert facts(out)["pfx_password"] not in said
    for name in ("client.key", "client.pfx", "credential.json"):
        assert stat.S_IMODE((out / name).stat().st_mode) == 0o600
    assert credential.status == "active"
    assert DeploymentToken.objects.get().status == "used"
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"terms.accepted", "credential.granted", "credential.downloaded"} <= verbs


@pytest.mark.parametrize("form", ["moderno", "compativel"])
def test_openssl_opens_the_container(real_clock: None, form: str, establishment: Establishment, tmp_path: Path) -> None:
    run("--cnes", establishment.cnes, "--out", tmp_path, "--form", form, "--password", "senha escolhida")
    assert facts(tmp_path)["pfx_password"] == "senha escolhida"
    opened = subprocess.run(
        ["openssl", "pkcs12", "-in", "client.pfx", "-passin", "pass:senha escolhida", "-nokeys", "-legacy"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "12ABC34501DE35" in opened.stdout, opened.stderr
    subprocess.run(["openssl", "verify", "-CAfile", "ca.pem", "client.pem"], cwd=tmp_path, check=True)


def test_the_files_get_a_token_until_revoked(
    live_portal: LivePortal, establishment: Establishment, tmp_path: Path
) -> None:
    run("--cnes", establishment.cnes, "--out", tmp_path)
    known = facts(tmp_path)

    def call() -> requests.Response:
        return requests.get(
            known["token_url"],
            cert=(str(tmp_path / "client.pem"), str(tmp_path / "client.key")),
            verify=str(tmp_path / "ca.pem"),
            timeout=10,
        )

    assert call().json()["expires_in"] == 1_800_000
    container = f"client.pfx:{known['pfx_password']}"
    answer = subprocess.run(
        ["curl", "-sS", "--cacert", "ca.pem", "--cert-type", "P12", "--cert", container, known["token_url"]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout)["token_type"] == "jwt"

    assert "revogada" in run("--revoke", known["requester_id"])
    assert call().json()["error_description"] == "Certificado revogado."
    with pytest.raises(CommandError, match="Nenhuma credencial ativa"):
        run("--revoke", known["requester_id"])


def test_the_plain_port_says_where_to_go(live_portal: LivePortal, establishment: Establishment, tmp_path: Path) -> None:
    run("--cnes", establishment.cnes, "--out", tmp_path)
    pem = (tmp_path / "client.pem").read_text().replace("\n", "%0A")
    forged = {"X-SSL-Client-Cert": pem, "SSL_CLIENT_CERT": "x", "X-SSL-Client-Verify": "SUCCESS"}
    answer = requests.get(f"{live_portal.url}/api/token", headers=forged, timeout=10)
    assert answer.status_code == 401
    assert answer.json()["error_description"] == "Certificado digital não apresentado."
    assert live_portal.tls_url in answer.headers["X-Simulador-Explicacao"]


def test_again_for_the_same_cnes_replaces_the_former(establishment: Establishment, tmp_path: Path) -> None:
    run("--cnes", establishment.cnes, "--out", tmp_path)
    first = facts(tmp_path)
    run("--cnes", establishment.cnes, "--out", tmp_path)
    assert facts(tmp_path)["requester_id"] == first["requester_id"]
    assert list(Credential.objects.order_by("pk").values_list("status", flat=True)) == ["revoked", "active"]


def test_two_establishments_keep_their_credentials(establishment: Establishment, tmp_path: Path) -> None:
    """Each pairs with its own installation, so the second does not revoke the first."""
    second = factories.make_installation(establishment.entity).establishment
    run("--cnes", establishment.cnes, "--out", tmp_path / "a")
    run("--cnes", second.cnes, "--out", tmp_path / "b")
    assert Credential.objects.active().count() == 2


def test_in_analyst_mode_an_analyst_approves(establishment: Establishment, tmp_path: Path, switch: Switch) -> None:
    switch(review_mode="analista")
    with pytest.raises(CommandError, match="analista"):
        run("--cnes", establishment.cnes, "--out", tmp_path)
    assert not DeploymentToken.objects.exists()
    analyst = factories.make_staff()
    run("--cnes", establishment.cnes, "--out", tmp_path)
    assert Credential.objects.get().request.reviewed_by == analyst


def test_each_lack_is_named_and_leaves_nothing(establishment: Establishment, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="9999999 não existe"):
        run("--cnes", "9999999", "--out", tmp_path)
    PecInstallation.objects.all().delete()
    with pytest.raises(CommandError, match="não tem instalação do PEC"):
        run("--cnes", establishment.cnes, "--out", tmp_path)
    with pytest.raises(CommandError, match="GESTOR DO PROGRAMA"):
        run("--cnes", factories.make_establishment(elsewhere()).cnes, "--out", tmp_path)
    factories.make_installation(establishment.entity, establishment=establishment)
    with pytest.raises(CommandError, match="senha"):
        run("--cnes", establishment.cnes, "--out", tmp_path, "--password", "curta")
    with pytest.raises(CommandError, match="Informe --cnes e --out"):
        run("--cnes", establishment.cnes)
    assert not DeploymentToken.objects.exists()
    assert not list(tmp_path.iterdir())


def elsewhere() -> Any:
    entity = factories.make_other_entity()
    factories.make_organisation(entity)
    return entity
