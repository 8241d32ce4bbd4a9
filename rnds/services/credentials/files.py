"""«Credencial»: the file that goes into the folder "chaves" of the PEC."""

from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction

from common import audit, permissions, switches
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from pki import services as pki
from rnds.models import Credential
from rnds.permissions import Permission

GONE = "O arquivo desta credencial já foi baixado e apagado. Solicite uma nova credencial."


class Download(NamedTuple):
    """A file to hand over. The password is never part of it."""

    filename: str
    content: bytes
    content_type: str


@transaction.atomic
def credential_file(*, credential_id: int, by: Actor, at: datetime) -> Download:
    """The .pfx of an ACTIVE credential (or the .cer that was given in its place), and the download in the audit trail.

    With GUARDAR_PFX off the private key is forgotten by the first download; later ones raise RuleBroken.
    """
    credential = Credential.objects.select_for_update().get(pk=credential_id)
    permissions.require(by, Permission.DOWNLOAD_CREDENTIAL, credential)
    if credential.status != Credential.Status.ACTIVE:
        raise NotAllowedNow(credential.get_status_display())
    download = _download_of(credential)
    audit.record("credential.downloaded", target=credential, by=by, at=at, filename=download.filename)
    if credential.file_id and not switches.now().keep_pfx:
        pki.erase_file(file_id=credential.file_id, at=at, by=by)
    return download


def _download_of(credential: Credential) -> Download:
    name = f"credencial-{credential.requester_id}-{credential.establishment_id}"
    if credential.file is None:
        public = x509.load_pem_x509_certificate(credential.certificate.pem.encode())
        return Download(f"{name}.cer", public.public_bytes(Encoding.DER), "application/pkix-cert")
    if not credential.file.content:
        raise RuleBroken(GONE, code="file_erased")
    return Download(f"{name}.pfx", credential.file.content, "application/x-pkcs12")
