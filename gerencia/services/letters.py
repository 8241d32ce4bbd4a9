"""The ofício of a state: sent or brought as a PDF, registered by one of the SAPS, checked by another."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from accounts.models import Membership
from common import audit, mail, permissions, vault
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from documents.services.issuing import find_paper
from gerencia.models import Enrolment, Offer, OfficialLetter
from gerencia.permissions import Permission
from gerencia.services import letter_rules
from gerencia.services.enrolments import lock_entity, locked, require_reason, row_of
from gerencia.services.letter_rules import Signed
from territory.models import Entity

KIND = "oficio-adesao"
FOUR_EYES = "Quem registrou o ofício não o confere: passe-o a outra pessoa da SAPS."
NOT_SIGNED = "O ofício ainda não foi assinado."
Channel = OfficialLetter.Channel


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is said of an ofício: its number, who signs it and in which office."""

    number: str
    signatory_role: str
    signatory_name: str


@transaction.atomic
def send_letter(*, letter_id: int, by: Actor, at: datetime) -> OfficialLetter:
    """«Enviar à SAPS» what was signed here: it is sent now. Raises NotPermitted, NotAllowedNow, or RuleBroken."""
    letter = _locked(letter_id)
    enrolment = letter.enrolment

    permissions.require(by, Permission.ENROL, letter)
    if not can_proceed(letter.send):
        raise NotAllowedNow(letter.get_status_display())
    require_room(enrolment)
    if not letter.sha256:
        raise RuleBroken(NOT_SIGNED, code="not_signed")
    rules = letter_rules.require_all(enrolment.offer, enrolment.entity, role=letter.signatory_role, sent_at=at, at=at)
    rules.ask(letter_rules.require_new, enrolment, letter.sha256)
    rules.settle()

    letter.send(at=at)
    letter.save(update_fields=["status", "sent_at"])
    audit.record("gerencia.letter_sent", target=letter, by=by, at=at, sha256=letter.sha256)
    return letter


def upload_letter(
    *, offer_id: int, entity_id: int, facts: Particulars, content: bytes, by: Actor, at: datetime
) -> OfficialLetter:
    """The state sends now a PDF that it had signed elsewhere. Raises NotPermitted, NotAllowedNow, or RuleBroken."""
    permissions.require(by, Permission.ENROL, _entity(entity_id))
    arrival = _Arrival(offer_id, entity_id, facts, Channel.PORTAL, at, _examined(facts, content))
    return _bring(arrival, by=by, at=at)


def receive_letter(
    *,
    offer_id: int,
    entity_id: int,
    facts: Particulars,
    channel: str,
    sent_at: datetime,
    content: bytes,
    by: Actor,
    at: datetime,
) -> OfficialLetter:
    """The SAPS registers what came by SEI, e-mail or post: the day on which it was SENT counts, not this one.

    Raises NotPermitted, NotAllowedNow, or RuleBroken: every rule of letter_rules.
    """
    permissions.require(by, Permission.REVIEW_LETTER, _entity(entity_id))
    arrival = _Arrival(offer_id, entity_id, facts, channel, sent_at, _examined(facts, content))
    return _take_in(arrival, by=by, at=at)


@transaction.atomic
def register_letter(*, letter_id: int, by: Actor, at: datetime) -> OfficialLetter:
    """The SAPS registers what was sent by the portal. Raises NotPermitted or NotAllowedNow."""
    letter = _locked(letter_id)

    permissions.require(by, Permission.REVIEW_LETTER, letter)
    if letter.status != OfficialLetter.Status.SENT:
        raise NotAllowedNow(letter.get_status_display())
    require_room(letter.enrolment)

    _register(letter, by=by, at=at)
    letter.save(update_fields=["status", "registered_by", "registered_at"])
    return letter


@transaction.atomic
def accept_letter(*, letter_id: int, by: Actor, at: datetime) -> OfficialLetter:
    """Another member of the SAPS has checked it: the state joins. Raises NotPermitted, NotAllowedNow, or RuleBroken."""
    letter = _locked(letter_id)

    permissions.require(by, Permission.REVIEW_LETTER, letter)
    if not can_proceed(letter.accept):
        raise NotAllowedNow(letter.get_status_display())
    if letter.registered_by_id == by.account_id:
        raise RuleBroken(FOUR_EYES, code="four_eyes")

    letter.accept(by=by, at=at)
    letter.save(update_fields=["status", "checked_by", "checked_at"])
    letter.enrolment.confirm_letter(by=by, at=at)
    letter.enrolment.save()
    audit.record("gerencia.letter_accepted", target=letter, by=by, at=at)
    _tell(letter, at)
    return letter


@transaction.atomic
def return_letter(*, letter_id: int, reason: str, by: Actor, at: datetime) -> OfficialLetter:
    """«Devolver»: the state may send another in time. Raises NotPermitted, NotAllowedNow, or RuleBroken (reason)."""
    letter = _locked(letter_id)

    permissions.require(by, Permission.REVIEW_LETTER, letter)
    if not can_proceed(letter.send_back):
        raise NotAllowedNow(letter.get_status_display())
    words = require_reason(reason)

    letter.send_back(by=by, reason=words, at=at)
    letter.save(update_fields=["status", "checked_by", "checked_at", "reason"])
    if can_proceed(letter.enrolment.drop_letter):
        letter.enrolment.drop_letter()
        letter.enrolment.save()
    audit.record("gerencia.letter_returned", target=letter, by=by, at=at, reason=words)
    _tell(letter, at)
    return letter


