"""Issuing a paper: number, foot, signatures, sealed file. The costly part is done while nothing is locked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Model
from django.urls import reverse

from common import addresses, audit, vault
from common.actor import Actor
from common.legal_time import BRASILIA
from documents import foot, numbers, signing
from documents.models import Paper, PaperSignature, Process
from pki.authority import reading
from pki.authority.identities import SigningIdentity
from pki.models import Certificate
from pki.services.seals import current_seal

# Advisory lock of the serials of processes.
_PROCESSES = 8_001
SEAL_WORDS = "Selado pelo portal: quem assina não usou chave própria."


@dataclass(frozen=True)
class Signatory:
    """Who signs (signatário), as the stripe says; without an `identity` of their own, by the portal's seal."""

    name: str
    role: str
    at: datetime
    identity: SigningIdentity | None = None


@dataclass(frozen=True)
class Draft:
    """A paper before it has numbers: its kind, what it is of, what its process is of, and its pages as PDF."""

    kind: str
    title: str
    target: Model
    matter: Model
    subject: str
    body: bytes


def find_paper(*, kind: str, target: Model) -> Paper | None:
    """The paper of that kind that was issued of `target`; the caller judged who may have it."""
    return Paper.objects.filter(kind=kind, **_name_of(target)).first()


def issue_paper(*, draft: Draft, signatories: Sequence[Signatory], by: Actor, at: datetime) -> Paper:
    """The one paper of that kind of the target: made, numbered and signed at the first call, the same file ever after.

    Outside a transaction: to sign takes time. Two at once sign two files and keep one. The caller asked who may.
    """
    found = find_paper(kind=draft.kind, target=draft.target)
    if found:
        return found
    if not 0 < len(signatories) <= foot.MOST_STRIPES:
        raise ValueError("a paper has one to six signatories")
    process = _open_process(matter=draft.matter, subject=draft.subject, by=by, at=at)
    code = numbers.verifier_code(_next_serial())
    crc = numbers.crc_of(code, draft.body)
    seal = current_seal(at=at)
    content = _signed(draft, signatories, process=process, code=code, crc=crc, seal=seal)
    return _keep(
        draft=draft,
        process=process,
        code=code,
        crc=crc,
        content=content,
        signatories=signatories,
        seal=seal,
        by=by,
        at=at,
    )


def check_url(code: str, crc: str) -> str:
    """Address of the conference of one paper; what its QR says."""
    return f"{settings.PORTAL_URL}{reverse('documents:paper', args=[code, crc])}"


def _signed(
    draft: Draft, signatories: Sequence[Signatory], *, process: Process, code: str, crc: str, seal: SigningIdentity
) -> bytes:
    words = "Quem tem certificado próprio assina com ele; os demais, com o selo do portal."
    sheet = foot.Foot(draft.title, code, crc, process.number, check_url(code, crc), words)
    content = foot.add_foot(draft.body, sheet)
    for position, signatory in enumerate(signatories):
        own = signatory.identity is not None
        stripe = foot.stripe(
            name=signatory.name, role=signatory.role, at=signatory.at, seal_words="" if own else SEAL_WORDS
        )
        content = signing.sign(
            content,
            identity=signatory.identity or seal,
            position=position,
            box=foot.stripe_box(position),
            stripe=stripe,
            name=signatory.name,
            location=addresses.portal_url(),
        )
    return content


@transaction.atomic
def _open_process(*, matter: Model, subject: str, by: Actor, at: datetime) -> Process:
    """The process of the matter; opened with the next number of the year when there is none."""
    found = Process.objects.filter(**_name_of(matter)).first()
    if found:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PROCESSES])
    year = at.astimezone(BRASILIA).year
    last = Process.objects.filter(year=year).aggregate(last=Max("serial"))["last"] or 0
    process, is_new = Process.objects.get_or_create(
        **_name_of(matter),
        defaults={
            "year": year,
            "serial": last + 1,
            "number": numbers.process_number(last + 1, year),
            "subject": subject,
            "opened_at": at,
        },
    )
    if is_new:
        audit.record("process.opened", target=process, by=by, at=at)
    return process


@transaction.atomic
def _keep(
    *,
    draft: Draft,
    process: Process,
    code: str,
    crc: str,
    content: bytes,
    signatories: Sequence[Signatory],
    seal: SigningIdentity,
    by: Actor,
    at: datetime,
) -> Paper:
    paper, is_new = Paper.objects.get_or_create(
        kind=draft.kind,
        **_name_of(draft.target),
        defaults={
            "process": process,
            "title": draft.title,
            "code": code,
            "crc": crc,
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "sealed_content": vault.seal(content),
            "issued_at": at,
        },
    )
    if not is_new:
        return paper
    PaperSignature.objects.bulk_create(
        PaperSignature(
            paper=paper,
            position=position,
            name=signatory.name,
            role=signatory.role,
            signed_at=signatory.at,
            certificate=_row_of((signatory.identity or seal).certificate),
            is_seal=signatory.identity is None,
        )
        for position, signatory in enumerate(signatories)
    )
    audit.record("paper.issued", target=paper, by=by, at=at, code=code, sha256=paper.sha256)
    return paper


def _row_of(certificate: x509.Certificate) -> Certificate:
    """What signs is on record in the room."""
    return Certificate.objects.get(sha256=reading.fingerprint(certificate))


def _name_of(target: Model) -> dict[str, str]:
    return {"target_type": target._meta.label_lower, "target_id": str(target.pk)}


def _next_serial() -> int:
    """A number nobody else gets, without a lock; one that is not used leaves a gap, as in any protocol."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('documents_verifier_code')")
        return int(cursor.fetchone()[0])
