"""What the two administrators of a PEC do: the folder "chaves" and the screen «Certificados» (SM4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_fsm import can_proceed

from accounts.models import User
from common import audit, mail, permissions, switches, vault
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA
from pki import services as pki
from rnds.models import Credential, PecInstallation, PecKeyFile
from rnds.permissions import Permission
from rnds.services import endings
from rnds.services.key_files import OpenedKeyFile, check_content, clean_filename, hides_nothing, open_key_file

NOT_IN_JAVA = (
    "A senha confere, mas tem acento ou outro sinal fora do teclado americano, e o Java do PEC não abre um arquivo "
    "assim. Exporte o certificado de novo com uma senha sem acento."
)
CERTIFICATE_FIELDS = [
    "status",
    "enabled_file",
    "sealed_password",
    "certificate_sha256",
    "requester_id",
    "serves_rnds",
    "serves_cadsus",
    "enabled_at",
    "certificate_not_after",
    "last_result",
    "last_result_at",
]


@transaction.atomic
def put_key_file(*, installation_id: int, filename: str, content: bytes, by: Actor, at: datetime) -> PecKeyFile:
    """Put a file in the folder "chaves" of the installation, whatever it is: a wrong one only fails at «Habilitar».

    As in the real PEC nobody is asked for its password, so a file that neither the house wrote nor anybody opens is
    erased within the hour. Raises RuleBroken for a bad name, a repeated name, a file over 100 KB or one that shows a
    certificate of the real ICP-Brasil.
    """
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    permissions.require(by, Permission.MANAGE_PEC_KEYS, installation)
    filename = clean_filename(filename)
    check_content(content)
    for file in installation.key_files.overtaken_at(at):
        _erase_unopened(file, installation, at)
    if installation.key_files.filter(filename=filename).exists():
        raise RuleBroken(
            'Já existe um arquivo com este nome na pasta "chaves". Remova-o antes de incluir outro.',
            code="repeated_name",
            field="file",
        )

    file = PecKeyFile.objects.create(
        installation=installation,
        filename=filename,
        sealed_content=vault.seal(content),
        size=len(content),
        uploaded_by_id=by.author_id,
        uploaded_at=at,
        cleared_at=at if hides_nothing(content) or pki.is_known_file(content) else None,
    )
    # A folder takes files at any time; an installation already enabled stays so.
    if can_proceed(installation.receive_file):
        installation.receive_file()
        installation.save(update_fields=["status"])
    audit.record("pec.key_file_put", target=installation, by=by, at=at, filename=filename, size=len(content))
    return file


@transaction.atomic
def remove_key_file(*, file_id: int, by: Actor, at: datetime) -> PecInstallation:
    """Take a file out of the folder "chaves"; raises NotAllowedNow for the file of the enabled certificate."""
    file, installation = _lock_file(file_id)
    permissions.require(by, Permission.MANAGE_PEC_KEYS, installation)
    if installation.enabled_file_id == file.pk:
        raise NotAllowedNow(installation.get_status_display())

    _take_out(file, installation)
    audit.record("pec.key_file_removed", target=installation, by=by, at=at, filename=file.filename)
    return installation


@transaction.atomic
def erase_real_certificate(*, file_id: int, by: Actor, at: datetime) -> PecInstallation:
    """Erase a file that «Habilitar» found to hold a certificate of the real ICP-Brasil: it may not stay stored."""
    file, installation = _lock_file(file_id)
    permissions.require(by, Permission.MANAGE_PEC_CERTIFICATE, installation)
    if installation.enabled_file_id == file.pk:
        raise NotAllowedNow(installation.get_status_display())

    _take_out(file, installation)
    audit.record("pec.real_certificate_erased", target=installation, by=by, at=at, filename=file.filename)
    return installation


def erase_unopened_files(*, at: datetime) -> int:
    """Erase the files that nobody opened in time, one transaction for each; returns how many.

    Nobody sees or uses them meanwhile: what is in the folder is asked at each use.
    """
    overtaken = list(PecKeyFile.objects.overtaken_at(at).order_by("pk").values_list("pk", flat=True))
    return sum(_sweep(file_id=file_id, at=at) for file_id in overtaken)


@transaction.atomic
def clear_key_file(*, file_id: int, by: Actor, at: datetime) -> None:
    """Write down that the password opened the file and that it holds no certificate of the real ICP-Brasil."""
    file, installation = _lock_file(file_id)
    permissions.require(by, Permission.MANAGE_PEC_CERTIFICATE, installation)
    if file.cleared_at is None:
        file.cleared_at = at
        file.save(update_fields=["cleared_at"])
        audit.record("pec.key_file_opened", target=installation, by=by, at=at, filename=file.filename)


def enable_certificate(
    *,
    installation_id: int,
    file_id: int | None,
    password: str,
    requester_id: int | None,
    serves_rnds: bool,
    serves_cadsus: bool,
    by: Actor,
    at: datetime,
) -> PecInstallation:
    """«Habilitar»: from here on the PEC calls the services by itself with this certificate.

    The file is opened between two short transactions, while nothing is locked. Raises RuleBroken with the PEC's
    sentences for all that is wrong, as far as the file could be read, NotAllowedNow, or Busy.
    """
    choice = _Choice(password, requester_id, serves_rnds=serves_rnds, serves_cadsus=serves_cadsus)
    content = _content_to_enable(installation_id=installation_id, file_id=file_id, by=by, at=at)
    rules = AllAtOnce()
    readable = rules.ask(open_key_file, content, password, by=by)
    if readable is None:
        rules.ask(_require_complete, choice)
    opened = rules.settled(readable)
    if file_id is not None:
        clear_key_file(file_id=file_id, by=by, at=at)
    return _enable(installation_id=installation_id, file_id=file_id, opened=opened, choice=choice, by=by, at=at)


@dataclass(frozen=True)
class _Choice:
    """What the screen asks besides the file."""

    password: str = field(repr=False)
    requester_id: int | None
    serves_rnds: bool
    serves_cadsus: bool


@transaction.atomic
def _content_to_enable(*, installation_id: int, file_id: int | None, by: Actor, at: datetime) -> bytes:
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    return _file_to_enable(installation, file_id, by, at).content


def _file_to_enable(installation: PecInstallation, file_id: int | None, by: Actor, at: datetime) -> PecKeyFile:
    permissions.require(by, Permission.MANAGE_PEC_CERTIFICATE, installation)
    _require_enabling_possible(installation)
    file = installation.key_files.present_at(at).filter(pk=file_id).first() if file_id else None
    if file is None:
        raise RuleBroken("Selecione um certificado da lista.", code="no_file", field="file")
    return file


@transaction.atomic
def _enable(
    *, installation_id: int, file_id: int | None, opened: OpenedKeyFile, choice: _Choice, by: Actor, at: datetime
) -> PecInstallation:
    """Ask everything again under the lock: another may have been enabled while the file was being opened."""
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    file = _file_to_enable(installation, file_id, by, at)
    rules = AllAtOnce()
    in_java = pki.opens_in_java(choice.password)
    rules.require(in_java, RuleBroken(NOT_IN_JAVA, code="password_not_ascii", field="password"))
    rules.ask(_require_current, opened, at)
    rules.ask(_require_complete, choice)
    rules.ask(_require_own_id, installation, opened, choice.requester_id)
    rules.settle()

    installation.enable(
        file=file,
        sealed_password=vault.seal(choice.password.encode()),
        requester_id=choice.requester_id,
        serves_rnds=choice.serves_rnds,
        serves_cadsus=choice.serves_cadsus,
        fingerprint=opened.fingerprint,
        not_after=opened.validity()[1],
        at=at,
    )
    installation.save(update_fields=CERTIFICATE_FIELDS)
    audit.record(
        "pec.certificate_enabled",
        target=installation,
        by=by,
        at=at,
        filename=file.filename,
        sha256=opened.fingerprint,
        requester_id=choice.requester_id,
        services=[name for name, on in (("RNDS", choice.serves_rnds), ("CADSUS", choice.serves_cadsus)) if on],
    )
    return installation


@transaction.atomic
def disable_certificate(*, installation_id: int, by: Actor, at: datetime) -> PecInstallation:
    """«Desabilitar certificado»: the PEC forgets the password; the file stays in the folder. Raises NotAllowedNow."""
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    permissions.require(by, Permission.MANAGE_PEC_CERTIFICATE, installation)
    if not can_proceed(installation.disable):
        raise NotAllowedNow(installation.get_status_display())

    requester_id = installation.requester_id
    installation.disable()
    installation.save(update_fields=CERTIFICATE_FIELDS)
    audit.record("pec.certificate_disabled", target=installation, by=by, at=at, requester_id=requester_id)
    return installation


def _lock_file(file_id: int) -> tuple[PecKeyFile, PecInstallation]:
    """The file and its installation, the row that every change of the folder locks."""
    owner = PecKeyFile.objects.values_list("installation_id", flat=True).get(pk=file_id)
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=owner)
    return installation.key_files.get(pk=file_id), installation


@transaction.atomic
def _sweep(*, file_id: int, at: datetime) -> int:
    """Erase one file unless it was opened, or taken out, in the meantime."""
    owner = PecKeyFile.objects.filter(pk=file_id).values_list("installation_id", flat=True).first()
    if owner is None:
        return 0
    installation = PecInstallation.objects.select_for_update().get(pk=owner)
    file = installation.key_files.overtaken_at(at).filter(pk=file_id).first()
    if file is None:
        return 0
    _erase_unopened(file, installation, at)
    return 1


def _erase_unopened(file: PecKeyFile, installation: PecInstallation, at: datetime) -> None:
    _take_out(file, installation)
    audit.record(
        "pec.unopened_file_erased",
        target=installation,
        by=Actor.routine("rnds.erase_unopened_files", at),
        at=at,
        filename=file.filename,
    )
    mail.write(
        "pec_unopened_file_erased",
        to=_address_of(file.uploaded_by),
        addressee=file.uploaded_by,
        at=at,
        file=file,
        installation=installation,
        portal=settings.PORTAL_URL,
    )


def _address_of(account: User) -> str:
    return (account.person.email if account.person else "") or account.email


def _take_out(file: PecKeyFile, installation: PecInstallation) -> None:
    file.delete()
    if can_proceed(installation.lose_last_file) and not installation.key_files.exists():
        installation.lose_last_file()
        installation.save(update_fields=["status"])


def _require_enabling_possible(installation: PecInstallation) -> None:
    if can_proceed(installation.enable):
        return
    if installation.status == PecInstallation.Status.ENABLED:
        raise RuleBroken(
            "Já existe um certificado habilitado. Desabilite-o antes de continuar.", code="already_enabled"
        )
    raise RuleBroken('Nenhum certificado encontrado na pasta "chaves".', code="empty_folder", field="file")


def _require_current(opened: OpenedKeyFile, at: datetime) -> None:
    not_before, not_after = opened.validity()
    if at >= not_after:
        day = f"{not_after.astimezone(BRASILIA):%d/%m/%Y}"
        raise RuleBroken(f"Certificado expirado em {day}.", code="expired", field="file")
    if at < not_before:
        day = f"{not_before.astimezone(BRASILIA):%d/%m/%Y}"
        raise RuleBroken(f"Certificado válido somente a partir de {day}.", code="not_yet_valid", field="file")


def _require_complete(choice: _Choice) -> None:
    """A service at least, and the id that the RNDS asks for."""
    rules = AllAtOnce()
    some = choice.serves_rnds or choice.serves_cadsus
    rules.require(some, RuleBroken("Selecione ao menos um serviço.", code="no_service", field="services"))
    identified = choice.requester_id is not None or not choice.serves_rnds
    missing = RuleBroken("Informe o identificador solicitante.", code="no_requester_id", field="requester_id")
    rules.require(identified, missing)
    rules.settle()


def _require_own_id(installation: PecInstallation, opened: OpenedKeyFile, requester_id: int | None) -> None:
    """The real PEC only learns of a wrong id at the first call; PEC_VALIDA_ID asks here."""
    if requester_id is None or not switches.now().pec_checks_requester_id:
        return
    credentials = Credential.objects.active().filter(requester_id=requester_id, entity_id=installation.entity_id)
    if not credentials.filter(certificate__sha256=opened.fingerprint).exists():
        ended = endings.ended_credential(fingerprint=opened.fingerprint, entity_id=installation.entity_id)
        if ended is not None and ended.requester_id == requester_id:
            raise RuleBroken(endings.told(ended), code="credential_ended", field="file")
        raise RuleBroken("Identificador solicitante inválido.", code="requester_id", field="requester_id")
