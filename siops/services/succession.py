"""What follows when the secretary or the head of the executive changes (SM-2). Callers hold the entity's lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit
from common.actor import Actor
from registry.models import Person
from siops.models import ElectionLoad, HealthManager, Technician
from siops.services.post import Record, write_to_record, write_to_records
from siops.services.registry import certificates_in_force
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
    *, heads: Sequence[NewHead], load: ElectionLoad | None, by: Actor, at: datetime
) -> list[HealthManager]:
    """Put new heads in place of the former, all entities at once; each must differ from the present head.

    Whoever the former head registered waits for the new one's word (A CONFIRMAR). A new head who was secretary or
    substitute leaves that record.
    """
    entity_ids = [head.entity.pk for head in heads]
    former = HealthManager.objects.overtake_heads(entity_ids, at=at)
    reason = f"{load}, carregada pelo Ministério" if load else "ofício de mudança aprovado pelo Ministério"
    made = HealthManager.objects.bulk_create(_record_of(head, load, by, at) for head in heads)
    _leave_other_posts(heads, by=by, at=at)
    doubted = HealthManager.objects.doubt_appointees(entity_ids)
    audit.record_each("manager.head_changed", targets=made, by=by, at=at)
    audit.record_each("manager.substituted", targets=former, by=by, at=at)
    audit.record_each("manager.to_confirm", targets=doubted, by=by, at=at)
    chosen = {row.entity_id: row for row in made}
    write_registered(made, at=at)
    write_to_records(
        "siops_manager_ended", [(row, {"successor": chosen[row.entity_id], "reason": reason}) for row in former], at=at
    )
    write_to_records("siops_manager_to_confirm", [(row, {"head": chosen[row.entity_id]}) for row in doubted], at=at)
    return made


@transaction.atomic
def change_secretariat(
    *,
    entity: Entity,
    former: HealthManager | None,
    successor: HealthManager | None,
    by: Actor,
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
        audit.record("technician.to_register_again", target=technician, by=by, at=at)
    if former is not None:
        _write_replaced(former, successor, at)
    if technician is not None:
        _write_register_again(technician, successor, at)


def _record_of(head: NewHead, load: ElectionLoad | None, by: Actor, at: datetime) -> HealthManager:
    return HealthManager(
        entity=head.entity,
        role=Role.HEAD,
        person=head.person,
        email=head.email,
        phone=head.phone,
        position=head.position,
        starts_on=head.starts_on,
        registered_at=at,
        registered_by_id=by.account_id,
        election_load=load,
    )


def _leave_other_posts(heads: Sequence[NewHead], *, by: Actor, at: datetime) -> None:
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
        audit.record("manager.ended", target=post, by=by, at=at, reason="became_head")
        if post.role != Role.SECRETARY:
            context = {"successor": None, "reason": "você passou a ser Chefe do Poder Executivo do ente"}
            write_to_record("siops_manager_ended", post, at=at, **context)
        if post.role == Role.SECRETARY:
            change_secretariat(entity=post.entity, former=post, successor=None, by=by, at=at)


def write_registered(managers: Sequence[HealthManager], *, at: datetime) -> None:
    """E1, with the way to the certificate for who has none."""
    cpfs = [manager.person.cpf_text for manager in managers]
    certified = set(
        certificates_in_force(at).filter(holder_document__in=cpfs).values_list("holder_document", flat=True)
    )
    write_to_records(
        "siops_manager_registered",
        [
            (
                manager,
                {
                    "manager": manager,
                    "needs_certificate": manager.role in HealthManager.BY_CERTIFICATE
                    and manager.person.cpf not in certified,
                },
            )
            for manager in managers
        ],
        at=at,
    )


def _write_replaced(former: HealthManager, successor: HealthManager | None, at: datetime) -> None:
    """E3, to the former secretary, the new one and the head."""
    heads = HealthManager.objects.current().filter(entity=former.entity_id, role=Role.HEAD).select_related("person")
    readers = [reader for reader in (former, successor, heads.first()) if reader is not None]
    context = {"former": former, "successor": successor}
    write_to_records("siops_manager_replaced", [(reader, context) for reader in readers], at=at)


def _write_register_again(technician: Technician, successor: HealthManager | None, at: datetime) -> None:
    """E4, to the technician and to the new secretary."""
    context = {"technician": technician, "successor": successor}
    readers: list[Record] = [technician, *([successor] if successor else [])]
    write_to_records("siops_technician_to_register_again", [(reader, context) for reader in readers], at=at)
