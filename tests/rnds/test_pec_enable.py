"""«Habilitar» and «Desabilitar certificado»: each sentence of the PEC, who may, and what is left behind."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from accounts.models import Membership, User
from common import house
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from pki.authority import containers
from rnds.models import PecInstallation, PecKeyFile
from rnds.services import pec
from tests import factories
from tests.actors import acting
from tests.factories import NOON
from tests.factories.certificates import PFX_PASSWORD, Pfx, grant_credential, make_pfx, put_file
from tests.switches import Switch

pytestmark = pytest.mark.django_db

MUNICIPAL_ADMIN = Membership.Role.PEC_MUNICIPAL_ADMIN
Enable = Callable[..., PecInstallation]


@pytest.fixture
def installation() -> PecInstallation:
    return factories.make_installation()


@pytest.fixture
def admin(installation: PecInstallation) -> User:
    return factories.make_member(MUNICIPAL_ADMIN, installation.entity)


@pytest.fixture
def pfx() -> Pfx:
    return make_pfx(at=NOON)


@pytest.fixture
def enable(installation: PecInstallation, admin: User) -> Enable:
    """«Habilitar» with sensible values but for those given."""

    def call(file: PecKeyFile | None = None, **changes: Any) -> PecInstallation:
        values = {
            "installation_id": installation.pk,
            "file_id": file.pk if file else None,
            "password": PFX_PASSWORD,
            "requester_id": 10001,
            "serves_rnds": True,
            "serves_cadsus": False,
            "by": acting(admin),
            "at": NOON,
        }
        return pec.enable_certificate(**(values | changes))

    return call


def refuses(enable: Enable, message: str, *arguments: Any, **changes: Any) -> RuleBroken:
    """The refusal, after checking that it left no trace."""
    before = list(PecInstallation.objects.values())
    with pytest.raises(RuleBroken) as refused:
        enable(*arguments, **changes)
    assert refused.value.message == message
    assert list(PecInstallation.objects.values()) == before
    assert not AuditEvent.objects.filter(verb__startswith="pec.").exists()
    return refused.value


def foreign_pfx(organisation: str = "Outra", *, with_key: bool = True) -> bytes:
    """A container made elsewhere."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=1))
        .not_valid_after(NOON + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    scheme = serialization.BestAvailableEncryption(PFX_PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"x", key if with_key else None, certificate, None, scheme)


def test_enabling_keeps_what_the_pec_needs(
    installation: PecInstallation, enable: Enable, pfx: Pfx, admin: User
) -> None:
    credential = grant_credential(pfx, at=NOON, installation=installation)
    file = put_file(installation, pfx.content, at=NOON)
    enabled = enable(file, requester_id=credential.requester_id, serves_cadsus=True)
    found = PecInstallation.objects.get(pk=installation.pk)
    assert found == enabled
    assert found.status == "enabled"
    assert (found.enabled_file, found.requester_id) == (file, credential.requester_id)
    assert (found.serves_rnds, found.serves_cadsus) == (True, True)
    assert (found.enabled_at, found.certificate_not_after) == (NOON, pfx.certificate.not_after)
    assert found.password == PFX_PASSWORD
    assert PFX_PASSWORD.encode() not in bytes(found.sealed_password or b"")
    event = AuditEvent.objects.get(verb="pec.certificate_enabled")
    assert event.actor == admin
    assert event.details["services"] == ["RNDS", "CADSUS"]
    assert PFX_PASSWORD not in str(event.details)
    assert house.verbs()[event.verb] == "Habilitar o PEC a acessar RNDS"


def test_an_empty_folder(enable: Enable) -> None:
    refusal = refuses(enable, 'Nenhum certificado encontrado na pasta "chaves".')
    assert refusal.field == "file"


def test_a_file_of_another_installation(installation: PecInstallation, enable: Enable) -> None:
    put_file(installation, b"x", at=NOON)
    elsewhere = put_file(factories.make_installation(), b"x", at=NOON)
    refuses(enable, "Selecione um certificado da lista.", elsewhere)


@pytest.mark.parametrize("password", ["", "errada", PFX_PASSWORD.upper(), f" {PFX_PASSWORD}"])
def test_a_wrong_password(password: str, installation: PecInstallation, enable: Enable, pfx: Pfx) -> None:
    file = put_file(installation, pfx.content, at=NOON)
    refusal = refuses(enable, "Senha do certificado incorreta.", file, password=password)
    assert refusal.field == "password"


PUBLIC = (
    " É só o certificado público, como um .cer, sem a chave privada. Exporte-o de novo, de onde o certificado foi "
    "instalado, como .pfx ou .p12, com a chave privada."
)


@pytest.mark.parametrize(("kind", "way_out"), [("pem", PUBLIC), ("der", PUBLIC), ("text", ""), ("p12", "")])
def test_no_private_key_whatever_the_name_says(
    kind: str, way_out: str, installation: PecInstallation, enable: Enable, pfx: Pfx
) -> None:
    certificate = x509.load_pem_x509_certificate(pfx.pem.encode())
    content = {
        "pem": pfx.pem.encode(),
        "der": certificate.public_bytes(serialization.Encoding.DER),
        "text": "não sou um certificado".encode(),
        "p12": foreign_pfx(with_key=False),
    }[kind]
    file = put_file(installation, content, at=NOON, filename="renomeado.pfx")
    refuses(enable, f"O arquivo selecionado não possui chave privada.{way_out}", file)


def test_a_certificate_of_the_real_authority(installation: PecInstallation, enable: Enable, admin: User) -> None:
    file = put_file(installation, foreign_pfx("ICP-Brasil"), at=NOON)
    refusal = refuses(enable, "Este ambiente é um simulador. Não envie certificados reais.", file)
    assert refusal.code == "real_certificate"
    pec.erase_real_certificate(file_id=file.pk, by=acting(admin), at=NOON)
    assert not PecKeyFile.objects.exists()
    assert PecInstallation.objects.get(pk=installation.pk).status == "no_certificate"


@pytest.mark.parametrize(
    ("instant", "message"),
    [
        ("2026-11-22T23:59:59.999999-03:00", "Certificado válido somente a partir de 23/11/2026."),
        ("2026-11-23T03:00:00Z", ""),
        ("2026-12-24T02:59:58.999999Z", ""),
        ("2026-12-23T23:59:59-03:00", "Certificado expirado em 23/12/2026."),
        ("2026-12-24T02:59:59.000001Z", "Certificado expirado em 23/12/2026."),
    ],
)
def test_validity(instant: str, message: str, installation: PecInstallation, enable: Enable) -> None:
    start = datetime(2026, 11, 23, 3, tzinfo=UTC)
    pfx = make_pfx(at=NOON, not_before=start, not_after=datetime(2026, 12, 24, 2, 59, 59, tzinfo=UTC))
    credential = grant_credential(pfx, at=NOON, installation=installation)
    file = put_file(installation, pfx.content, at=NOON)
    changes = {"at": datetime.fromisoformat(instant), "requester_id": credential.requester_id}
    if message:
        refuses(enable, message, file, **changes)
    else:
        assert enable(file, **changes).status == "enabled"


def test_no_service(installation: PecInstallation, enable: Enable, pfx: Pfx) -> None:
    file = put_file(installation, pfx.content, at=NOON)
    refuses(enable, "Selecione ao menos um serviço.", file, serves_rnds=False)


def test_the_rnds_needs_the_id_and_the_cadsus_does_not(installation: PecInstallation, enable: Enable, pfx: Pfx) -> None:
    file = put_file(installation, pfx.content, at=NOON)
    refusal = refuses(enable, "Informe o identificador solicitante.", file, requester_id=None)
    assert refusal.field == "requester_id"
    assert enable(file, requester_id=None, serves_rnds=False, serves_cadsus=True).requester_id is None


INVALID_ID = "Identificador solicitante inválido."


def test_an_id_of_another_certificate(installation: PecInstallation, enable: Enable, pfx: Pfx) -> None:
    other = grant_credential(make_pfx(at=NOON), at=NOON, installation=factories.make_installation(installation.entity))
    file = put_file(installation, pfx.content, at=NOON)
    assert refuses(enable, INVALID_ID, file, requester_id=other.requester_id).field == "requester_id"


def test_an_id_of_a_revoked_credential(installation: PecInstallation, enable: Enable, pfx: Pfx) -> None:
    credential = grant_credential(pfx, at=NOON, installation=installation)
    credential.revoke(by=acting(credential.request.requested_by), reason="ensaio", at=NOON)
    credential.save()
    file = put_file(installation, pfx.content, at=NOON)
    told = (
        f"A credencial nº {credential.requester_id} foi revogada em 23/11/2026 às 12:00 (Brasília). Motivo: ensaio. "
        "O acesso à RNDS terminou: solicite nova credencial."
    )
    refuses(enable, told, file, requester_id=credential.requester_id)


def test_an_id_of_another_entity(installation: PecInstallation, enable: Enable, pfx: Pfx) -> None:
    elsewhere = factories.make_installation(factories.make_other_entity())
    credential = grant_credential(pfx, at=NOON, installation=elsewhere)
    file = put_file(installation, pfx.content, at=NOON)
    refuses(enable, INVALID_ID, file, requester_id=credential.requester_id)


def test_the_switch_leaves_the_id_to_the_first_call(
    installation: PecInstallation, enable: Enable, pfx: Pfx, switch: Switch
) -> None:
    switch(pec_checks_requester_id=False)
    file = put_file(installation, pfx.content, at=NOON)
    assert enable(file, requester_id=99999).requester_id == 99999


def test_everything_wrong_is_said_at_once(installation: PecInstallation, enable: Enable, admin: User) -> None:
    ended = make_pfx(at=NOON)
    file = put_file(installation, ended.content, at=NOON)
    day = f"{ended.certificate.not_after:%d/%m/%Y}"
    nothing_chosen = {"serves_rnds": False, "requester_id": 99}
    with pytest.raises(RuleBroken) as refused:
        enable(file, at=ended.certificate.not_after, **nothing_chosen)
    assert [(one.field, one.message) for one in refused.value.broken] == [
        ("file", f"Certificado expirado em {day}."),
        ("services", "Selecione ao menos um serviço."),
        ("requester_id", "Identificador solicitante inválido."),
    ]
    with pytest.raises(RuleBroken) as refused:
        enable(file, password="outra senha", requester_id=None)
    assert [one.field for one in refused.value.broken] == ["password", "requester_id"]


def test_one_certificate_at_a_time(installation: PecInstallation, enable: Enable, pfx: Pfx, switch: Switch) -> None:
    switch(pec_checks_requester_id=False)
    file = put_file(installation, pfx.content, at=NOON)
    enable(file)
    with pytest.raises(RuleBroken, match=r"Já existe um certificado habilitado\. Desabilite-o antes de continuar\."):
        enable(file)
    assert AuditEvent.objects.filter(verb="pec.certificate_enabled").count() == 1


@pytest.mark.parametrize(
    "role", [Membership.Role.PEC_INSTALLATION_ADMIN, Membership.Role.PROGRAMME_MANAGER, Membership.Role.AB_MANAGER]
)
def test_only_the_municipal_admin_enables(role: str, installation: PecInstallation, enable: Enable, pfx: Pfx) -> None:
    file = put_file(installation, pfx.content, at=NOON)
    with pytest.raises(NotPermitted):
        enable(file, by=acting(factories.make_member(role, installation.entity)))
    with pytest.raises(NotPermitted):
        enable(file, by=acting(factories.make_member(MUNICIPAL_ADMIN, factories.make_other_entity())))


def test_disabling_keeps_the_file(
    installation: PecInstallation, enable: Enable, pfx: Pfx, admin: User, switch: Switch
) -> None:
    switch(pec_checks_requester_id=False)
    file = put_file(installation, pfx.content, at=NOON)
    with pytest.raises(NotAllowedNow, match="Arquivo disponível"):
        pec.disable_certificate(installation_id=installation.pk, by=acting(admin), at=NOON)
    enable(file)
    pec.disable_certificate(installation_id=installation.pk, by=acting(admin), at=NOON)
    found = PecInstallation.objects.get(pk=installation.pk)
    assert (found.status, found.password, found.requester_id) == ("file_available", "", None)
    assert list(found.key_files.all()) == [file]
    event = AuditEvent.objects.get(verb="pec.certificate_disabled")
    assert house.verbs()[event.verb] == "Desabilitar PEC a acessar RNDS"
    enable(file)


def test_a_hostile_container_costs_little(
    installation: PecInstallation, enable: Enable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two thousand million rounds of key derivation end by time, and the password is not blamed."""
    monkeypatch.setattr(containers, "LONGEST_SECONDS", 1.5)
    hostile = asn1_pkcs12.Pfx.load(foreign_pfx())
    hostile["mac_data"]["iterations"] = 2**31 - 1
    file = put_file(installation, hostile.dump(force=True), at=NOON)
    started = time.monotonic()
    refusal = refuses(
        enable,
        "O arquivo pede trabalho demais para ser aberto. Exporte-o de novo com menos iterações (as ferramentas de hoje "
        "usam até 1.000.000).",
        file,
    )
    assert refusal.field == "file"
    assert time.monotonic() - started < 8
