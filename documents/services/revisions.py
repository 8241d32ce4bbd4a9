"""One signature more on a registered paper: made while nothing is locked, kept in the transaction of who signs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from django.db import connection, transaction

from common import addresses, audit, vault
from common.actor import Actor
from documents import foot
from documents.models import Paper, PaperFile, PaperSignature
from documents.services import log
from documents.services.signatories import Signatory
from pki.authority import reading
from pki.models import Certificate
from pki.services.seals import current_seal

# The file and who signed it, both or neither; that the certificate is on record the signature's own column asks.
_KEEP = f"""
    WITH kept AS (
        INSERT INTO {PaperFile._meta.db_table} (paper_id, number, sha256, size, sealed_content)
        VALUES (%s, %s, %s, %s, %s) ON CONFLICT (paper_id, number) DO NOTHING RETURNING paper_id
    )
    INSERT INTO {PaperSignature._meta.db_table} (paper_id, position, name, role, signed_at, is_seal, certificate_id)
    SELECT paper_id, %s, %s, %s, %s, %s, (SELECT id FROM {Certificate._meta.db_table} WHERE sha256 = %s) FROM kept
"""  # noqa: S608 -- names of our own tables


@dataclass(frozen=True)
class Revision:
    """A paper under its signature number `position` (from 0), ready to be kept."""

    paper: Paper
    position: int
    signatory: Signatory
    certificate: x509.Certificate
    is_seal: bool
    file: PaperFile = field(repr=False)


def next_revision(paper: Paper, signatory: Signatory, *, at: datetime) -> Revision:
    """The paper as it is, under one more signature; the first brings the proof that it is in the receipts log."""
    base, seal = paper.file, current_seal(at=at)
    identity, position = signatory.identity or seal, base.number
    proof = log.prove_paper(paper_id=paper.pk, seal=seal, at=at) if position == 0 else None
    from documents import signing  # noqa: PLC0415 -- pyHanko is long to load, and few processes sign

    content = signing.sign(
        base.content,
        identity=identity,
        position=position,
        box=foot.stripe_box(position),
        stripe=foot.stripe(name=signatory.name, role=signatory.role, at=signatory.at, seal_words=signatory.words),
        name=signatory.name,
        location=addresses.portal_url(),
        attached=proof.as_text().encode() if proof else None,
    )
    certificate = identity.certificate
    return Revision(
        paper, position, signatory, certificate, certificate == seal.certificate, file_of(paper, position + 1, content)
    )


@transaction.atomic
def keep_revision(*, revision: Revision, by: Actor, at: datetime) -> None:
    """Keep it, unless somebody has signed in that place already: the file that was kept first stays."""
    paper, file = revision.paper, revision.file
    if not _is_kept(revision):
        paper.file = paper.files.get(number=file.number)
        return
    paper.file = file
    if file.number == paper.signatories:
        audit.record("paper.issued", target=paper, by=by, at=at, code=paper.code, sha256=paper.sha256)


def _is_kept(revision: Revision) -> bool:
    """Whether the place was free; who comes second waits here for the end of the first one's transaction."""
    file, signatory = revision.file, revision.signatory
    written = (file.paper_id, file.number, file.sha256, file.size, bytes(file.sealed_content))
    signed = (revision.position, signatory.name, signatory.role, signatory.at, revision.is_seal)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, (*written, *signed, reading.fingerprint(revision.certificate)))
        return bool(cursor.rowcount)


def file_of(paper: Paper, number: int, content: bytes) -> PaperFile:
    """The sealed file of a paper under so many signatures, not saved yet."""
    file = PaperFile(
        paper=paper,
        number=number,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        sealed_content=vault.seal(content),
    )
    # Who signs it next need not open it.
    file.content = content
    return file
