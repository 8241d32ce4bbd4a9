"""One signature more on a registered paper: made while nothing is locked, kept in the transaction of who signs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from django.db import transaction

from common import addresses, audit, vault
from common.actor import Actor
from documents import foot
from documents.models import Paper, PaperFile, PaperSignature
from documents.services import log
from documents.services.signatories import Signatory
from pki.authority import reading
from pki.models import Certificate
from pki.services.seals import current_seal


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
    paper, signatory = revision.paper, revision.signatory
    Paper.objects.select_for_update(no_key=True).get(pk=paper.pk)
    found = paper.files.filter(number=revision.file.number).first()
    paper.file = found or revision.file
    if found:
        return
    revision.file.save()
    certificates = Certificate.objects.filter(sha256=reading.fingerprint(revision.certificate))
    PaperSignature.objects.create(
        paper=paper,
        position=revision.position,
        name=signatory.name,
        role=signatory.role,
        signed_at=signatory.at,
        certificate_id=certificates.values_list("pk", flat=True).get(),
        is_seal=revision.is_seal,
    )
    if paper.file.number == paper.signatories:
        audit.record("paper.issued", target=paper, by=by, at=at, code=paper.code, sha256=paper.sha256)


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
