"""The nota técnica: written by the SAPS, signed in turn, and what it sets from the last signature on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_fsm import can_proceed

from accounts.models import Membership, User
from common import audit, mail, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA
from documents.services.revisions import Revision, keep_revision, next_revision
from gerencia.models import Note, NoteSignature, Offer
from gerencia.permissions import Permission
from gerencia.services import notes_paper
from gerencia.services.enrolments import require_reason
from gerencia.services.windows import in_words, last_minute
from pki.services import locks
from siops.services.signing import signatory_of

MOST_SIGNATORIES = 4
# Advisory lock of numbers and editions, which are given one after the other, whatever the offer.
_NAMES = 9_002
NUMBER_TAKEN = "Já há uma nota com este número neste ano."
NOT_LATER = "A prorrogação termina depois do prazo de hoje, {limit}, e no futuro."
BEFORE_OPENING = "O limite vem depois da abertura."
EDITION = "Informe a edição e a abertura."
EDITION_TAKEN = "Esta edição já existe."
NOBODY = "Informe de um a quatro signatários, cada um uma vez."
NOT_YOUR_TURN = "É a vez de {name} assinar."
Kind = Note.Kind


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a nota would set."""

    kind: str
    number: int
    text: str
    limit: datetime
    edition: str = ""
    opens_at: datetime | None = None


@dataclass(frozen=True)
class Turn:
    """Who signs, and as what."""

    account_id: int
    role: str
    style: str


@transaction.atomic
def write_note(*, offer_id: int, wanted: Wanted, turns: Sequence[Turn], by: Actor, at: datetime) -> Note:
    """Put a nota before its signatories. Raises NotPermitted, or RuleBroken: number, nobody, and as _require_fit."""
    offer = Offer.objects.select_for_update().get(pk=offer_id)

    permissions.require(by, Permission.WRITE_NOTE)
    locks.take(_NAMES)
    rules = AllAtOnce()
    year = at.astimezone(BRASILIA).year
    taken = Note.objects.filter(number=wanted.number, year=year).exists()
    rules.require(not taken, RuleBroken(NUMBER_TAKEN, code="number", field="number"))
    accounts = {turn.account_id for turn in turns}
    fits = 0 < len(turns) <= MOST_SIGNATORIES and len(accounts) == len(turns)
    rules.require(fits, RuleBroken(NOBODY, code="nobody"))
    rules.ask(_require_fit, offer, wanted, at=at)
    rules.settle()

    note: Note = Note.objects.create(
        offer=offer,
        year=year,
        written_by_id=by.author_id,
        written_at=at,
        **vars(wanted),
    )
    NoteSignature.objects.bulk_create(
        NoteSignature(note=note, position=position, **vars(turn)) for position, turn in enumerate(turns)
    )
    audit.record("gerencia.note_written", target=note, by=by, at=at, kind=note.kind)
    _tell_next(note, at)
    return note


def sign_note(*, note_id: int, pin: str = "", by: Actor, at: datetime) -> Note:
    """Sign in one's turn: the own key by its PIN, or the portal's seal. The last makes the nota valid (_sign).

    Outside a transaction: a wrong PIN counts, and to sign takes time. Raises NotPermitted for who is no signatory,
    NotAllowedNow, or RuleBroken (turn, pin, certificate, and as _require_fit).
    """
    note = Note.objects.select_related("offer").get(pk=note_id)
    turn = _require_turn(note, by=by, at=at)[0]
    signatory = signatory_of(role=turn.as_what, pin=pin, actor=by, at=at)
    paper = notes_paper.paper_so_far(note, by=by, at=at)
    return _sign(note_id, next_revision(paper, signatory, at=at), by=by, at=at)


@transaction.atomic
def _sign(note_id: int, revision: Revision, *, by: Actor, at: datetime) -> Note:
    """The signature and the file that bears it; with the last one, the offer says what the nota sets."""
    note = _locked(note_id)

    locks.take(_NAMES)
    turn, *others = _require_turn(note, by=by, at=at)

    turn.signed_at = at
    turn.save(update_fields=["signed_at"])
    keep_revision(revision=revision, by=by, at=at)
    audit.record("gerencia.note_signed", target=note, by=by, at=at, position=turn.position)
    if not others:
        note.complete(at=at)
        _put_in_force(note)
        note.save()
        audit.record("gerencia.note_valid", target=note, by=by, at=at)
    _tell_next(note, at)
    return note


