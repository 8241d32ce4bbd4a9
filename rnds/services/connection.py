"""«Testar conexão»: the PEC calls the token address by mutual TLS with its own certificate, as before sending."""

from __future__ import annotations

import http.client
import json
import secrets
import ssl
import tempfile
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from django.conf import settings
from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow
from common.legal_time import BRASILIA
from pki import services as pki
from rnds.models import PecInstallation
from rnds.permissions import Permission
from rnds.services import endings
from rnds.services.key_files import OpenedKeyFile, open_key_file

TIME_LIMIT_SECONDS = 5.0
MAX_ANSWER_BYTES = 64 * 1024

Result = PecInstallation.LastResult


def test_connection(*, installation_id: int, by: Actor, at: datetime) -> PecInstallation.LastResult:
    """Call the token address with the enabled certificate and keep the outcome («Status do último envio»).

    The file is opened and the network called between two short transactions, never while a row is locked. Raises
    NotAllowedNow when no certificate is enabled, and Busy.
    """
    installation, content = _enabled_certificate(installation_id=installation_id, by=by)
    opened = open_key_file(content, installation.password, by=by)
    result = _outcome(installation, opened, at)
    record_result(installation_id=installation_id, file_id=installation.enabled_file_id, result=result, by=by, at=at)
    return result


@transaction.atomic
def record_result(
    *, installation_id: int, file_id: int | None, result: PecInstallation.LastResult, by: Actor, at: datetime
) -> PecInstallation:
    """Keep the outcome of a call, unless the certificate that made it was changed in the meantime."""
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    permissions.require(by, Permission.MANAGE_PEC_CERTIFICATE, installation)
    if not can_proceed(installation.disable) or installation.enabled_file_id != file_id:
        raise NotAllowedNow(installation.get_status_display())

    installation.last_result, installation.last_result_at = result, at
    installation.save(update_fields=["last_result", "last_result_at"])
    audit.record("pec.connection_tested", target=installation, by=by, at=at, result=result.value)
    return installation


@transaction.atomic
def _enabled_certificate(*, installation_id: int, by: Actor) -> tuple[PecInstallation, bytes]:
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    permissions.require(by, Permission.MANAGE_PEC_CERTIFICATE, installation)
    if installation.enabled_file is None:
        raise NotAllowedNow(installation.get_status_display())
    return installation, installation.enabled_file.content


def _outcome(installation: PecInstallation, opened: OpenedKeyFile, at: datetime) -> PecInstallation.LastResult:
    """The PEC compares days (validity < today); on the last day only the server notices, and it is a failure."""
    if opened.validity()[1].astimezone(BRASILIA).date() < at.astimezone(BRASILIA).date():
        return Result.CERTIFICATE_EXPIRED
    try:
        status, body = _call(settings.TLS_URL, opened)
    except ssl.SSLError as error:
        return Result.CERTIFICATE_FAILURE if "ALERT" in (error.reason or "") else Result.NO_CONNECTION
    except (OSError, http.client.HTTPException):
        return Result.NO_CONNECTION
    if status == http.client.OK and _has_token(body):
        # A token without a credential opens nothing: what ended is a failure although the address answered.
        return Result.CERTIFICATE_FAILURE if endings.troubles_of([installation], at) else Result.SUCCESS
    return Result.CERTIFICATE_FAILURE if status == http.client.UNAUTHORIZED else Result.NO_CONNECTION


def _call(url: str, opened: OpenedKeyFile) -> tuple[int, bytes]:
    address = urlsplit(url)
    caller = http.client.HTTPSConnection(
        address.hostname or "", address.port, context=_context(opened), timeout=TIME_LIMIT_SECONDS
    )
    try:
        caller.request("GET", f"{address.path.rstrip('/')}/api/token", headers={"Accept": "application/json"})
        answer = caller.getresponse()
        return answer.status, answer.read(MAX_ANSWER_BYTES)
    finally:
        caller.close()


def _context(opened: OpenedKeyFile) -> ssl.SSLContext:
    """Trusts only the authority of the simulator's own server.

    The ssl module reads keys from files only: this one is private to the account, encrypted under a password that
    never leaves memory, and gone before the call.
    """
    context = ssl.create_default_context(cadata=pki.trusted_bundle_pem().decode())
    password = secrets.token_bytes(32).hex().encode()
    encryption = BestAvailableEncryption(password)
    with tempfile.NamedTemporaryFile(prefix="pec-") as file:
        file.write(opened.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
        for certificate in (opened.certificate, *opened.chain):
            file.write(certificate.public_bytes(Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name, password=password)
    return context


def _has_token(body: bytes) -> bool:
    try:
        return bool(json.loads(body).get("access_token"))
    except (ValueError, AttributeError):
        return False
