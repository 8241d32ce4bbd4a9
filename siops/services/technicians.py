"""The technician (responsável pelo envio): registered and altered by the secretary or substitute (SM-3, T7)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from registry.models import Person
from siops.models import HealthManager, Technician
from siops.offices import office_of
from siops.permissions import Permission
from siops.services.post import write_to_record
from siops.services.registry import find_named_person, lock_entity, require_free_email
from siops.services.technician_access import leave_mailbox, send_first_access
from territory.models import Entity

Role = HealthManager.Role
SAME_AS_SECRETARY = "O gestor que homologa não pode ser o responsável pelo envio."
REPLACE = "O novo cadastro substituirá {name}, que deixa de entrar no SIOPS. Confirmar?"
ALREADY_REGISTERED = (
    "Esta pessoa já é a responsável pelo envio. Para mudar somente o e-mail ou o telefone, use «ALTERAR»."
)


@transaction.atomic
def register_technician(
    *,
    entity_id: int,
    cpf: str,
    name: str,
    email: str,
    phone: str,
    bond: str,
    crc: str = "",
    replaces_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Technician:
    """«INCLUIR»: register the technician of the entity; the former record becomes history.

    To put somebody else in the place, `replaces_id` must name the record that the person who confirms has seen. After
    a change of secretary the same person is registered again. The first access goes to the e-mail given.
    Raises NotPermitted, or RuleBroken (replace_needed, same_as_secretary, already_registered, person_not_found,
    name_differs, email_taken).
    """
    entity = lock_entity(entity_id)

    permissions.require(by, Permission.REGISTER_TECHNICIAN, entity)
    secretary = office_of(by).record
    assert isinstance(secretary, HealthManager)  # noqa: S101 -- the permission is of a secretary in office
    former = _current(entity)
    rules = AllAtOnce()
    found = rules.ask(find_named_person, cpf=cpf, name=name)
    if found is not None:
        rules.ask(_require_not_homologating, entity, found)
        rules.ask(_require_other_than, former, found)
        rules.ask(require_free_email, entity=entity, email=email, person=found, leaving=former)
    person = rules.settled(found)
    if former is not None and former.person_id != person.pk and former.pk != replaces_id:
        raise RuleBroken(REPLACE.format(name=former.person.name), code="replace_needed")

    if former is not None:
        former.substitute(at=at)
        former.save(update_fields=["status", "closed_at"])
        audit.record("technician.substituted", target=former, by=by, at=at)
    made: Technician = Technician.objects.create(
        entity=entity,
        person=person,
        email=email,
        phone=phone,
        crc=crc,
        bond=bond,
        secretary=secretary,
        registered_by_id=by.author_id,
        registered_at=at,
    )
    audit.record("technician.registered", target=made, by=by, at=at)
    send_first_access(technician_id=made.pk, at=at)
    if former is not None and former.person_id != person.pk:
        write_to_record("siops_technician_replaced", former, at=at, successor=made, author=by)
    return made


@transaction.atomic
def change_technician_contact(*, technician_id: int, email: str, phone: str, by: Actor, at: datetime) -> Technician:
    """«ALTERAR»: only e-mail and telephone; «ESQUECEU A SENHA» then writes to the new address.

    Raises NotPermitted, NotAllowedNow for a record that no longer acts, or RuleBroken (email_taken).
    """
    entity = lock_entity(Technician.objects.values_list("entity", flat=True).get(pk=technician_id))
    rows = Technician.objects.select_for_update(of=("self",)).select_related("person")
    technician: Technician = rows.get(pk=technician_id)

    permissions.require(by, Permission.REGISTER_TECHNICIAN, technician)
    if technician.status not in Technician.ABLE:
        raise NotAllowedNow(technician.get_status_display())
    require_free_email(entity=entity, email=email, person=technician.person)

    changed = [name for name, new in (("email", email), ("phone", phone)) if getattr(technician, name) != new]
    former_mailbox = technician.email
    technician.change_contact(email=email, phone=phone)
    technician.save(update_fields=["email", "phone"])
    leave_mailbox(technician_id=technician.pk, email=former_mailbox, at=at)
    audit.record("technician.contact_changed", target=technician, by=by, at=at, changed=changed)
    return technician


def _current(entity: Entity) -> Technician | None:
    rows = Technician.objects.current().select_for_update(of=("self",)).select_related("person__user")
    return rows.filter(entity=entity).first()


def _require_other_than(former: Technician | None, person: Person) -> None:
    if former is not None and former.person_id == person.pk and former.status in Technician.ABLE:
        raise RuleBroken(ALREADY_REGISTERED, code="already_registered", field="cpf")


def _require_not_homologating(entity: Entity, person: Person) -> None:
    secretaries = HealthManager.objects.current().filter(entity=entity, role__in=HealthManager.SECRETARIAT)
    if secretaries.filter(person=person).exists():
        raise RuleBroken(SAME_AS_SECRETARY, code="same_as_secretary", field="cpf")
