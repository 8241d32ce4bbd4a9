"""What ended by itself or by somebody else's act, told where its owner looks: why, and what took its place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from common.legal_time import BRASILIA
from pki.models import Certificate
from rnds.models import Credential, PecInstallation

REPLACED = 'Baixe a {successor}, inclua o .pfx na pasta "chaves" e habilite-o com o identificador {number}.'
REVOKED = "O acesso à RNDS terminou: solicite nova credencial."
EXPIRED = "O certificado venceu em {day:%d/%m/%Y}. Solicite nova credencial e habilite o certificado novo."
CERTIFICATE_REVOKED = "O certificado foi revogado em {day:%d/%m/%Y}. Solicite nova credencial."


def ended_credential(*, fingerprint: str, entity_id: int) -> Credential | None:
    """The newest credential of that certificate when none of them is active any more."""
    return _ended(Credential.objects.filter(certificate__sha256=fingerprint, entity_id=entity_id)).get(fingerprint)


def told(credential: Credential) -> str:
    """How it ended and what to do now. The last of a row of successors is the one that works."""
    latest = credential
    while latest.superseded_by is not None:
        latest = latest.superseded_by
    if latest is credential or latest.status != Credential.Status.ACTIVE:
        return f"{credential.ending} {REVOKED}"
    return f"{credential.ending} {REPLACED.format(successor=latest.full_name, number=latest.requester_id)}"


def troubles_of(installations: Iterable[PecInstallation], at: datetime) -> dict[int, str]:
    """Why the enabled certificate of an installation opens the RNDS no more, by its key; sound ones are absent."""
    enabled = [row for row in installations if row.status == PecInstallation.Status.ENABLED and row.certificate_sha256]
    fingerprints = {row.certificate_sha256 for row in enabled}
    if not fingerprints:
        return {}
    ended = _ended(Credential.objects.filter(certificate__sha256__in=fingerprints))
    certificates = Certificate.objects.filter(sha256__in=fingerprints).values_list("sha256", "revoked_at")
    revoked = {fingerprint: revoked_at for fingerprint, revoked_at in certificates if revoked_at}
    found = {row.pk: _trouble(row, ended, revoked, at) for row in enabled}
    return {pk: text for pk, text in found.items() if text}


def _trouble(row: PecInstallation, ended: dict[str, Credential], revoked: dict[str, datetime], at: datetime) -> str:
    fingerprint = row.certificate_sha256
    if fingerprint in ended and row.serves_rnds:
        return told(ended[fingerprint])
    if fingerprint in revoked:
        return CERTIFICATE_REVOKED.format(day=revoked[fingerprint].astimezone(BRASILIA))
    if row.certificate_not_after is not None and row.certificate_not_after <= at:
        return EXPIRED.format(day=row.certificate_not_after.astimezone(BRASILIA))
    return ""


def _ended(rows: QuerySet[Credential]) -> dict[str, Credential]:
    """By fingerprint, the newest credential of each certificate that no active one uses."""
    newest: dict[str, Credential] = {}
    in_use: set[str] = set()
    related = ("certificate", "superseded_by__superseded_by")
    for row in rows.select_related(*related).order_by("revoked_at", "pk"):
        newest[row.certificate.sha256] = row
        if row.status == Credential.Status.ACTIVE:
            in_use.add(row.certificate.sha256)
    return {fingerprint: row for fingerprint, row in newest.items() if fingerprint not in in_use}
