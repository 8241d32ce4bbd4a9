"""The screens of the PEC: who sees which, what they show, and what a direct POST gets."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from rnds.models import PecInstallation, PecKeyFile
from tests import factories
from tests.clock import now
from tests.factories import person_of
from tests.factories.certificates import PFX_PASSWORD, Pfx, grant_credential, make_pfx, put_file

pytestmark = pytest.mark.django_db

INSTALLATION_ADMIN = Membership.Role.PEC_INSTALLATION_ADMIN
MUNICIPAL_ADMIN = Membership.Role.PEC_MUNICIPAL_ADMIN


@pytest.fixture
def installation() -> PecInstallation:
    return factories.make_installation()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def member(installation: PecInstallation, *roles: str) -> Client:
    user = factories.make_user()
    for role in roles:
        factories.make_membership(person_of(user), role, installation.entity, at=now())
    return signed_in(user)


def page(route: str, *arguments: int) -> str:
    return reverse(f"rnds:{route}", args=arguments)


def text(response: Any) -> str:
    return str(response.content.decode())


def ready(installation: PecInstallation) -> tuple[Pfx, PecKeyFile, int]:
    """A certificate of a credential of the installation, already in the folder."""
    at = now()
    pfx = make_pfx(at=at)
    credential = grant_credential(pfx, at=at, installation=installation)
    return pfx, put_file(installation, pfx.content, at=at, filename="credencial d'Oeste.pfx"), credential.requester_id


def filled(file: PecKeyFile, requester_id: int) -> dict[str, Any]:
    return {
        "services": ["rnds", "cadsus"],
        "file": file.pk,
        "password": PFX_PASSWORD,
        "requester_id": requester_id,
    }


def test_the_list_leads_to_the_pages_of_each_role(installation: PecInstallation) -> None:
    elsewhere = factories.make_installation(factories.make_other_entity())
    certificates, keys = page("pec_certificates", installation.pk), page("pec_keys", installation.pk)
    both = text(member(installation, MUNICIPAL_ADMIN, INSTALLATION_ADMIN).get(page("pec_list")))
    assert certificates in both
    assert keys in both
    assert elsewhere.name not in both
    municipal = text(member(installation, MUNICIPAL_ADMIN).get(page("pec_list")))
    assert certificates in municipal
    assert keys not in municipal


def test_the_list_costs_the_same_with_many_rows(
    installation: PecInstallation, django_assert_max_num_queries: Any
) -> None:
    client = member(installation, MUNICIPAL_ADMIN)
    for _ in range(9):
        factories.make_installation(installation.entity)
    with django_assert_max_num_queries(6):
        assert text(client.get(page("pec_list"))).count("Arquivo disponível") == 0


@pytest.mark.parametrize(
    ("route", "allowed"), [("pec_certificates", MUNICIPAL_ADMIN), ("pec_keys", INSTALLATION_ADMIN)]
)
def test_who_opens_a_page(route: str, allowed: str, installation: PecInstallation) -> None:
    address = page(route, installation.pk)
    assert member(installation, allowed).get(address).status_code == 200
    for role in (MUNICIPAL_ADMIN, INSTALLATION_ADMIN, Membership.Role.AB_MANAGER):
        if role != allowed:
            assert member(installation, role).get(address).status_code == 403
    stranger = factories.make_installation(factories.make_other_entity())
    assert member(stranger, allowed).get(address).status_code == 404
    assert signed_in(factories.make_staff()).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_a_post_from_elsewhere_is_not_found_and_changes_nothing(installation: PecInstallation) -> None:
    _, file, requester_id = ready(installation)
    elsewhere = factories.make_installation(factories.make_other_entity())
    stranger = member(elsewhere, MUNICIPAL_ADMIN, INSTALLATION_ADMIN)
    for address, data in [
        (page("pec_certificates", installation.pk), filled(file, requester_id)),
        (page("pec_disable", installation.pk), {}),
        (page("pec_test", installation.pk), {}),
        (page("pec_keys", installation.pk), {"file": SimpleUploadedFile("b.pfx", b"x")}),
        (page("pec_key_remove", installation.pk, file.pk), {}),
        (page("pec_key_remove", elsewhere.pk, file.pk), {}),
    ]:
        assert stranger.post(address, data).status_code == 404
    assert list(PecKeyFile.objects.all()) == [file]
    assert PecInstallation.objects.get(pk=installation.pk).status == "file_available"


def test_a_direct_post_by_the_wrong_role_is_refused(installation: PecInstallation) -> None:
    _, file, requester_id = ready(installation)
    keeper, municipal = member(installation, INSTALLATION_ADMIN), member(installation, MUNICIPAL_ADMIN)
    for client, address, data in [
        (keeper, page("pec_certificates", installation.pk), filled(file, requester_id)),
        (keeper, page("pec_disable", installation.pk), {}),
        (keeper, page("pec_test", installation.pk), {}),
        (municipal, page("pec_keys", installation.pk), {"file": SimpleUploadedFile("b.pfx", b"x")}),
        (municipal, page("pec_key_remove", installation.pk, file.pk), {}),
    ]:
        assert client.post(address, data).status_code == 403
    assert list(PecKeyFile.objects.all()) == [file]
    assert PecInstallation.objects.get(pk=installation.pk).status == "file_available"


def test_the_screen_says_what_the_manual_says(installation: PecInstallation) -> None:
    shown = text(member(installation, MUNICIPAL_ADMIN).get(page("pec_certificates", installation.pk)))
    for label in [
        "Faça o download do certificado",
        "/opt/e-SUS/webserver/chaves",
        "É necessário copiar a contra-chave para gerar o certificado no",
        "Configuração RNDS",
        "Serviços",
        "Contra-chave",
        "Identificador solicitante",
        "Habilitar",
        "Nenhum certificado encontrado na pasta",
        installation.counter_key,
    ]:
        assert label in shown
    assert shown.count("<h1") == 1


def test_enabling_and_disabling_in_the_browser(installation: PecInstallation) -> None:
    _, file, requester_id = ready(installation)
    client = member(installation, MUNICIPAL_ADMIN)
    address = page("pec_certificates", installation.pk)
    answer = client.post(address, filled(file, requester_id), follow=True)
    shown = text(answer)
    assert answer.redirect_chain == [(address, 302)]
    for label in ["Certificado habilitado.", "Desabilitar certificado", "Testar conexão", "RNDS", "CADSUS"]:
        assert label in shown
    assert "Habilitar o PEC a acessar RNDS" in shown
    assert f"BRRNDS-{requester_id}" in shown
    assert PFX_PASSWORD not in shown
    # The apostrophe of the file's name cannot end the shell's quotation.
    assert "--cert &#x27;credencial d&#x27;&quot;&#x27;&quot;&#x27;Oeste.pfx:SENHA&#x27;" in shown
    assert reverse("pki:bundle") in shown
    shown = text(client.post(page("pec_disable", installation.pk), follow=True))
    assert "Certificado desabilitado." in shown
    assert "Desabilitar PEC a acessar RNDS" in shown
    assert client.post(page("pec_disable", installation.pk)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"services": []}, "Selecione ao menos um serviço."),
        ({"file": ""}, "Selecione um certificado da lista."),
        ({"file": "0\x00"}, "Selecione um certificado da lista."),
        ({"file": "999999"}, "Selecione um certificado da lista."),
        ({"password": ""}, "Este campo é obrigatório."),
        ({"password": "errada"}, "Senha do certificado incorreta."),
        ({"requester_id": ""}, "Informe o identificador solicitante."),
        ({"requester_id": "BRRNDS"}, "Identificador solicitante inválido."),
        ({"requester_id": "-1"}, "Identificador solicitante inválido."),
        ({"requester_id": "99999999999999999999"}, "Identificador solicitante inválido."),
        ({"requester_id": "1"}, "Identificador solicitante inválido."),
    ],
)
def test_each_mistake_has_its_message(changes: dict[str, Any], message: str, installation: PecInstallation) -> None:
    _, file, requester_id = ready(installation)
    client = member(installation, MUNICIPAL_ADMIN)
    answer = client.post(page("pec_certificates", installation.pk), filled(file, requester_id) | changes)
    assert message in text(answer)
    assert PFX_PASSWORD not in text(answer)
    assert PecInstallation.objects.get(pk=installation.pk).status == "file_available"


def test_a_real_certificate_found_at_enabling_is_erased(installation: PecInstallation) -> None:
    from tests.rnds.test_pec_enable import foreign_pfx  # noqa: PLC0415 -- one maker, two modules

    file = put_file(installation, foreign_pfx("ICP-Brasil"), at=now())
    client = member(installation, MUNICIPAL_ADMIN)
    answer = client.post(page("pec_certificates", installation.pk), filled(file, 1))
    assert "Não envie certificados reais." in text(answer)
    assert not PecKeyFile.objects.exists()


def test_the_folder_in_the_browser(installation: PecInstallation) -> None:
    client = member(installation, INSTALLATION_ADMIN)
    address = page("pec_keys", installation.pk)
    assert "está vazia" in text(client.get(address))
    shown = text(client.post(address, {"file": SimpleUploadedFile("credencial.pfx", b"x" * 2048)}, follow=True))
    assert "credencial.pfx" in shown
    assert "2,0\xa0KB" in shown
    assert "Já existe um arquivo com este nome" in text(
        client.post(address, {"file": SimpleUploadedFile("credencial.pfx", b"x")})
    )
    file = PecKeyFile.objects.get()
    shown = text(client.post(page("pec_key_remove", installation.pk, file.pk), follow=True))
    assert "Arquivo credencial.pfx removido." in shown


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        (None, "Este campo é obrigatório."),
        (SimpleUploadedFile("a.pfx", b""), "O arquivo enviado está vazio."),
        (SimpleUploadedFile("a.pfx", b"x" * 3_000_000), "Selecione um arquivo de até 100 KB."),
    ],
)
def test_each_bad_upload_has_its_message(upload: Any, message: str, installation: PecInstallation) -> None:
    client = member(installation, INSTALLATION_ADMIN)
    answer = client.post(page("pec_keys", installation.pk), {"file": upload} if upload else {})
    assert answer.status_code == 200
    assert message in text(answer)
    assert not PecKeyFile.objects.exists()


def test_the_enabled_file_cannot_be_removed_in_the_browser(installation: PecInstallation) -> None:
    _, file, requester_id = ready(installation)
    both = member(installation, MUNICIPAL_ADMIN, INSTALLATION_ADMIN)
    both.post(page("pec_certificates", installation.pk), filled(file, requester_id))
    shown = text(both.post(page("pec_key_remove", installation.pk, file.pk), follow=True))
    assert "Operação não permitida na situação atual (Habilitado)." in shown
    assert PecKeyFile.objects.count() == 1


def test_reading_needs_get_and_changing_needs_post(installation: PecInstallation) -> None:
    client = member(installation, MUNICIPAL_ADMIN, INSTALLATION_ADMIN)
    for route in ("pec_disable", "pec_test"):
        assert client.get(page(route, installation.pk)).status_code == 405
    assert client.post(page("pec_list")).status_code == 405


def test_the_test_of_the_connection_is_told_and_kept(installation: PecInstallation, settings: Any) -> None:
    settings.TLS_URL = "https://127.0.0.1:9"
    _, file, requester_id = ready(installation)
    client = member(installation, MUNICIPAL_ADMIN)
    client.post(page("pec_certificates", installation.pk), filled(file, requester_id))
    shown = text(client.post(page("pec_test", installation.pk), follow=True))
    assert "Sem conexão." in shown
    assert "Testar conexão: Sem conexão" in shown
    client.post(page("pec_disable", installation.pk))
    assert client.post(page("pec_test", installation.pk)).status_code == 409
