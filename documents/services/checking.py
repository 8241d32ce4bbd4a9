"""Conferência de autenticidade: by the codes of the foot, or by the file itself. Nothing that is brought is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.crypto import constant_time_compare

from common import addresses, clock, counters
from common.exceptions import Busy, RuleBroken
from common.uploads.pdf import run_apart
from documents.models import Paper, Revocation
from pki.models import Certificate
from pki.services.authorities import trusted_bundle_pem

MOST_BYTES = 10 * 1024 * 1024
# Of one código verificador, after which it is closed for the time that follows, whoever asks.
WRONG_CRCS, CLOSED_FOR = 10, timedelta(minutes=15)
_WRONG = "documents.wrong_crc"
# A program, and in how many octets it is told the length of the PEM: to import it would load what only it needs.
_READER, _LENGTH_OCTETS = Path(__file__).parents[1] / "reader.py", 8
_ENCRYPTED = "O PDF tem senha ou restrição de uso. Confira o arquivo sem proteção."
_DAMAGED = "O arquivo não é um PDF inteiro ou é complexo demais para ser conferido."


class Outcome(StrEnum):
    """The answer to a file."""

    INTACT = "intact"
    ALTERED = "altered"
    UNKNOWN_AUTHORITY = "unknown_authority"
    REVOKED = "revoked"
    OTHER_FILE = "other_file"
    OTHER_ROOM = "other_room"
    UNSIGNED = "unsigned"


@dataclass(frozen=True)
class Signature:
    """One signature of the file, as the reader found it, and whether this room knows its certificate as revoked."""

    name: str
    signer: str
    issuer: str
    location: str
    certificate: str
    revision: int
    at: datetime | None
    is_intact: bool
    is_last_word: bool
    is_trusted: bool
    revocation: Revocation | None = None


@dataclass(frozen=True)
class Finding:
    """What is known of a file: `paper` is the one of this room that it is, or whose codes it bears."""

    outcome: Outcome
    signatures: tuple[Signature, ...]
    revisions: int
    size: int
    paper: Paper | None = None

    @property
    def broken(self) -> Signature | None:
        """The first signature whose bytes were changed."""
        return next((signature for signature in self.signatures if not signature.is_intact), None)

    @property
    def last_good(self) -> int:
        """The last revision that stands; 0 when none does."""
        return max((signature.revision for signature in self.signatures if signature.is_intact), default=0)

    @property
    def stranger(self) -> Signature | None:
        """The first signature by an authority that is not of the house."""
        return next((signature for signature in self.signatures if not signature.is_trusted), None)

    @property
    def revoked(self) -> Signature | None:
        """The first signature by a certificate that was revoked already."""
        return next((signature for signature in self.signatures if _was_revoked(signature)), None)


def find_by_codes(*, code: str, crc: str, real_at: datetime) -> Paper | None:
    """The paper with this code and CRC. A code whose CRC is guessed wrong ten times closes for fifteen minutes.

    Raises Busy while it is closed, for the right CRC as well, so that guessing on tells nothing.
    """
    tally = counters.tally(_WRONG, code, at=real_at)
    if tally.times >= WRONG_CRCS:
        raise Busy("Este código foi tentado muitas vezes. Tente mais tarde.", retry_after=tally.seconds_left(real_at))
    rows = Paper.objects.issued().filter(code=code).select_related("process", "entry")
    paper = rows.prefetch_related("signatures__certificate__authority").first()
    if paper is None or not constant_time_compare(paper.crc, crc.upper()):
        counters.count(_WRONG, code, lasts=CLOSED_FOR, at=real_at, limit=WRONG_CRCS)
        return None
    return paper


def check_file(*, content: bytes) -> Finding:
    """What a PDF is: read in a process of its own, compared with what this room issued, forgotten.

    Raises RuleBroken for what is no readable PDF.
    """
    if not content.startswith(b"%PDF-") or len(content) > MOST_BYTES:
        raise RuleBroken(_DAMAGED, code="file_damaged", field="file")
    found = _read(content)
    papers = Paper.objects.select_related("process", "entry")
    same = papers.with_file(hashlib.sha256(content).hexdigest()).first()
    signatures = _with_revocations([_signature(facts) for facts in found["signatures"]], same)
    code, crc = found["codes"]
    named = papers.issued().filter(code=code, crc=crc).first() if code else None
    outcome = _judge(signatures, same=same, named=named)
    return Finding(outcome, signatures, found["revisions"], len(content), same or named)


def _judge(signatures: tuple[Signature, ...], *, same: Paper | None, named: Paper | None) -> Outcome:
    """In this order: what is not signed, what was changed, who signed, and only then what this room knows of it.

    A certificate revoked later does not undo what it signed before: that is said beside the signature.
    """
    if not signatures:
        return Outcome.OTHER_FILE if named else Outcome.UNSIGNED
    if not all(signature.is_intact for signature in signatures) or not signatures[-1].is_last_word:
        return Outcome.ALTERED
    if not all(signature.is_trusted for signature in signatures):
        return Outcome.UNKNOWN_AUTHORITY
    if any(_was_revoked(signature) for signature in signatures):
        return Outcome.REVOKED
    if same:
        return Outcome.INTACT
    here = all(signature.location == addresses.portal_url() for signature in signatures)
    return Outcome.OTHER_FILE if here and named else Outcome.OTHER_ROOM


def _with_revocations(signatures: Sequence[Signature], same: Paper | None) -> tuple[Signature, ...]:
    """Each beside what became of its certificate. A paper of this room says itself when it was signed, by its clock."""
    wanted = [signature.certificate for signature in signatures]
    known = {row.sha256: row for row in Certificate.objects.filter(sha256__in=wanted).select_related("authority")}
    if same:
        instants: list[datetime | None] = [row.signed_at for row in same.signatures.all()]
    else:
        instants = [signature.at and signature.at + clock.ahead() for signature in signatures]
    return tuple(
        replace(signature, revocation=Revocation.of(known[signature.certificate], signed_at=at))
        if at and signature.certificate in known
        else signature
        for signature, at in zip(signatures, instants, strict=True)
    )


def _was_revoked(signature: Signature) -> bool:
    return signature.revocation is not None and signature.revocation.was_before


def _read(content: bytes) -> dict[str, Any]:
    authorities = trusted_bundle_pem()
    done = run_apart(str(_READER), len(authorities).to_bytes(_LENGTH_OCTETS, "big") + authorities + content)
    if done.status:
        raise RuleBroken(_DAMAGED, code="file_complex", field="file")
    found: dict[str, Any] = json.loads(done.output)
    if found["problem"]:
        encrypted = found["problem"] == "encrypted"
        raise RuleBroken(
            _ENCRYPTED if encrypted else _DAMAGED,
            code="file_encrypted" if encrypted else "file_damaged",
            field="file",
        )
    return found


def _signature(facts: dict[str, Any]) -> Signature:
    return Signature(
        name=facts["name"],
        signer=facts["signer"],
        issuer=facts["issuer"],
        location=facts["location"],
        certificate=facts["certificate"],
        revision=facts["revision"],
        at=datetime.fromisoformat(facts["at"]) if facts["at"] else None,
        is_intact=facts["is_intact"],
        is_last_word=facts["is_last_word"],
        is_trusted=facts["is_trusted"],
    )
