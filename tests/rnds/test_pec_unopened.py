"""The folder "chaves" asks no password, so a file that nobody opens leaves it within the hour."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from common.exceptions import RuleBroken
from common.models import AuditEvent, OutboxMessage
from pki.authority import containers
from rnds.models import PecInstallation, PecKeyFile
from rnds.models.pec import UNOPENED_LASTS
from rnds.services import pec
from rnds.tasks import erase_unopened_files
from tests import factories
from tests.actors import acting
from tests.factories import NOON
from tests.factories.certificates import PFX_PASSWORD, grant_credential, make_pfx, put_file
from tests.pki.strange_files import SECRET, container, java_store, open_container, self_signed

pytestmark = pytest.mark.django_db

TICK = timedelta(microseconds=1)
LATER = NOON + UNOPENED_LASTS
KEY = rsa.generate_private_key(65537, 2048)
FOREIGN = self_signed(KEY, at=NOON)
REAL = self_signed(KEY, at=NOON, organisation="ICP-Brasil")


@pytest.fixture
def installation() -> PecInstallation:
    return factories.make_installation()


@pytest.fixture
def keeper(installation: PecInstallation) -> User:
    return factories.make_member(Membership.Role.PEC_INSTALLATION_ADMIN, installation.entity)


@pytest.fixture
def manager(installation: PecInstallation) -> User:
    return factories.make_member(Membership.Role.PEC_MUNICIPAL_ADMIN, installation.entity)


def put(installation: PecInstallation, by: User, content: bytes, name: str = "a.pfx", at: Any = NOON) -> PecKeyFile:
    return pec.put_key_file(installation_id=installation.pk, filename=name, content=content, by=acting(by), at=at)


def enable(file: PecKeyFile, by: User, password: str = SECRET, at: Any = NOON) -> PecInstallation:
    return pec.enable_certificate(
        installation_id=file.installation_id,
        file_id=file.pk,
        password=password,
        requester_id=None,
        serves_rnds=False,
        serves_cadsus=True,
        by=acting(by),
        at=at,
    )


def test_within_the_hour() -> None:
    """The sweep runs each minute."""
    assert UNOPENED_LASTS + timedelta(minutes=2) < timedelta(hours=1)


def test_a_file_that_nobody_opened_is_erased_and_its_owner_is_told(installation: PecInstallation, keeper: User) -> None:
    put(installation, keeper, container(KEY, REAL))
    assert pec.erase_unopened_files(at=LATER - TICK) == 0
    assert pec.erase_unopened_files(at=LATER) == 1
    assert pec.erase_unopened_files(at=LATER) == 0
    assert not PecKeyFile.objects.exists()
    assert PecInstallation.objects.get().status == "no_certificate"
    event = AuditEvent.objects.get(verb="pec.unopened_file_erased")
    assert (event.target_id, event.details["filename"]) == (str(installation.pk), "a.pfx")
    message = OutboxMessage.objects.get()
    assert message.subject == 'O arquivo a.pfx saiu da pasta "chaves"'
    assert message.addressee == keeper


def test_after_the_hour_it_is_gone_even_if_no_worker_runs(
    installation: PecInstallation, keeper: User, manager: User
) -> None:
    file = put(installation, keeper, container(KEY, FOREIGN))
    assert list(installation.key_files.present_at(LATER - TICK)) == [file]
    assert not installation.key_files.present_at(LATER)
    with pytest.raises(RuleBroken, match="Selecione um certificado da lista"):
        enable(file, manager, at=LATER)
    again = put(installation, keeper, container(KEY, FOREIGN), at=LATER)
    assert list(PecKeyFile.objects.all()) == [again]


def test_a_file_that_its_password_opened_stays(installation: PecInstallation, keeper: User, manager: User) -> None:
    """Even when «Habilitar» refused it for something else."""
    file = put(installation, keeper, container(KEY, FOREIGN))
    with pytest.raises(RuleBroken, match="Senha do certificado incorreta"):
        enable(file, manager, "outra")
    assert PecKeyFile.objects.get().cleared_at is None
    with pytest.raises(RuleBroken, match="Certificado válido somente a partir de"):
        enable(file, manager, at=NOON - timedelta(days=2))
    assert AuditEvent.objects.get(verb="pec.key_file_opened").actor == manager
    assert pec.erase_unopened_files(at=LATER) == 0


def test_a_real_one_leaves_as_soon_as_it_is_opened(
    installation: PecInstallation, keeper: User, manager: User, client: Client
) -> None:
    put(installation, keeper, container(KEY, REAL), at=NOON)
    client.force_login(manager, backend="accounts.backends.GovBrBackend")
    given = {"services": ["cadsus"], "file": PecKeyFile.objects.get().pk, "password": SECRET}
    page = client.post(reverse("rnds:pec_certificates", args=[installation.pk]), given)
    assert "Este ambiente é um simulador. Não envie certificados reais." in page.content.decode()
    assert not PecKeyFile.objects.exists()


def test_what_the_house_wrote_stays(installation: PecInstallation, keeper: User) -> None:
    """Known by its digest, also when the house no longer keeps it."""
    pfx = make_pfx(at=NOON)
    content = pfx.content
    pfx.file.erase(at=NOON)
    pfx.file.save()
    put(installation, keeper, content)
    put(installation, keeper, pfx.pem.encode(), "publico.cer")
    assert pec.erase_unopened_files(at=LATER) == 0
    assert PecKeyFile.objects.count() == 2


def test_the_enabled_file_stays(installation: PecInstallation, manager: User) -> None:
    pfx = make_pfx(at=NOON)
    grant_credential(pfx, at=NOON, installation=installation)
    file = put_file(installation, pfx.content, at=NOON, is_cleared=False)
    enable(file, manager, PFX_PASSWORD)
    assert pec.erase_unopened_files(at=LATER) == 0
    assert PecInstallation.objects.get().enabled_file == file


@pytest.mark.parametrize(
    "content",
    [
        open_container(KEY, REAL, mac_password=SECRET),
        java_store(REAL),
        b"notas\n" + open_container(KEY, REAL),
    ],
    ids=["unencrypted bags", "Java store", "after a text"],
)
def test_a_real_one_in_sight_is_refused_at_upload(content: bytes, installation: PecInstallation, keeper: User) -> None:
    with pytest.raises(RuleBroken, match="Não envie certificados reais"):
        put(installation, keeper, content)
    assert not PecKeyFile.objects.exists()


def test_the_folder_says_until_when(installation: PecInstallation, keeper: User, client: Client) -> None:
    put(installation, keeper, container(KEY, FOREIGN), at=NOON)
    client.force_login(keeper, backend="accounts.backends.GovBrBackend")
    page = client.get(reverse("rnds:pec_keys", args=[installation.pk])).content.decode()
    assert "se não for aberto" in page
    assert "apagado em até uma hora" in page


def test_the_sweep_is_a_task_of_every_minute(settings: Any) -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE["visit-minutely"]
    assert erase_unopened_files.name in schedule["args"][0]
    assert schedule["schedule"].minute == set(range(60))
    assert erase_unopened_files() == 0


def test_a_password_with_accents_opens_no_java(installation: PecInstallation, manager: User) -> None:
    pfx = make_pfx(at=NOON)
    opened = containers.open_container(pfx.content, PFX_PASSWORD)
    assert opened.certificate is not None
    key: Any = opened.key
    accented = containers.write(
        opened.certificate,
        key=key,
        chain=(),
        friendly_name="x",
        password="maçã",
        form="moderno",
    )
    file = put_file(installation, accented, at=NOON)
    with pytest.raises(RuleBroken, match="o Java do PEC não abre um arquivo assim") as refused:
        enable(file, manager, "maçã")
    assert (refused.value.code, refused.value.field) == ("password_not_ascii", "password")
    with pytest.raises(RuleBroken, match="Senha do certificado incorreta"):
        enable(file, manager, "maça")
