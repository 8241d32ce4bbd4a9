"""Issuing a paper: number, foot, signatures, sealed file. The costly part is done while nothing is locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Model, QuerySet
from django.urls import reverse

from common import audit, prepared
from common.actor import Actor
from common.legal_time import BRASILIA
from documents import foot, numbers
from documents.models import Paper, Process
from documents.services import log
from documents.services.revisions import file_of, keep_revision, next_revision
from documents.services.signatories import Signatory
from pki.services import locks

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
    paper = register_paper(draft=draft, signed_by=_lines_of(signatories), by=by, at=at)
    return sign_for(paper=paper, signatories=signatories, by=by, at=at)


def issue_edition(*, draft: Draft, signatories: Sequence[Signatory], by: Actor, at: datetime) -> Paper:
    """One more paper of that kind of the target (via), whenever it is asked for: nobody gets that of another.

    Else as issue_paper; who died before signing leaves a gap.
    """
    paper = _register(draft, _lines_of(signatories), edition=None, by=by, at=at)
    return sign_for(paper=paper, signatories=signatories, by=by, at=at)


def register_paper(*, draft: Draft, signed_by: Sequence[str], by: Actor, at: datetime) -> Paper:
    """The one paper of that kind of the target, with its numbers and its place in the receipts log, unsigned as yet.

    `signed_by` says all who are to sign, «nome, cargo», in order: each signs in turn (services.revisions), and the last
    signature issues it. The caller asked who may.
    """
    found = _first_edition(kind=draft.kind, **_name_of(draft.target))
    return found[0] if found else _register(draft, signed_by, edition=1, by=by, at=at)


@prepared.composed
def _first_edition(kind: str, target_type: str, target_id: str) -> QuerySet[Paper]:
    rows = Paper.objects.filter(kind=kind, target_type=target_type, target_id=target_id)
    return rows.order_by("edition")[:1]


def sign_for(*, paper: Paper, signatories: Sequence[Signatory], by: Actor, at: datetime) -> Paper:
    """Add the signatures of these, the first ones of the paper, that it has not yet; as issue_paper."""
    for signatory in signatories[paper.file.number :]:
        keep_revision(revision=next_revision(paper, signatory, at=at), by=by, at=at)
    return paper


def check_url(code: str, crc: str) -> str:
    """Address of the conference of one paper; what its QR says."""
    return f"{settings.PORTAL_URL}{reverse('documents:paper', args=[code, crc])}"


def _lines_of(signatories: Sequence[Signatory]) -> list[str]:
    return [f"{signatory.name}, {signatory.role}" for signatory in signatories]


def _register(draft: Draft, signed_by: Sequence[str], *, edition: int | None, by: Actor, at: datetime) -> Paper:
    """Give the paper its numbers, its last sheet and its entry in the log; the one that was written first stays.

    Without an `edition` it is the next one of its target.
    """
    if not 0 < len(signed_by) <= foot.MOST_STRIPES:
        raise ValueError("a paper has one to six signatories")
    process = _process_of(draft.matter) or _open_process(matter=draft.matter, subject=draft.subject, by=by, at=at)
    code = numbers.verifier_code(_next_serial())
    crc = numbers.crc_of(code, draft.body)
    sheet = foot.Foot(draft.title, code, crc, process.number, check_url(code, crc), _WORDS)
    content = foot.add_foot(draft.body, sheet)
    try:
        with transaction.atomic():
            paper: Paper = Paper.objects.create(
                kind=draft.kind,
                **_name_of(draft.target),
                edition=edition or _next_edition(draft),
                process=process,
                title=draft.title,
                code=code,
                crc=crc,
                signatories=len(signed_by),
                issued_at=at,
            )
            _enter(paper, content, signed_by)
    except IntegrityError:
        if edition is None:
            raise
        # Another has just registered it.
        return Paper.objects.get(kind=draft.kind, **_name_of(draft.target), edition=edition)
    return paper


def _next_edition(draft: Draft) -> int:
    locks.take(_EDITIONS)
    papers = Paper.objects.filter(kind=draft.kind, **_name_of(draft.target))
    return int(papers.aggregate(last=Max("edition"))["last"] or 0) + 1


def _enter(paper: Paper, content: bytes, signed_by: Sequence[str]) -> None:
    """The file to sign, and the entry that names its bytes; it gets its place last, for others wait for that."""
    paper.file = unsigned = file_of(paper, 0, content)
    unsigned.save()
    log.enter(
        "paper",
        paper=paper,
        paper_kind=paper.kind,
        title=paper.title,
        code=paper.code,
        crc=paper.crc,
        process=paper.process.number,
        at=paper.issued_at.isoformat(),
        signatories=list(signed_by),
        sha256=unsigned.sha256,
        bytes=unsigned.size,
    )
    log.place_entries()


def _process_of(matter: Model) -> Process | None:
    return next(iter(_processes(**_name_of(matter))), None)


@prepared.composed
def _processes(target_type: str, target_id: str) -> QuerySet[Process]:
    """One at most."""
    return Process.objects.filter(target_type=target_type, target_id=target_id)


@transaction.atomic
def _open_process(*, matter: Model, subject: str, by: Actor, at: datetime) -> Process:
    """The process of a matter that had none, with the next number of the year."""
    locks.take(_PROCESSES)
    year = at.astimezone(BRASILIA).year
    # Another may have opened it meanwhile: from here on nobody else does.
    if found := _process_of(matter):
        return found
    last = Process.objects.filter(year=year).aggregate(last=Max("serial"))["last"] or 0
    process: Process = Process.objects.create(
        **_name_of(matter),
        year=year,
        serial=last + 1,
        number=numbers.process_number(last + 1, year),
        subject=subject,
        opened_at=at,
    )
    audit.record("process.opened", target=process, by=by, at=at)
    return process


def _name_of(target: Model) -> dict[str, str]:
    return {"target_type": target._meta.label_lower, "target_id": str(target.pk)}


def _next_serial() -> int:
    """A number nobody else gets, without a lock; one that is not used leaves a gap, as in any protocol."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('documents_verifier_code')")
        return int(cursor.fetchone()[0])
