"""«Testar conexão»: the PEC calls the services of its certificate as before sending, and keeps the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.documents import CNS_LENGTH
from common.exceptions import NotAllowedNow
from common.legal_time import BRASILIA
from rnds.models import PecInstallation
from rnds.permissions import Permission
from rnds.services import endings, pdq
from rnds.services.key_files import OpenedKeyFile, open_key_file
from rnds.services.pec_line import Line, Result, Step, Stopped

# Nobody has this number: «não encontrado» is how the CADSUS says that it is there.
NOBODY = pdq.Asked(number="0" * CNS_LENGTH)


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome for the screen, the calls behind it, and what is wrong, in words ("" when all is well)."""

    result: PecInstallation.LastResult
    steps: tuple[Step, ...] = ()
    reason: str = ""


def test_connection(*, installation_id: int, by: Actor, at: datetime) -> Tried:
    """Call what the enabled certificate serves (RNDS, CADSUS) and keep the outcome («Status do último envio»).

    The file is opened and the network called between two short transactions, never while a row is locked. Raises
    NotAllowedNow when no certificate is enabled, and Busy.
    """
    installation, content = enabled_certificate(
        installation_id=installation_id, permission=Permission.MANAGE_PEC_CERTIFICATE, by=by
    )
    tried = _try(installation, open_key_file(content, installation.password, by=by), at)
    record_result(installation_id=installation_id, file_id=installation.enabled_file_id, tried=tried, by=by, at=at)
    return tried


@transaction.atomic
def record_result(
    *, installation_id: int, file_id: int | None, tried: Tried, by: Actor, at: datetime
) -> PecInstallation:
    """Keep the outcome of the calls, unless the certificate that made them was changed in the meantime."""
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    permissions.require(by, Permission.MANAGE_PEC_CERTIFICATE, installation)
    if not can_proceed(installation.disable) or installation.enabled_file_id != file_id:
        raise NotAllowedNow(installation.get_status_display())

    installation.last_result, installation.last_result_at = tried.result, at
    installation.save(update_fields=["last_result", "last_result_at"])
    audit.record(
        "pec.connection_tested",
        target=installation,
        by=by,
        at=at,
        result=tried.result.value,
        calls=[on_record(step) for step in tried.steps],
    )
    return installation


@transaction.atomic
def enabled_certificate(*, installation_id: int, permission: str, by: Actor) -> tuple[PecInstallation, bytes]:
    """The installation and the file of its enabled certificate. Raises NotAllowedNow."""
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    permissions.require(by, permission, installation)
    if installation.enabled_file is None:
        raise NotAllowedNow(installation.get_status_display())
    return installation, installation.enabled_file.content


def expired_by_day(opened: OpenedKeyFile, at: datetime) -> bool:
    """«Certificado expirado»: the PEC compares days (validity < today); on the last day only the server notices."""
    return opened.validity()[1].astimezone(BRASILIA).date() < at.astimezone(BRASILIA).date()


def on_record(step: Step) -> dict[str, Any]:
    """What the trail keeps of a call: by its request id the log of calls tells the rest."""
    return {
        "door": step.door,
        "status": step.status,
        "failed": step.result != Result.SUCCESS,
        "reason": step.reason,
        "request_id": step.request_id,
    }


def _try(installation: PecInstallation, opened: OpenedKeyFile, at: datetime) -> Tried:
    if expired_by_day(opened, at):
        return Tried(Result.CERTIFICATE_EXPIRED)
    line = Line(opened)
    try:
        if installation.serves_rnds:
            line.rnds_token()
        if installation.serves_cadsus:
            line.citizens(pdq.question(NOBODY, sender=installation.name, at=at))
    except Stopped as stopped:
        return Tried(line.steps[-1].result, tuple(line.steps), str(stopped))
    # A token without a credential opens nothing: what ended is a failure although the addresses answered.
    ended = endings.troubles_of([installation], at)
    return Tried(Result.CERTIFICATE_FAILURE if ended else Result.SUCCESS, tuple(line.steps))
