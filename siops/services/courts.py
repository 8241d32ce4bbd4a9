"""The Módulo de Controle Externo (MCE): whom the coordination of the SIOPS invites from a Tribunal de Contas.

The invited enter by certificate, as who answers for the state does, and are of the state's entity. Who invites is
inference of the simulator: the sources only say that presidents and technicians of the tribunais use the module.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from siops.models import HealthManager, Technician
from siops.permissions import Permission
from siops.services.institutional import require_institutional
from siops.services.post import write_to_record
from siops.services.registry import find_named_person, legal_date, lock_entity, require_free_email
from siops.services.succession import write_registered
from territory.models import Entity
from territory.services import ensure_state

ROLE = HealthManager.Role.COURT
ALREADY_INVITED = "Esta pessoa já está convidada pelo Tribunal de Contas deste Estado."
WATCHES_ITSELF = "Quem responde por um ente do Estado, ou envia os dados dele, não o fiscaliza pelo Tribunal de Contas."


@transaction.atomic
def invite_court_member(
    *, uf_id: str, cpf: str, name: str, email: str, phone: str, position: str, by: Actor, at: datetime
) -> HealthManager:
    """Convidar: the person may ask for a certificate and enter the MCE of that UF from now on.

    Raises NotPermitted, or RuleBroken (already_invited, watches_itself, person_not_found, name_differs,
    public_mailbox, email_taken).
    """
    entity = lock_entity(ensure_state(uf_id=uf_id).pk)

    permissions.require(by, Permission.INVITE_COURT)
    rules = AllAtOnce()
    rules.ask(require_institutional, email, field="email")
    found = rules.ask(find_named_person, cpf=cpf, name=name)
    if found is not None:
        rules.ask(_require_other_hands, entity, found.pk)
        rules.ask(require_free_email, entity=entity, email=email, person=found)
    person = rules.settled(found)

    made: HealthManager = HealthManager.objects.create(
        entity=entity,
        role=ROLE,
        person=person,
        email=email,
        phone=phone,
        position=position,
        starts_on=legal_date(at),
        registered_at=at,
        registered_by_id=by.account_id,
    )
    audit.record("court.invited", target=made, by=by, at=at)
    write_registered([made], at=at)
    return made


@transaction.atomic
def end_court_member(*, manager_id: int, by: Actor, at: datetime) -> HealthManager:
    """Encerrar o convite: the session ends at its next page. Raises NotPermitted or NotAllowedNow."""
    lock_entity(HealthManager.objects.values_list("entity", flat=True).get(pk=manager_id, role=ROLE))
    rows = HealthManager.objects.select_for_update(of=("self",)).select_related("person__user", "entity__uf")
    member: HealthManager = rows.get(pk=manager_id, role=ROLE)

    permissions.require(by, Permission.INVITE_COURT)
    if not can_proceed(member.end):
        raise NotAllowedNow(member.get_status_display())

    member.end(at=at)
    member.save(update_fields=["status", "closed_at"])
    audit.record("court.ended", target=member, by=by, at=at)
    write_to_record("siops_manager_ended", member, at=at, successor=None, reason=f"encerrado por {by.name}")
    return member


def _require_other_hands(entity: Entity, person_id: int) -> None:
    """Nobody watches over what the same person does: in the state or in a município of it."""
    there = {"entity__uf": entity.uf_id, "person": person_id}
    held = set(HealthManager.objects.current().filter(**there).values_list("role", flat=True))
    if ROLE in held:
        raise RuleBroken(ALREADY_INVITED, code="already_invited", field="cpf")
    if held or Technician.objects.current().filter(**there).exists():
        raise RuleBroken(WATCHES_ITSELF, code="watches_itself", field="cpf")
