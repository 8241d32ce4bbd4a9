"""What follows when the secretary or the head of the executive changes (SM-2). Callers hold the entity's lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django_fsm import can_proceed

from accounts.models import Person, User
from common import audit, mail
from siops.models import ElectionLoad, HealthManager, Technician
from territory.models import Entity

Role = HealthManager.Role


@dataclass(frozen=True)
class NewHead:
    """Who becomes head of the executive of an entity, by election or by ofício."""

    entity: Entity
    person: Person
    email: str
    phone: str
    position: str
    starts_on: date


@transaction.atomic
def change_heads(
    *, heads: Sequence[NewHead], load: ElectionLoad | None, actor: User | None, system: str = "", at: datetime
) -> list[HealthManager]:
    """Put new heads in place of the former, all entities at once; each must differ from the present head.

    Whoever the former head registered waits for the new one's word (A CONFIRMAR). A new head who was secretary or
    substitute leaves that record.
    """
    entity_ids = [head.entity.pk for head in heads]
    former = HealthManager.objects.overtake_heads(entity_ids, at=at)
    made = HealthManager.objects.bulk_create(_record_of(head, load, actor, at) for head in heads)
    _leave_other_posts(heads, actor=actor, system=system, at=at)
    doubted = HealthManager.objects.doubt_appointees(entity_ids)
    audit.record_each("manager.head_changed", targets=made, actor=actor, system=system, at=at)
    audit.record_each("manager.substituted", targets=former, actor=actor, system=system, at=at)
    audit.record_each("manager.to_confirm", targets=doubted, actor=actor, system=system, at=at)
    return made


@transaction.atomic
def change_secretariat(
    *,
    entity: Entity,
    former: HealthManager | None,
    successor: HealthManager | None,
    actor: User | None,
    system: str = "",
    at: datetime,
) -> None:
    """The secretary changed: the technician must be registered again, even the same person; E3 and E4 go out.

    Without `former`, whoever the substitute registered while there was no secretary is registered again, too.
    """
    technicians = Technician.objects.current().select_for_update(of=("self",)).select_related("person__user")
    technician = technicians.filter(entity=entity).first()
    if technician is not None and can_proceed(technician.lose_secretary):
        technician.lose_secretary()
        technician.save(update_fields=["status"])
        audit.record("technician.to_register_again", target=technician, actor=actor, system=system, at=at)
    if former is not None:
        _write_replaced(former, successor, at)
    if technician is not None:
        _write_register_again(technician, successor, at)


def _record_of(head: NewHead, load: ElectionLoad | None, actor: User | None, at: datetime) -> HealthManager:
    return HealthManager(
        entity=head.entity,
        role=Role.HEAD,
        person=head.person,
        email=head.email,
        phone=head.phone,
        position=head.position,
        starts_on=head.starts_on,
        registered_at=at,
        registered_by=actor,
        election_load=load,
    )


def _leave_other_posts(heads: Sequence[NewHead], *, actor: User | None, system: str, at: datetime) -> None:
    """End the records, in the same entity, that a head may not hold as well."""
    elected = {(head.entity.pk, head.person.pk) for head in heads}
    posts = HealthManager.objects.current().filter(
        role__in=HealthManager.APPOINTED,
        entity__in=[entity_id for entity_id, _ in elected],
        person__in=[person_id for _, person_id in elected],
    )
    rows = posts.select_for_update(of=("self",)).select_related("entity__municipality__uf", "person__user")
    for post in [row for row in rows if (row.entity_id, row.person_id) in elected]:
        post.end(at=at)
        post.save(update_fields=["status", "closed_at"])
        audit.record("manager.ended", target=post, actor=actor, system=system, at=at, reason="became_head")
        if post.role == Role.SECRETARY:
            change_secretariat(entity=post.entity, former=post, successor=None, actor=actor, system=system, at=at)


def _write_replaced(former: HealthManager, successor: HealthManager | None, at: datetime) -> None:
    """E3, to the former secretary, the new one and the head."""
    heads = HealthManager.objects.current().filter(entity=former.entity_id, role=Role.HEAD).select_related("person")
    for reader in (former, successor, heads.first()):
        if reader is not None:
            mail.write(
                "siops_manager_replaced",
                to=reader.email,
                addressee=reader.person.user,
                at=at,
                reader=reader,
                former=former,
                successor=successor,
                portal=settings.PORTAL_URL,
            )


def _write_register_again(technician: Technician, successor: HealthManager | None, at: datetime) -> None:
    """E4, to the technician and to the new secretary."""
    for reader in (technician, successor):
        if reader is not None:
            mail.write(
                "siops_technician_to_register_again",
                to=reader.email,
                addressee=reader.person.user,
                at=at,
                reader=reader,
                technician=technician,
                successor=successor,
                portal=settings.PORTAL_URL,
            )