def preview_of_return(letter: OfficialLetter, *, by: Actor, at: datetime) -> mail.Text:
    """What who manages the Gerencia APS of the state will read when the ofício is returned."""
    returned = copy(letter)
    returned.send_back(by=by, reason=mail.REASON_HERE, at=at)
    return mail.preview("gerencia_letter_decided", letter=returned, person={"name": "[nome de quem lê]"})


def file_of(letter: OfficialLetter) -> bytes:
    """The PDF as it was signed; empty for a draft whose signature never came to be. The caller asked who may."""
    if letter.sealed_content is not None:
        return vault.unseal(bytes(letter.sealed_content))
    paper = find_paper(kind=KIND, target=letter)
    return paper.content if paper else b""


@dataclass(frozen=True)
class _Arrival:
    """An ofício that comes as a PDF."""

    offer_id: int
    entity_id: int
    facts: Particulars
    channel: str
    sent_at: datetime
    file: Signed | RuleBroken


def _examined(facts: Particulars, content: bytes) -> Signed | RuleBroken:
    """The file, or what is wrong with it, to be said together with the rest."""
    try:
        return letter_rules.examine(content=content, name=facts.signatory_name)
    except RuleBroken as refusal:
        return refusal


def _answer_of(file: Signed | RuleBroken) -> Signed:
    if isinstance(file, RuleBroken):
        raise file
    return file


@transaction.atomic
def _bring(arrival: _Arrival, *, by: Actor, at: datetime) -> OfficialLetter:
    letter = _judged(arrival, by=by, permission=Permission.ENROL, at=at)
    letter.send(at=at)
    save_with_enrolment(letter)
    audit.record("gerencia.letter_sent", target=letter, by=by, at=at, sha256=letter.sha256)
    return letter


@transaction.atomic
def _take_in(arrival: _Arrival, *, by: Actor, at: datetime) -> OfficialLetter:
    letter = _judged(arrival, by=by, permission=Permission.REVIEW_LETTER, at=at)
    letter.send(at=arrival.sent_at)
    save_with_enrolment(letter)
    _register(letter, by=by, at=at)
    letter.save(update_fields=["status", "registered_by", "registered_at"])
    return letter


def _judged(arrival: _Arrival, *, by: Actor, permission: str, at: datetime) -> OfficialLetter:
    """The new letter, not saved yet; every rule at fault is told at once."""
    entity = lock_entity(arrival.entity_id)
    permissions.require(by, permission, entity)
    enrolment = row_of(Offer.objects.get(pk=arrival.offer_id), entity)
    require_room(enrolment)
    facts = arrival.facts
    rules = letter_rules.require_all(enrolment.offer, entity, role=facts.signatory_role, sent_at=arrival.sent_at, at=at)
    found = rules.ask(_answer_of, arrival.file)
    if found is not None:
        rules.ask(letter_rules.require_new, enrolment, found.sha256)
    file = rules.settled(found)
    return OfficialLetter(
        enrolment=enrolment,
        number=facts.number,
        signatory_role=facts.signatory_role,
        signatory_name=facts.signatory_name,
        channel=arrival.channel,
        signer=file.signer,
        sha256=file.sha256,
        sealed_content=vault.seal(file.content),
        written_by_id=by.author_id,
        written_at=at,
    )


def save_with_enrolment(letter: OfficialLetter) -> None:
    """With the row of the adesão, which may be the first thing known of it."""
    letter.enrolment.save()
    letter.save()


def _register(letter: OfficialLetter, *, by: Actor, at: datetime) -> None:
    letter.register(by=by, at=at)
    letter.enrolment.receive_letter()
    letter.enrolment.save()
    audit.record("gerencia.letter_registered", target=letter, by=by, at=at, channel=letter.channel)


def require_room(enrolment: Enrolment) -> None:
    """The adesão takes an ofício only before it is one. Raises NotAllowedNow."""
    if not can_proceed(enrolment.receive_letter):
        raise NotAllowedNow(enrolment.get_status_display())


def _locked(letter_id: int) -> OfficialLetter:
    """The letter, locked after its entity and its adesão."""
    rows = OfficialLetter.objects.defer("sealed_content")
    enrolment = locked(rows.values_list("enrolment", flat=True).get(pk=letter_id))
    letter: OfficialLetter = rows.select_for_update(of=("self",)).get(pk=letter_id)
    letter.enrolment = enrolment
    return letter


def _entity(entity_id: int) -> Entity:
    return Entity.objects.get(pk=entity_id)


def _tell(letter: OfficialLetter, at: datetime) -> None:
    """Write what became of the ofício to who manages the Gerencia APS of the state."""
    managers = Membership.objects.active().filter(entity=letter.entity_id, programme=Membership.Programme.GERENCIA_APS)
    told = [
        mail.Letter(each.person.email, getattr(each.person, "user", None), {"letter": letter, "person": each.person})
        for each in managers.select_related("person__user")
    ]
    mail.write_each("gerencia_letter_decided", told, at=at)
