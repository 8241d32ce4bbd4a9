"""The ofício: a permanent change of the head of the executive outside the election, reviewed by the ministry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django_fsm import can_proceed

from accounts.models import User
from common import audit, mail, permissions
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from siops.acting import Acting, acted_as
from siops.institutional import require_institutional
from siops.models import Attachment, HealthManager, OfficialLetter
from siops.services.attachments import attach
from siops.services.managers import FUTURE_START, write_registered
from siops.services.registry import find_named_person, legal_date, lock_entity, require_free_email
from siops.services.succession import NewHead, change_heads

SHORTEST_REASON = 10
ALREADY_SENT = "O ente já tem um ofício em análise."
ALREADY_HEAD = "Esta pessoa já é o chefe do Poder Executivo do ente."
MISSING_FILE = "Anexe o documento «{label}»."
SHORT_REASON = "Informe o motivo com pelo menos 10 caracteres."


@transaction.atomic
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
    by: Acting,
    at: datetime,
) -> OfficialLetter:
    """Send the ofício that names a new head, with copies of the Ata de Posse and of the Diploma.

    `files` maps each kind of Attachment.FOR_LETTER to (file name, content). Raises NotPermitted, or RuleBroken
    (already_sent, already_head, person_not_found, name_differs, dates, missing_file, and those of attach()).
    """
    entity = lock_entity(entity_id)

    permissions.require(by, "siops.send_letter", entity)
    if OfficialLetter.objects.filter(entity=entity, status=OfficialLetter.Status.SENT).exists():
        raise RuleBroken(ALREADY_SENT, code="already_sent")
    rules = AllAtOnce()
    rules.require(starts_on <= legal_date(at), RuleBroken(FUTURE_START, code="dates", field="starts_on"))
    rules.ask(require_institutional, email, field="email")
    found = rules.ask(find_named_person, cpf=cpf, name=name)
    if found is not None:
        already = RuleBroken(ALREADY_HEAD, code="already_head", field="cpf")
        rules.require(not _is_head(entity.pk, found.pk), already)
        rules.ask(require_free_email, entity=entity, email=email, person=found, leaving=_head_of(entity.pk))
    for kind in Attachment.FOR_LETTER:
        rules.ask(_require_file, kind, files)
    person = rules.settled(found)

    letter: OfficialLetter = OfficialLetter.objects.create(
        entity=entity,
        cpf=cpf,
        name=person.name,
        email=email,
        phone=phone,
        position=position,
        starts_on=starts_on,
        sent_by=by.user,
        sent_at=at,
        sent_by_substitution=by.by_substitution,
    )
    attached = AllAtOnce()
    for kind in Attachment.FOR_LETTER:
        attached.ask(_attach, letter, kind, files[kind], by, at)
    attached.settle()
    audit.record("letter.sent", target=letter, actor=by.user, at=at, **acted_as(by))
    return letter


@transaction.atomic
def approve_letter(*, letter_id: int, by: User, at: datetime) -> OfficialLetter:
    """Put the new head in place of the former, as after an election.

    Raises NotPermitted, NotAllowedNow, or RuleBroken (email_taken since it was sent).
    """
    letter = _locked(letter_id)

    permissions.require(by, "siops.review_letter", letter)
    if not can_proceed(letter.approve):
        raise NotAllowedNow(letter.get_status_display())
    person = find_named_person(cpf=letter.cpf, name=letter.name)
    require_free_email(entity=letter.entity, email=letter.email, person=person, leaving=_head_of(letter.entity_id))

    letter.approve(by=by, at=at)
    letter.save(update_fields=["status", "reviewed_by", "reviewed_at"])
    audit.record("letter.approved", target=letter, actor=by, at=at)
    if not _is_head(letter.entity_id, person.pk):
        head = NewHead(letter.entity, person, letter.email, letter.phone, letter.position, letter.starts_on)
        (made,) = change_heads(heads=[head], load=None, actor=by, at=at)
        write_registered(manager=made, at=at)
    _write_reviewed(letter, at)
    return letter


@transaction.atomic
def return_letter(*, letter_id: int, reason: str, by: User, at: datetime) -> OfficialLetter:
    """Return it with a reason of at least 10 characters; another may then be sent."""
    letter = _locked(letter_id)

    permissions.require(by, "siops.review_letter", letter)
    if not can_proceed(letter.send_back):
        raise NotAllowedNow(letter.get_status_display())
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise RuleBroken(SHORT_REASON, code="reason", field="reason")

    letter.send_back(by=by, reason=text, at=at)
    letter.save(update_fields=["status", "reviewed_by", "reviewed_at", "reason"])
    audit.record("letter.returned", target=letter, actor=by, at=at, reason=text)
    _write_reviewed(letter, at)
    return letter


def _require_file(kind: str, files: Mapping[str, tuple[str, bytes]]) -> None:
    if kind not in files:
        raise RuleBroken(MISSING_FILE.format(label=Attachment.Kind(kind).label), code="missing_file", field=kind)


def _attach(letter: OfficialLetter, kind: str, file: tuple[str, bytes], by: Acting, at: datetime) -> None:
    """One document; a refusal names its field in the form."""
    filename, content = file
    try:
        attach(owner=letter, kind=kind, filename=filename, content=content, by=by, at=at)
    except RuleBroken as refusal:
        raise RuleBroken(refusal.message, code=refusal.code, field=kind) from None


def _head_of(entity_id: int) -> HealthManager | None:
    heads = HealthManager.objects.current().filter(entity=entity_id, role=HealthManager.Role.HEAD)
    return heads.first()


def _is_head(entity_id: int, person_id: int) -> bool:
    head = _head_of(entity_id)
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
        mail.write(
            "siops_letter_reviewed",
            to=letter.sent_by.email,
            addressee=letter.sent_by,
            at=at,
            letter=letter,
            portal=settings.PORTAL_URL,
        )
