"""The folder "chaves": what may be put in it, by whom, and what may leave."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from accounts.models import Membership, User
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from pki.authority import hierarchy
from rnds.models import PecInstallation, PecKeyFile
from rnds.services import pec
from tests import factories
from tests.actors import acting
from tests.factories import NOON
from tests.factories.certificates import PFX_PASSWORD, grant_credential, make_pfx, put_file

pytestmark = pytest.mark.django_db

INSTALLATION_ADMIN = Membership.Role.PEC_INSTALLATION_ADMIN
MUNICIPAL_ADMIN = Membership.Role.PEC_MUNICIPAL_ADMIN


@pytest.fixture
def installation() -> PecInstallation:
    return factories.make_installation()


@pytest.fixture
def admin(installation: PecInstallation) -> User:
    return factories.make_member(INSTALLATION_ADMIN, installation.entity)


def put(installation: PecInstallation, by: User, filename: str = "a.pfx", content: bytes = b"qualquer") -> PecKeyFile:
    return pec.put_key_file(installation_id=installation.pk, filename=filename, content=content, by=acting(by), at=NOON)


def reload(installation: PecInstallation) -> PecInstallation:
    found: PecInstallation = PecInstallation.objects.get(pk=installation.pk)
    return found


def test_the_first_file_makes_the_installation_ready(installation: PecInstallation, admin: User) -> None:
    file = put(installation, admin, content=b"conteudo")
    assert reload(installation).status == "file_available"
    assert (file.content, file.size) == (b"conteudo", 8)
    assert b"conteudo" not in bytes(file.sealed_content)
    event = AuditEvent.objects.get(verb="pec.key_file_put")
    assert (event.actor, event.entity_id) == (admin, installation.entity_id)
    assert event.details == {"filename": "a.pfx", "size": 8}


@pytest.mark.parametrize("filename", ["municipio.cer", "leia-me.txt", "CREDENCIAL SÃO PAULO (1).P12"])
def test_any_file_is_taken(filename: str, installation: PecInstallation, admin: User) -> None:
    assert put(installation, admin, filename).filename == filename


@pytest.mark.parametrize(
    "filename",
    [
        "../a.pfx",
        "pasta/a.pfx",
        "pasta\\a.pfx",
        "a\x00.pfx",
        "a\u202exfp.exe",
        "a\u200b.pfx",
        "a\n.pfx",
        "",
        "..",
        " a.pfx",
        "c:a.pfx",
        "a" * 117 + ".pfx",
    ],
)
def test_a_bad_name_leaves_no_trace(filename: str, installation: PecInstallation, admin: User) -> None:
    with pytest.raises(RuleBroken, match="Nome de arquivo inválido"):
        put(installation, admin, filename)
    assert reload(installation).status == "no_certificate"
    assert not PecKeyFile.objects.exists()
    assert not AuditEvent.objects.exists()


def test_size_is_limited_to_one_hundred_kilobytes(installation: PecInstallation, admin: User) -> None:
    put(installation, admin, "cabe.pfx", b"x" * 102_400)
    with pytest.raises(RuleBroken, match="até 100 KB"):
        put(installation, admin, "sobra.pfx", b"x" * 102_401)
    with pytest.raises(RuleBroken, match="vazio"):
        put(installation, admin, "vazio.pfx", b"")


def test_a_name_is_taken_once(installation: PecInstallation, admin: User) -> None:
    put(installation, admin)
    with pytest.raises(RuleBroken, match="Já existe um arquivo com este nome"):
        put(installation, admin)


@pytest.mark.parametrize("encode", [hierarchy.pem, lambda c: c.public_bytes(Encoding.DER)])
def test_a_certificate_of_the_real_authority_is_not_kept(
    encode: Any, installation: PecInstallation, admin: User
) -> None:
    spec = hierarchy.AuthoritySpec("ac", "AC Qualquer", "", 0)
    made = hierarchy.make_authority(
        spec, parent=None, organisation="ICP-Brasil", portal_url="http://ac.example", at=NOON
    )
    with pytest.raises(RuleBroken, match="Não envie certificados reais") as refused:
        put(installation, admin, "real.cer", encode(made.certificate))
    assert refused.value.code == "real_certificate"
    assert not PecKeyFile.objects.exists()


@pytest.mark.parametrize("role", [MUNICIPAL_ADMIN, Membership.Role.PROGRAMME_MANAGER, Membership.Role.AB_MANAGER])
def test_only_the_installation_admin_reaches_the_folder(role: str, installation: PecInstallation) -> None:
    with pytest.raises(NotPermitted):
        put(installation, factories.make_member(role, installation.entity))
    assert not PecKeyFile.objects.exists()


def test_the_admin_of_another_entity_does_not(installation: PecInstallation) -> None:
    stranger = factories.make_member(INSTALLATION_ADMIN, factories.make_other_entity())
    file = put_file(installation, b"x", at=NOON)
    with pytest.raises(NotPermitted):
        put(installation, stranger)
    with pytest.raises(NotPermitted):
        pec.remove_key_file(file_id=file.pk, by=acting(stranger), at=NOON)
    assert PecKeyFile.objects.count() == 1


def test_the_last_file_to_leave_empties_the_folder(installation: PecInstallation, admin: User) -> None:
    first, second = put(installation, admin, "a.pfx"), put(installation, admin, "b.pfx")
    pec.remove_key_file(file_id=first.pk, by=acting(admin), at=NOON)
    assert reload(installation).status == "file_available"
    pec.remove_key_file(file_id=second.pk, by=acting(admin), at=NOON)
    assert reload(installation).status == "no_certificate"
    assert AuditEvent.objects.filter(verb="pec.key_file_removed").count() == 2


def test_the_enabled_file_does_not_leave_and_others_come_and_go(installation: PecInstallation, admin: User) -> None:
    pfx = make_pfx(at=NOON)
    credential = grant_credential(pfx, at=NOON, installation=installation)
    enabled = put_file(installation, pfx.content, at=NOON)
    pec.enable_certificate(
        installation_id=installation.pk,
        file_id=enabled.pk,
        password=PFX_PASSWORD,
        requester_id=credential.requester_id,
        serves_rnds=True,
        serves_cadsus=False,
        by=acting(factories.make_member(MUNICIPAL_ADMIN, installation.entity)),
        at=NOON,
    )
    with pytest.raises(NotAllowedNow, match="Habilitado"):
        pec.remove_key_file(file_id=enabled.pk, by=acting(admin), at=NOON)
    renewed = put(installation, admin, "novo.pfx")
    assert reload(installation).status == "enabled"
    pec.remove_key_file(file_id=renewed.pk, by=acting(admin), at=NOON)
    assert reload(installation).status == "enabled"
    assert list(PecKeyFile.objects.all()) == [enabled]
