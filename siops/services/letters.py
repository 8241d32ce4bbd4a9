"""The ofício: a permanent change of the head of the executive outside the election, reviewed by the ministry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from siops.models import Attachment, HealthManager, OfficialLetter
from siops.permissions import Permission
from siops.services.attachments import Examined, examine, keep
from siops.services.institutional import require_institutional
from siops.services.managers import FUTURE_START
from siops.services.post import write_to_author
from siops.services.registry import find_named_person, legal_date, lock_entity, require_free_email
from siops.services.succession import NewHead, change_heads
from territory.models import Entity

SHORTEST_REASON = 10
ALREADY_SENT = "O ente já tem um ofício em análise."
ALREADY_HEAD = "Esta pessoa já é o chefe do Poder Executivo do ente."
MISSING_FILE = "Anexe o documento «{label}»."
SHORT_REASON = "Informe o motivo com pelo menos 10 caracteres."


def send_letter(
    *,
    entity_id: int,
    cpf: str,
    name: str,
    email: str,
    phone: str,
    position: str,
    starts_on: date,
    files: Mapping[str, tuple[str, bytes]],
    by: Actor,
    at: datetime,
) -> OfficialLetter:
    """Send the ofício that names a new head, with copies of the Ata de Posse and of the Diploma.

    `files` maps each kind of Attachment.FOR_LETTER to (file name, content). Raises NotPermitted, or RuleBroken
    (already_sent, already_head, person_not_found, name_differs, dates, missing_file, and those of examine()).
    """
    permissions.require(by, Permission.SEND_LETTER, Entity.objects.get(pk=entity_id))
    papers = _Papers(files)
    head = _Head(cpf=cpf, name=name, email=email, phone=phone, position=position, starts_on=starts_on)
    return _send(entity_id=entity_id, head=head, papers=papers, by=by, at=at)


@dataclass(frozen=True, kw_only=True)
class _Head:
    """The new head, as the ofício names them."""

    cpf: str
    name: str
    email: str
    phone: str
    position: str
    starts_on: date


class _Papers:
    """The documents, looked into while nothing is locked, and what is wrong with them."""

    def __init__(self, files: Mapping[str, tuple[str, bytes]]) -> None:
        self.rules = AllAtOnce()
        answers = [self.rules.ask(_examined, kind, files) for kind in Attachment.FOR_LETTER]
        self.examined = [paper for paper in answers if paper is not None]


@transaction.atomic
def _send(*, entity_id: int, head: _Head, papers: _Papers, by: Actor, at: datetime) -> OfficialLetter:
    entity = lock_entity(entity_id)

    permissions.require(by, Permission.SEND_LETTER, entity)
    if OfficialLetter.objects.filter(entity=entity, status=OfficialLetter.Status.SENT).exists():
        raise RuleBroken(ALREADY_SENT, code="already_sent")
    rules = AllAtOnce()
    rules.require(head.starts_on <= legal_date(at), RuleBroken(FUTURE_START, code="dates", field="starts_on"))
    rules.ask(require_institutional, head.email, field="email")
    found = rules.ask(find_named_person, cpf=head.cpf, name=head.name)
    if found is not None:
        already = RuleBroken(ALREADY_HEAD, code="already_head", field="cpf")
        rules.require(not _is_head(entity.pk, found.pk), already)
        rules.ask(require_free_email, entity=entity, email=head.email, person=found, leaving=head_of(entity.pk))
    rules.ask(papers.rules.settle)
    person = rules.settled(found)

    letter: OfficialLetter = OfficialLetter.objects.create(
        entity=entity,
        cpf=head.cpf,
        name=person.name,
        email=head.email,
        phone=head.phone,
        position=head.position,
        starts_on=head.starts_on,
        sent_by_id=by.account_id,
        sent_at=at,
        sent_by_substitution=by.by_substitution,
    )
    for paper in papers.examined:
        keep(owner=letter, file=paper, by=by, at=at)
    audit.record("letter.sent", target=letter, by=by, at=at)
    return letter


@transaction.atomic
def approve_letter(*, letter_id: int, by: Actor, at: datetime) -> OfficialLetter:
    """Put the new head in place of the former, as after an election.

    Raises NotPermitted, NotAllowedNow, or RuleBroken (email_taken since it was sent).
    """
    letter = _locked(letter_id)

    permissions.require(by, Permission.REVIEW_LETTER, letter)
    if not can_proceed(letter.approve):
        raise NotAllowedNow(letter.get_status_display())
    person = find_named_person(cpf=letter.cpf, name=letter.name)
    require_free_email(entity=letter.entity, email=letter.email, person=person, leaving=head_of(letter.entity_id))

    letter.approve(by=by, at=at)
    letter.save(update_fields=["status", "reviewed_by", "reviewed_at"])
    audit.record("letter.approved", target=letter, by=by, at=at)
    if not _is_head(letter.entity_id, person.pk):
        head = NewHead(letter.entity, person, letter.email, letter.phone, letter.position, letter.starts_on)
        change_heads(heads=[head], load=None, by=by, at=at)
    _write_reviewed(letter, at)
    return letter


@transaction.atomic
def return_letter(*, letter_id: int, reason: str, by: Actor, at: datetime) -> OfficialLetter:
    """Return it with a reason of at least 10 characters; another may then be sent."""
    letter = _locked(letter_id)

    permissions.require(by, Permission.REVIEW_LETTER, letter)
    if not can_proceed(letter.send_back):
        raise NotAllowedNow(letter.get_status_display())
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise RuleBroken(SHORT_REASON, code="reason", field="reason")

    letter.send_back(by=by, reason=text, at=at)
    letter.save(update_fields=["status", "reviewed_by", "reviewed_at", "reason"])
    audit.record("letter.returned", target=letter, by=by, at=at, reason=text)
    _write_reviewed(letter, at)
    return letter


def _examined(kind: str, files: Mapping[str, tuple[str, bytes]]) -> Examined:
    """One document; a refusal names its field in the form."""
    if kind not in files:
        raise RuleBroken(MISSING_FILE.format(label=Attachment.Kind(kind).label), code="missing_file", field=kind)
    filename, content = files[kind]
    try:
        return examine(kind=kind, filename=filename, content=content)
    except RuleBroken as refusal:
        raise RuleBroken(refusal.message, code=refusal.code, field=kind) from None


def head_of(entity_id: int) -> HealthManager | None:
    """The head of the executive of the entity, as it is registered now."""
    heads = HealthManager.objects.current().filter(entity=entity_id, role=HealthManager.Role.HEAD)
    return heads.first()


def _is_head(entity_id: int, person_id: int) -> bool:
    head = head_of(entity_id)
    return head is not None and head.person_id == person_id


def _locked(letter_id: int) -> OfficialLetter:
    """The letter, locked after its entity."""
    entity = lock_entity(OfficialLetter.objects.values_list("entity", flat=True).get(pk=letter_id))
    rows = OfficialLetter.objects.select_for_update(of=("self",)).select_related("sent_by")
    letter: OfficialLetter = rows.get(pk=letter_id)
    letter.entity = entity
    return letter


def _write_reviewed(letter: OfficialLetter, at: datetime) -> None:
    """Tell who sent the letter what became of it."""
    if letter.sent_by is not None:
        write_to_author("siops_letter_reviewed", letter.sent_by, entity_id=letter.entity_id, at=at, letter=letter)
