"""The offices that the SIOPS knows: who answers for an entity, its technician, who watches, and who attends.

All but the last exist only in a session bound to one entity and role by its door, and of the proof of that door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from accounts.actors import Asked, Proof, provides
from common import prepared
from common.actor import Actor, Office
from common.house import apps_seen_by
from common.legal_time import BRASILIA
from siops.models import Attendant, HealthManager, Technician
from siops.models.managers import HealthManagerQuerySet
from siops.models.scoped import CERTIFIER, COUNCIL, COURT, MANAGER, TECHNICIAN
from territory.models import Entity

SENDING = "Responsável pelo envio de dados"


@dataclass(frozen=True, kw_only=True)
class SiopsOffice(Office):
    """An office of one entity, with the record that gives it."""

    entity_id: int
    entity: Entity = field(compare=False, repr=False)
    record: HealthManager | Technician = field(compare=False, repr=False)
    label: str = field(compare=False)


@provides(Proof.CERTIFICATE)
def manager(asked: Asked) -> Iterator[Office]:
    """The gestor of the session, or who came from the Tribunal de Contas."""
    yield from _in_office(asked, HealthManager.BY_CERTIFICATE)


@provides(Proof.COUNCIL_LINK)
def council(asked: Asked) -> Iterator[Office]:
    """The member of the Conselho de Saúde of the session."""
    yield from _in_office(asked, (HealthManager.Role.COUNCIL,))


def _in_office(asked: Asked, roles: Iterable[str]) -> Iterator[Office]:
    """The record of the session in one of the roles of its door, while in office at the instant (vigência)."""
    if asked.bond is None or asked.bond.role not in roles:
        return
    bond = {"user": asked.user.pk, "role": asked.bond.role, "entity": asked.bond.entity_id}
    today = asked.at.astimezone(BRASILIA).date()
    if asked.known:
        again = [pk for (pk,) in _held_key(today=today, **bond)]
        if not again:
            return
        if again[0] in asked.known:
            yield asked.known[again[0]]
            return
    for record in _held(today=today, **bond):
        kind = KINDS.get(record.role, MANAGER)
        asked.known[record.pk] = office = SiopsOffice(
            kind=kind,
            role=record.role,
            entity_id=record.entity_id,
            by_substitution=record.role in HealthManager.SUBSTITUTES,
            reads=apps_seen_by(kind),
            entity=record.entity,
            record=record,
            label=record.get_role_display(),
        )
        yield office


def _records(user: int, role: str, entity: int, today: date) -> HealthManagerQuerySet:
    rows = HealthManager.objects.in_office_on(today).filter(role=role, entity=entity)
    return rows.filter(person__user=user, person__user__is_active=True).order_by("-registered_at", "-pk")[:1]


@prepared.composed
def _held(user: int, role: str, entity: int, today: date) -> HealthManagerQuerySet:
    return _records(user, role, entity, today).select_related(*RELATED)


@prepared.composed
def _held_key(user: int, role: str, entity: int, today: date) -> QuerySet[HealthManager, tuple[int]]:
    return _records(user, role, entity, today).values_list("pk")


@provides(Proof.TECHNICIAN_PASSWORD)
def technician(asked: Asked) -> Iterator[Office]:
    """The technician of the session. Registered again, the person first sets a new password: no old session lives."""
    if asked.bond is None or asked.bond.role != TECHNICIAN:
        return
    for record in _sending(user=asked.user.pk, entity=asked.bond.entity_id):
        yield SiopsOffice(
            kind=TECHNICIAN,
            role=TECHNICIAN,
            entity_id=record.entity_id,
            reads=apps_seen_by(TECHNICIAN),
            entity=record.entity,
            record=record,
            label=SENDING,
        )


@prepared.composed
def _sending(user: int, entity: int) -> QuerySet[Technician]:
    entered = Technician.objects.filter(status=Technician.Status.ACTIVE, entity=entity)
    rows = entered.filter(person__user=user, person__user__is_active=True)
    return rows.select_related(*RELATED).order_by("-registered_at", "-pk")[:1]


@provides(Proof.PASSWORD, Proof.COMMAND_LINE, Proof.AUTOMATIC)
def attendant(asked: Asked) -> Iterator[Office]:
    """Who attends at the counter of a certifier."""
    if asked.user.staff_role != asked.user.StaffRole.CERTIFIER:
        return
    rows = Attendant.objects.filter(user=asked.user.pk, user__is_active=True, user__staff_role=asked.user.staff_role)
    for certifier_id in rows.values_list("certifier", flat=True):
        yield Office(kind=CERTIFIER, role=CERTIFIER, unit_id=certifier_id)


def office_of(actor: Actor) -> SiopsOffice:
    """The office of a session of the SIOPS; asked only once a permission of the entity was granted."""
    office = actor.office
    if not isinstance(office, SiopsOffice):
        raise TypeError("a session of the SIOPS has an office")
    return office


KINDS: dict[str, str] = {HealthManager.Role.COUNCIL: COUNCIL, HealthManager.Role.COURT: COURT}
RELATED = ("person", "entity__municipality__uf", "entity__uf")
