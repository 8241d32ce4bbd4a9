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
from documents.models import Paper, PaperFile, PaperSignature, Process
from documents.services import log
from documents.services.signatories import Signatory
from pki.authority import reading
from pki.authority.identities import SigningIdentity
from pki.models import Certificate
from pki.services import locks
from pki.services.seals import current_seal

# Advisory lock of the serials of processes.
_PROCESSES = 8_001
# And of the editions of papers that are issued more than once.
_EDITIONS = 8_003
_WORDS = "Quem tem certificado próprio assina com ele; os demais, com o selo do portal."


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
    """The paper of that kind that was issued last of `target`; the caller judged who may have it."""
    return Paper.objects.issued().filter(kind=kind, **_name_of(target)).order_by("edition").last()


def issue_paper(*, draft: Draft, signatories: Sequence[Signatory], by: Actor, at: datetime) -> Paper:
    """The one paper of that kind of the target: made, numbered and signed at the first call, the same file ever after.

    Outside a transaction: to sign takes time. The paper enters the receipts log as it is registered, so that its file
    can bring the proof; who died before signing is followed by the next call. Two at once sign two files and keep one.
    The caller asked who may.
    """
    _require_fit(signatories)
    paper = Paper.objects.filter(kind=draft.kind, **_name_of(draft.target)).order_by("edition").first()
    paper = paper or _register(draft, signatories, edition=1, by=by, at=at)
    return _sign(paper, signatories, by=by, at=at)


def issue_edition(*, draft: Draft, signatories: Sequence[Signatory], by: Actor, at: datetime) -> Paper:
    """One more paper of that kind of the target (via), whenever it is asked for: nobody gets that of another.

    Else as issue_paper; who died before signing leaves a gap.
    """
    _require_fit(signatories)
    return _sign(_register(draft, signatories, edition=None, by=by, at=at), signatories, by=by, at=at)


def check_url(code: str, crc: str) -> str:
    """Address of the conference of one paper; what its QR says."""
    return f"{settings.PORTAL_URL}{reverse('documents:paper', args=[code, crc])}"


def _require_fit(signatories: Sequence[Signatory]) -> None:
    if not 0 < len(signatories) <= foot.MOST_STRIPES:
        raise ValueError("a paper has one to six signatories")


def _sign(paper: Paper, signatories: Sequence[Signatory], *, by: Actor, at: datetime) -> Paper:
    """Sign what is registered, unless it was signed already."""
    if paper.file.number < paper.signatories:
        content, seal = _signed(paper, signatories, at=at)
        _keep(paper, content, signatories, seal, by=by, at=at)
    return paper


def _register(draft: Draft, signatories: Sequence[Signatory], *, edition: int | None, by: Actor, at: datetime) -> Paper:
    """Give the paper its numbers, its last sheet and its entry in the log; the file that was written first stays.

    Without an `edition` it is the next one of its target.
    """
    process = _open_process(matter=draft.matter, subject=draft.subject, by=by, at=at)
    code = numbers.verifier_code(_next_serial())
    crc = numbers.crc_of(code, draft.body)
    sheet = foot.Foot(draft.title, code, crc, process.number, check_url(code, crc), _WORDS)
    content = foot.add_foot(draft.body, sheet)
    with transaction.atomic():
        paper, is_new = Paper.objects.get_or_create(
            kind=draft.kind,
            **_name_of(draft.target),
            edition=edition or _next_edition(draft),
            defaults={
                "process": process,
                "title": draft.title,
                "code": code,
                "crc": crc,
                "signatories": len(signatories),
                "issued_at": at,
            },
        )
        if is_new:
            _enter(paper, content, signatories)
    return paper


def _next_edition(draft: Draft) -> int:
    locks.take(_EDITIONS)
    papers = Paper.objects.filter(kind=draft.kind, **_name_of(draft.target))
    return int(papers.aggregate(last=Max("edition"))["last"] or 0) + 1


def _enter(paper: Paper, content: bytes, signatories: Sequence[Signatory]) -> None:
    """The file to sign, and the entry that names its bytes; it gets its place last, for others wait for that."""
    unsigned = _add_file(paper, 0, content)
    log.enter(
        "paper",
        paper=paper,
        paper_kind=paper.kind,
        title=paper.title,
        code=paper.code,
        crc=paper.crc,
        process=paper.process.number,
        at=paper.issued_at.isoformat(),
        signatories=[f"{signatory.name}, {signatory.role}" for signatory in signatories],
        sha256=unsigned.sha256,
        bytes=unsigned.size,
    )
    log.place_entries()


def _add_file(paper: Paper, number: int, content: bytes) -> PaperFile:
    return PaperFile.objects.create(
        paper=paper,
        number=number,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        sealed_content=vault.seal(content),
    )


def _signed(paper: Paper, signatories: Sequence[Signatory], *, at: datetime) -> tuple[bytes, SigningIdentity]:
    """The file under all signatures, with the proof that it is in the log under the first; and the seal in force."""
    content, seal = paper.content, current_seal(at=at)
    proof = log.prove(entry_id=paper.entry.pk, at=at)
    for position, signatory in enumerate(signatories):
        stripe = foot.stripe(name=signatory.name, role=signatory.role, at=signatory.at, seal_words=signatory.words)
        content = signing.sign(
            content,
            identity=signatory.identity or seal,
            position=position,
            box=foot.stripe_box(position),
            stripe=stripe,
            name=signatory.name,
            location=addresses.portal_url(),
            attached=proof.as_text().encode() if position == 0 else None,
        )
    return content, seal


@transaction.atomic
def _open_process(*, matter: Model, subject: str, by: Actor, at: datetime) -> Process:
    """The process of the matter; opened with the next number of the year when there is none."""
    found = Process.objects.filter(**_name_of(matter)).first()
    if found:
        return found
    locks.take(_PROCESSES)
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
    paper: Paper,
    content: bytes,
    signatories: Sequence[Signatory],
    seal: SigningIdentity,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The signed file and who signed it; who comes second finds those of the first."""
    Paper.objects.select_for_update(no_key=True).get(pk=paper.pk)
    if found := paper.files.filter(number=len(signatories)).first():
        paper.file = found
        return
    file = _add_file(paper, len(signatories), content)
    PaperSignature.objects.bulk_create(
        PaperSignature(
            paper=paper,
            position=position,
            name=signatory.name,
            role=signatory.role,
            signed_at=signatory.at,
            certificate=_row_of((signatory.identity or seal).certificate),
            is_seal=(signatory.identity or seal).certificate == seal.certificate,
        )
        for position, signatory in enumerate(signatories)
    )
    paper.file = file
    audit.record("paper.issued", target=paper, by=by, at=at, code=paper.code, sha256=file.sha256)


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
