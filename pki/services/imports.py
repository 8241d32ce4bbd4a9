"""Certificates that people bring: inspection with the revocations we know of, and keeping what passed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from common import audit, vault
from common.exceptions import RuleBroken
from pki.authority import inspection
from pki.authority.errors import InspectionRefused
from pki.authority.hierarchy import pem
from pki.models import Authority, Certificate, Pkcs12File
from pki.services.authorities import trust_store
from pki.services.certificates import certificate_fields
from pki.services.revocation import revoked_at_of


class CertificateRefused(RuleBroken):
    """An uploaded container failed a check.

    `check` is "C1" … "C13" or "REAL" (also `code`); `field` is "file" or "password"; `found` says what a renamed file
    really is ("pem", "der", "jks") or "".
    """

    def __init__(self, refused: InspectionRefused) -> None:
        super().__init__(refused.message, code=refused.check, field=refused.about)
        self.check = refused.check
        self.found = refused.found


def inspect_pkcs12(*, content: bytes, filename: str, password: str, at: datetime) -> inspection.Inspection:
    """Run the checks C1 to C11 and C13 on an upload; raises CertificateRefused at the first that fails."""
    try:
        return inspection.inspect(
            content=content,
            filename=filename,
            password=password,
            at=at,
            store=trust_store(),
            revoked_at=revoked_at_of,
        )
    except InspectionRefused as refused:
        raise CertificateRefused(refused) from None


@transaction.atomic
def import_pkcs12(
    *, content: bytes, filename: str, password: str, at: datetime, by: Any = None
) -> tuple[Certificate, Pkcs12File, tuple[str, ...]]:
    """Keep an uploaded container and its certificate; a certificate already known keeps its row.

    Returns the certificate, the file and the warnings for the person. Raises CertificateRefused and then keeps nothing.
    """
    inspected = inspect_pkcs12(content=content, filename=filename, password=password, at=at)
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
        certificate=certificate, form=inspected.form, sealed_content=vault.seal(content), created_at=at
    )
    audit.record("certificate.imported", target=certificate, at=at, actor=by, system="" if by else "pki", new=is_new)
    return certificate, file, inspected.warnings
