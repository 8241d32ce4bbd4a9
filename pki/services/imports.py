"""Certificates that people bring: inspection with the revocations we know of, and keeping what passed."""

import hashlib
from datetime import datetime
from functools import partial

from cryptography import x509
from django.db import transaction

from common import audit, clock, vault
from common.actor import Actor
from common.exceptions import RuleBroken
from pki.authority import inspection
from pki.authority.errors import InspectionRefused
from pki.authority.hierarchy import pem
from pki.models import Authority, Certificate, Pkcs12File
from pki.services import openings
from pki.services.authorities import trust_store
from pki.services.certificates import certificate_fields
from pki.services.revocation import revoked_at_of
from rooms import marks, worlds

OTHER_ROOM = "Este certificado foi emitido em outra sala e só vale nela. Gere ou importe um desta sala."


class CertificateRefused(RuleBroken):
    """An uploaded container failed a check.

    `check` is "C1" … "C13", "REAL" or "ROOM" (also `code`); `field` is "file" or "password"; `found` is the kind of
    file in pki.authority.recognition, or "".
    """

    def __init__(self, refused: InspectionRefused) -> None:
        super().__init__(refused.message, code=refused.check, field=refused.about)
        self.check = refused.check
        self.found = refused.found


def inspect_pkcs12(
    *, content: bytes, filename: str, password: str, at: datetime, by: Actor | None = None
) -> inspection.Inspection:
    """Run the checks C1 to C11 and C13 on an upload; raises CertificateRefused at the first that fails, or Busy.

    The container is opened here: call it before the transaction that keeps the result.
    """
    try:
        inspected = inspection.inspect(
            content=content,
            filename=filename,
            password=password,
            at=clock.real(at),
            store=trust_store(),
            revoked_at=revoked_at_of,
            opened_by=partial(openings.open_container, by=by),
        )
        _require_of_this_room(inspected.certificate)
    except InspectionRefused as refused:
        raise CertificateRefused(refused) from None
    return inspected


def _require_of_this_room(certificate: x509.Certificate) -> None:
    """What another room issued could never answer here."""
    world, claimed = worlds.current(), marks.room_of(pem(certificate).decode())
    if claimed and (world is None or claimed != world.code):
        raise InspectionRefused("ROOM", OTHER_ROOM)


def shows_real_certificate(content: bytes) -> bool:
    """Whether a file shows, to whoever has no password, a certificate of the real ICP-Brasil."""
    return inspection.shows_real_certificate(content, store=trust_store())


def is_known_file(content: bytes) -> bool:
    """Whether the house wrote this very container, or opened it when it was brought."""
    return Pkcs12File.objects.filter(sha256=hashlib.sha256(content).hexdigest()).exists()


@transaction.atomic
def keep_pkcs12(
    *, inspected: inspection.Inspection, content: bytes, at: datetime, by: Actor | None = None
) -> tuple[Certificate, Pkcs12File]:
    """Keep an inspected container and its certificate; a certificate already known keeps its row."""
    fields = certificate_fields(inspected.facts)
    certificate, is_new = Certificate.objects.get_or_create(
        sha256=fields.pop("sha256"),
        defaults={
            "authority": Authority.objects.get(slug=inspected.authority),
            "origin": Certificate.Origin.IMPORTED,
            "pem": pem(inspected.certificate).decode(),
            "created_at": at,
            **fields,
        },
    )
    file = Pkcs12File.objects.create(
        certificate=certificate,
        form=inspected.form,
        sealed_content=vault.seal(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=at,
    )
    audit.record("certificate.imported", target=certificate, at=at, by=by or Actor.routine("pki", at), new=is_new)
    return certificate, file
