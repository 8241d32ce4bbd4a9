"""Enrolling professionals of the APS, the AES and the VS: only after the entity has joined (condicionante)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import ProfessionalLink
from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from gerencia.models import EnrolledProfessional, Enrolment, Offer
from gerencia.permissions import Permission
from gerencia.services.enrolments import lock_entity, locked, row_of
from territory.models import Entity

CONDITION = "A inscrição do profissional está condicionada à adesão formal do ente federado."
NO_LINK = "O profissional não tem vínculo em vigor no CNES com um estabelecimento deste ente."
ALREADY = "Este profissional já está inscrito nesta oferta."
HOURS = "A carga horária protegida vai de 1 a 40 horas por semana."


@transaction.atomic
def enrol_professional(
    *, offer_id: int, entity_id: int, cpf: str, level: str, protected_hours: int, by: Actor, at: datetime
) -> EnrolledProfessional:
    """«Inscrever profissional». Raises NotPermitted, or RuleBroken (condition, no_link, already, hours)."""
    entity = lock_entity(entity_id)

    permissions.require(by, Permission.ENROL, entity)
    enrolment = row_of(Offer.objects.get(pk=offer_id), entity)
    if enrolment.status != Enrolment.Status.ENROLLED:
        raise RuleBroken(CONDITION, code="condition")
    rules = AllAtOnce()
    hours_fit = 1 <= protected_hours <= EnrolledProfessional.MOST_HOURS
    rules.require(hours_fit, RuleBroken(HOURS, code="hours", field="protected_hours"))
    found = rules.ask(_link, entity, cpf=cpf, at=at)
    link = rules.settled(found)
    if EnrolledProfessional.objects.present().filter(enrolment=enrolment, person=link.person).exists():
        raise RuleBroken(ALREADY, code="already", field="cpf")

    row: EnrolledProfessional = EnrolledProfessional.objects.create(
        enrolment=enrolment,
        person=link.person,
        link=link,
        level=level,
        protected_hours=protected_hours,
        enrolled_by_id=by.author_id,
        enrolled_at=at,
    )
    audit.record("gerencia.professional_enrolled", target=row, by=by, at=at, level=level)
    return row


@transaction.atomic
def cancel_professional(*, professional_id: int, by: Actor, at: datetime) -> EnrolledProfessional:
    """«Cancelar inscrição». Raises NotPermitted or NotAllowedNow."""
    enrolment = locked(EnrolledProfessional.objects.values_list("enrolment", flat=True).get(pk=professional_id))
    row = EnrolledProfessional.objects.select_for_update(of=("self",)).select_related("person").get(pk=professional_id)
    row.enrolment = enrolment

    permissions.require(by, Permission.ENROL, row)
    if row.cancelled_at is not None:
        raise NotAllowedNow("CANCELADA")

    row.cancelled_by_id, row.cancelled_at = by.account_id, at
    row.save(update_fields=["cancelled_by", "cancelled_at"])
    audit.record("gerencia.professional_cancelled", target=row, by=by, at=at)
    return row


def _link(entity: Entity, *, cpf: str, at: datetime) -> ProfessionalLink:
    """The link by which the person works in a house of the entity. One of another entity is as good as none."""
    rows = ProfessionalLink.objects.in_force_at(at).filter(person__cpf=cpf, establishment__entity=entity)
    link = rows.select_related("person", "establishment").order_by("pk").first()
    if link is None:
        raise RuleBroken(NO_LINK, code="no_link", field="cpf")
    return link