def _require_turn(note: Note, *, by: Actor, at: datetime) -> list[NoteSignature]:
    """Those who have not signed, who acts first; for the last one, what the nota sets still makes sense."""
    permissions.require(by, Permission.SIGN_NOTE, note)
    if not can_proceed(note.complete):
        raise NotAllowedNow(note.get_status_display())
    waiting = list(note.signatures.filter(signed_at=None).select_related("account"))
    if waiting[0].account_id != by.account_id:
        raise RuleBroken(NOT_YOUR_TURN.format(name=waiting[0].account.name), code="turn")
    if len(waiting) == 1:
        _require_fit(note.offer, note, at=at)
    return waiting


@transaction.atomic
def cancel_note(*, note_id: int, reason: str, by: Actor, at: datetime) -> Note:
    """«Cancelar» before it is valid. Raises NotPermitted, NotAllowedNow, or RuleBroken (reason)."""
    note = _locked(note_id)

    permissions.require(by, Permission.WRITE_NOTE)
    if not can_proceed(note.cancel):
        raise NotAllowedNow(note.get_status_display())
    words = require_reason(reason)

    note.cancel(reason=words)
    note.save()
    audit.record("gerencia.note_cancelled", target=note, by=by, at=at, reason=words)
    return note


def _require_fit(offer: Offer, wanted: Wanted | Note, *, at: datetime) -> None:
    """What the nota sets makes sense of the offer as it is now. Raises RuleBroken (limit, edition)."""
    limit = wanted.limit
    if wanted.kind == Kind.OPENS:
        if not wanted.edition or wanted.opens_at is None:
            raise RuleBroken(EDITION, code="edition", field="edition")
        if Offer.objects.filter(name=offer.name, edition=wanted.edition).exists():
            raise RuleBroken(EDITION_TAKEN, code="edition", field="edition")
    opens_at = wanted.opens_at if wanted.kind == Kind.OPENS else offer.opens_at
    if limit is None or opens_at is None or limit <= opens_at:
        raise RuleBroken(BEFORE_OPENING, code="limit", field="limit")
    if wanted.kind == Kind.EXTENDS and limit <= max(offer.closes_at, at):
        raise RuleBroken(NOT_LATER.format(limit=in_words(last_minute(offer.closes_at))), code="limit", field="limit")


def _put_in_force(note: Note) -> None:
    offer, limit = note.offer, note.limit
    if limit is None:
        raise TypeError("a nota that was written has a limit")
    if note.kind == Kind.EXTENDS:
        offer.closes_at = limit
    elif note.kind == Kind.LETTERS:
        offer.letters_until = limit
    else:
        offer = Offer(**{name: getattr(offer, name) for name in Offer.CARRIED_OVER}, edition=note.edition)
        offer.opens_at, offer.closes_at = note.opens_at or limit, limit
    offer.save()
    note.offer = offer


def _locked(note_id: int) -> Note:
    """The nota, locked after its offer."""
    offer = Offer.objects.select_for_update().get(notes=note_id)
    note: Note = Note.objects.select_for_update().get(pk=note_id)
    note.offer = offer
    return note


def _tell_next(note: Note, at: datetime) -> None:
    """Write to whose turn it is to sign, while somebody's is."""
    turn = note.signatures.filter(signed_at=None).select_related("account").first()
    if turn is not None:
        account = turn.account
        portal = settings.PORTAL_URL
        mail.write(
            "gerencia_note_turn", to=account.email, addressee=account, at=at, turn=turn, note=note, portal=portal
        )


def possible_signatories() -> list[User]:
    """Who may be put before a nota: the team of the SAPS and, as Usuário Externo, who manages the Gerencia APS."""
    team = User.objects.filter(is_active=True, staff_role=User.StaffRole.SAPS)
    outside = User.objects.filter(
        is_active=True,
        person__memberships__programme=Membership.Programme.GERENCIA_APS,
        person__memberships__status=Membership.Status.ACTIVE,
    )
    return [*team.order_by("name", "pk"), *outside.distinct().order_by("name", "pk")]
