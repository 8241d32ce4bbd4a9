"""The adesão by the system: responsibilities ticked, termo accepted, withdrawal (SM7)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django_fsm import can_proceed

from common import audit, documents, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA
from gerencia import tasks
from gerencia.models import EnrolledProfessional, Enrolment, Offer
from gerencia.permissions import Permission
from gerencia.services import terms_paper
from gerencia.services.windows import require_open
from siops.services.signing import signatory_of
from territory.models import Entity

TICK_ALL = "Marque as três responsabilidades: a adesão formal implica ciência de todas."
CHANGED = "O termo mudou desde que foi mostrado. Leia-o de novo."
CANCEL_FIRST = "Cancele antes a inscrição dos profissionais do ente."
SHORTEST_REASON = 10
SHORT_REASON = "Informe o motivo com pelo menos 10 caracteres."


class Terms(NamedTuple):
    """The termo as one person reads it; `sha256` is of exactly this text."""

    text: str
    sha256: str


@transaction.atomic
def start_enrolment(*, offer_id: int, entity_id: int, ticked: Collection[str], by: Actor, at: datetime) -> Enrolment:
    """«Iniciar adesão». Raises NotPermitted, NotAllowedNow, or RuleBroken (ticked, and as require_open)."""
    entity = lock_entity(entity_id)

    permissions.require(by, Permission.ENROL, entity)
    enrolment = row_of(Offer.objects.get(pk=offer_id), entity)
    if not can_proceed(enrolment.start):
        raise NotAllowedNow(enrolment.get_status_display())
    rules = AllAtOnce()
    rules.ask(require_open, enrolment.offer, entity, at=at)
    every = {str(number) for number in range(Offer.RESPONSIBILITIES)}
    rules.require(every <= set(ticked), RuleBroken(TICK_ALL, code="ticked", field="responsibilities"))
    rules.settle()

    enrolment.start(by=by, at=at)
    enrolment.save()
    audit.record("enrolment.started", target=enrolment, by=by, at=at)
    return enrolment


def accept_terms(*, enrolment_id: int, shown_hash: str, pin: str = "", by: Actor, at: datetime) -> Enrolment:
    """«Aceitar e assinar o termo»: the entity has joined. With the PIN, the termo is signed by the person's own key.

    Outside a transaction: a wrong PIN counts, and to sign takes time. Raises NotPermitted, NotAllowedNow, or RuleBroken
    (pin, certificate, changed_since_shown, and as require_open).
    """
    _require_acceptable(Enrolment.objects.get(pk=enrolment_id), by)
    signatory = signatory_of(role=terms_paper.ROLE, pin=pin, actor=by, at=at)
    enrolment = _accept(enrolment_id, shown_hash, by=by, at=at)
    if signatory.identity is not None:
        # A key goes into no queue.
        terms_paper.issue_terms(enrolment_id=enrolment_id, signatory=signatory)
    else:
        transaction.on_commit(partial(tasks.issue_terms.delay, enrolment_id))
    return enrolment


def _require_acceptable(enrolment: Enrolment, by: Actor) -> None:
    permissions.require(by, Permission.ENROL, enrolment)
    if not can_proceed(enrolment.accept):
        raise NotAllowedNow(enrolment.get_status_display())


@transaction.atomic
def _accept(enrolment_id: int, shown_hash: str, *, by: Actor, at: datetime) -> Enrolment:
    enrolment = locked(enrolment_id)

    _require_acceptable(enrolment, by)
    require_open(enrolment.offer, enrolment.entity, at=at)
    terms = render_terms(enrolment=enrolment, by=by, at=at)
    if terms.sha256 != shown_hash:
        raise RuleBroken(CHANGED, code="changed_since_shown")

    enrolment.accept(terms_text=terms.text, by=by, at=at)
    enrolment.save()
    audit.record("enrolment.accepted", target=enrolment, by=by, at=at, terms=terms.sha256)
    return enrolment


@transaction.atomic
def withdraw_enrolment(*, enrolment_id: int, reason: str, by: Actor, at: datetime) -> Enrolment:
    """«Desistir», in whatever phase the offer is. Raises NotPermitted, NotAllowedNow, or RuleBroken.

    Never with professionals enrolled (reason, professionals).
    """
    enrolment = locked(enrolment_id)

    permissions.require(by, Permission.ENROL, enrolment)
    if not can_proceed(enrolment.withdraw):
        raise NotAllowedNow(enrolment.get_status_display())
    text = require_reason(reason)
    if EnrolledProfessional.objects.present().filter(enrolment=enrolment).exists():
        raise RuleBroken(CANCEL_FIRST, code="professionals")

    enrolment.withdraw(reason=text, by=by, at=at)
    enrolment.save()
    audit.record("enrolment.withdrawn", target=enrolment, by=by, at=at, reason=text)
    return enrolment


def render_terms(*, enrolment: Enrolment, by: Actor, at: datetime) -> Terms:
    """The termo of the offer for this entity and this person, on the Brasília day of `at`."""
    offer, entity = enrolment.offer, enrolment.entity
    cpf = by.account.login if by.account else ""
    text = offer.terms.format(
        dia=f"{at.astimezone(BRASILIA):%d/%m/%Y}",
        ente=f"{entity.get_kind_display()} {entity}",
        gestor=f"{by.name}, CPF {documents.format_cpf(cpf)}",
        oferta=offer.name,
        edicao=offer.edition,
        responsabilidades=" ".join(offer.responsibilities),
    )
    return Terms(text, hashlib.sha256(text.encode()).hexdigest())


def require_reason(reason: str) -> str:
    """The reason in one line. Raises RuleBroken (reason) when it is too short to say anything."""
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise RuleBroken(SHORT_REASON, code="reason", field="reason")
    return text


def row_of(offer: Offer, entity: Entity) -> Enrolment:
    """The one row of a locked entity in an offer; a new one is saved by who takes its first step."""
    found = Enrolment.objects.select_for_update().filter(offer=offer, entity=entity).first()
    enrolment: Enrolment = found or Enrolment(offer=offer, entity=entity)
    enrolment.offer, enrolment.entity = offer, entity
    return enrolment


def locked(enrolment_id: int) -> Enrolment:
    """The row, locked after its entity: every act upon one entity queues there."""
    entity = lock_entity(Enrolment.objects.values_list("entity", flat=True).get(pk=enrolment_id))
    enrolment: Enrolment = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("offer").get(pk=enrolment_id)
    )
    enrolment.entity = entity
    return enrolment


def lock_entity(entity_id: int) -> Entity:
    entity: Entity = (
        Entity.objects.select_for_update(no_key=True, of=("self",))
        .select_related("municipality__uf", "uf")
        .get(pk=entity_id)
    )
    return entity
