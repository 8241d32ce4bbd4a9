"""A credential that ended by another's act tells its owner, its screens and its command why, and what follows it."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from common.exceptions import RuleBroken
from common.models import OutboxMessage
from pki import services as pki
from rnds.models import Credential, PecInstallation
from rnds.services import connection, credentials, endings, pec
from rnds.services.access import AccessDenied, authorise_certificate
from rnds.services.pec_line import Line
from tests import factories
from tests.actors import acting
from tests.factories import NOON, make_establishment, make_installation, make_manager, make_member, person_of
from tests.factories.certificates import put_file
from tests.factories.credentials import PFX_PASSWORD, make_credential
from tests.switches import Switch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authorities")]
LATER = NOON + timedelta(hours=1)
ADMIN = Membership.Role.PEC_MUNICIPAL_ADMIN


@pytest.fixture
def manager() -> User:
    return make_manager()


@pytest.fixture
def installation(manager: User) -> PecInstallation:
    return make_installation()


@pytest.fixture
def first(manager: User, installation: PecInstallation) -> Credential:
    """A credential whose certificate the PEC has enabled."""
    credential = make_credential(manager, installation=installation)
    enable(credential, installation)
    return credential


def admin_of(installation: PecInstallation) -> User:
    return User.objects.filter(person__memberships__role=ADMIN).first() or make_member(ADMIN, installation.entity)


def enable(credential: Credential, installation: PecInstallation, name: str = "municipio.pfx") -> PecInstallation:
    admin = admin_of(installation)
    file = installation.key_files.filter(filename=name).first()
    if file is None:
        assert credential.file is not None
        file = put_file(installation, credential.file.content, at=NOON, filename=name)
    return pec.enable_certificate(
        installation_id=installation.pk,
        file_id=file.pk,
        password=PFX_PASSWORD,
        requester_id=credential.requester_id,
        serves_rnds=True,
        serves_cadsus=False,
        by=acting(admin),
        at=NOON,
    )


def replace(first: Credential, installation: PecInstallation, manager: User) -> Credential:
    """Another CNES is credentialed on the same installation (V10)."""
    return make_credential(manager, installation=installation, at=LATER)


def page(who: User, address: str) -> str:
    client = Client()
    client.force_login(who)
    return client.get(address).content.decode()


def test_the_pec_says_by_which_credential_it_was_replaced(
    first: Credential, installation: PecInstallation, manager: User
) -> None:
    admin = admin_of(installation)
    before = page(admin, f"/pec/{installation.pk}/certificados/")
    assert "Certificado habilitado" in before
    second = replace(first, installation, manager)
    told = f"foi substituída em 23/11/2026 às 13:00 (Brasília) pela credencial nº {second.requester_id}, do CNES"
    for address in (f"/pec/{installation.pk}/certificados/", "/pec/"):
        text = page(admin, address)
        assert told in text
        assert "Certificado sem efeito" in text
        assert "Conexão bem-sucedida" not in text
        assert ">Habilitado<" not in text.replace("</i>Habilitado<", "></i>Habilitado<")


def test_the_test_of_the_connection_fails_although_the_address_answers(
    first: Credential, installation: PecInstallation, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Line, "_call", lambda line, path, headers: (200, b'{"access_token": "x"}', "id"))
    row = PecInstallation.objects.get(pk=installation.pk)

    def result() -> str:
        return connection.test_connection(installation_id=row.pk, by=acting(admin_of(row)), at=LATER).result.value

    assert result() == "success"
    replace(first, installation, manager)
    assert result() == "certificate_failure"


def test_enabling_it_again_says_what_took_its_place(
    first: Credential, installation: PecInstallation, manager: User
) -> None:
    second = replace(first, installation, manager)
    pec.disable_certificate(installation_id=installation.pk, by=acting(admin_of(installation)), at=LATER)
    with pytest.raises(RuleBroken) as refused:
        enable(first, installation)
    assert refused.value.code == "credential_ended"
    assert f"pela credencial nº {second.requester_id}, do CNES {second.establishment_id}" in refused.value.message
    assert refused.value.message.endswith(f"habilite-o com o identificador {second.requester_id}.")


def test_the_same_number_with_the_former_certificate_is_told_apart(manager: User) -> None:
    establishment = make_establishment()
    installation = make_installation(establishment=establishment)
    first = make_credential(manager, establishment=establishment, installation=installation)
    make_credential(manager, establishment=establishment, installation=installation, at=LATER)
    with pytest.raises(RuleBroken, match=f"nº {first.requester_id}, versão 2"):
        enable(first, installation)


def test_a_wrong_number_is_still_a_wrong_number(first: Credential, installation: PecInstallation) -> None:
    pec.disable_certificate(installation_id=installation.pk, by=acting(admin_of(installation)), at=LATER)
    first.requester_id += 5
    with pytest.raises(RuleBroken, match="Identificador solicitante inválido"):
        enable(first, installation)


def test_a_row_of_successors_leads_to_the_one_that_works(
    first: Credential, installation: PecInstallation, manager: User
) -> None:
    replace(first, installation, manager)
    third = make_credential(manager, installation=installation, at=LATER + timedelta(minutes=1))
    told = endings.told(Credential.objects.get(pk=first.pk))
    assert told.endswith(f"com o identificador {third.requester_id}.")
    credentials.revoke_credential(credential_id=third.pk, reason="Senha vazada", by=acting(manager), at=LATER)
    assert endings.told(Credential.objects.get(pk=first.pk)).endswith("solicite nova credencial.")


def test_whoever_asked_for_it_gets_a_mail(first: Credential, installation: PecInstallation, manager: User) -> None:
    second = replace(first, installation, manager)
    mail = OutboxMessage.objects.get(subject__contains="substituída")
    assert (mail.subject, mail.addressee) == (f"Credencial nº {first.requester_id} substituída", manager)
    assert f"pela credencial nº {second.requester_id}, do CNES {second.establishment_id}." in mail.body
    assert f"/rnds/credenciais/{second.pk}/" in mail.body or f"/{second.pk}/" in mail.body


def test_the_details_of_both_name_each_other(first: Credential, installation: PecInstallation, manager: User) -> None:
    second = replace(first, installation, manager)
    addresses = {row.pk: reverse("rnds:credential_detail", args=[row.pk]) for row in (first, second)}
    former, latter = page(manager, addresses[first.pk]), page(manager, addresses[second.pk])
    assert "Substituída por" in former
    assert addresses[second.pk] in former
    assert "Substituiu" in latter
    assert addresses[first.pk] in latter


def test_the_token_address_explains_it(
    first: Credential, installation: PecInstallation, manager: User, switch: Switch
) -> None:
    switch(without_credential="401")
    second = replace(first, installation, manager)
    with pytest.raises(AccessDenied) as denied:
        authorise_certificate(pem=first.certificate.pem, at=LATER)
    assert f"substituída em 23/11/2026 às 13:00 (Brasília) pela credencial nº {second.requester_id}" in (
        denied.value.explanation
    )


def test_a_revoked_one_tells_the_reason(first: Credential, installation: PecInstallation, manager: User) -> None:
    credentials.revoke_credential(credential_id=first.pk, reason="Senha vazada", by=acting(manager), at=LATER)
    (told,) = endings.troubles_of(PecInstallation.objects.all(), LATER).values()
    assert "foi revogada em 23/11/2026 às 13:00 (Brasília). Motivo: Senha vazada." in told


def test_a_certificate_that_ended_by_itself_is_told(first: Credential, installation: PecInstallation) -> None:
    end = first.certificate.not_after
    rows = PecInstallation.objects.all()
    assert endings.troubles_of(rows, end - timedelta(microseconds=1)) == {}
    assert endings.troubles_of(rows, end)[installation.pk].startswith("O certificado venceu em ")


def test_a_certificate_revoked_alone_is_told(first: Credential, installation: PecInstallation) -> None:
    pki.revoke_certificate(certificate_id=first.certificate_id, reason="Chave perdida", at=LATER)
    told = endings.troubles_of(PecInstallation.objects.all(), LATER)[installation.pk]
    assert told == "O certificado foi revogado em 23/11/2026. Solicite nova credencial."


def test_the_list_asks_as_much_for_ten_installations(
    first: Credential, installation: PecInstallation, django_assert_num_queries: Any
) -> None:
    rows = [PecInstallation.objects.get(pk=installation.pk) for _ in range(10)]
    with django_assert_num_queries(2):
        endings.troubles_of(rows, LATER)


# --- The command ---


def run(*arguments: Any) -> str:
    output = StringIO()
    call_command("credential", *map(str, arguments), stdout=output)
    return output.getvalue()


def test_the_command_never_ends_the_credential_of_another_cnes(tmp_path: Path) -> None:
    entity = factories.make_entity()
    factories.make_organisation(entity)
    factories.make_membership(person_of(factories.make_user()), entity=entity, at=NOON)
    cnes = [make_installation(entity).establishment_id for _ in range(2)] + [make_establishment(entity).pk]
    for number in cnes[:2]:
        run("--cnes", number, "--out", tmp_path / number)
    with pytest.raises(CommandError) as refused:
        run("--cnes", cnes[2], "--out", tmp_path / cnes[2])
    kept = Credential.objects.active().order_by("requester_id")
    assert [row.establishment_id for row in kept] == cnes[:2]
    for row in kept:
        assert f"nº {row.requester_id}, do CNES {row.establishment_id}" in str(refused.value)
    run("--revoke", kept[0].requester_id)
    run("--cnes", cnes[2], "--out", tmp_path / cnes[2])
    assert {row.establishment_id for row in Credential.objects.active()} == {cnes[1], cnes[2]}


def test_the_command_says_which_credential_it_replaced(tmp_path: Path) -> None:
    entity = factories.make_entity()
    factories.make_organisation(entity)
    factories.make_membership(person_of(factories.make_user()), entity=entity, at=NOON)
    cnes = make_installation(entity).establishment_id
    run("--cnes", cnes, "--out", tmp_path)
    assert "substituída" in run("--cnes", cnes, "--out", tmp_path)
