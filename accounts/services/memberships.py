"""Profiles of access (perfis): who grants, excludes and reactivates them, and the ninety idle days (SM5)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django_fsm import can_proceed

from accounts.models import Membership, account_of
from accounts.permissions import Permission
from common import audit, mail, permissions, switches
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from registry.models import Person
from territory.models import Entity

ALREADY_ACTIVE = "Este usuário já possui este perfil ativo."
ONLY_INACTIVE = "Somente perfis inativos podem ser reativados."
WRONG_PROGRAMME = "Este perfil não se aplica ao programa escolhido."
REPLACE = "Já existe gestor ativo: {name}. Deseja substituí-lo?"

Role = Membership.Role
Programme = Membership.Programme
Status = Membership.Status


@transaction.atomic
def grant_membership(
    *,
    person_id: int,
    entity_id: int,
    role: str,
    by: Actor,
    at: datetime,
    programme: str = "",
    replaces_id: int | None = None,
) -> Membership:
    """Give a person a profile for an entity; one that had become INATIVO comes back.

    An entity has one active Gestor da AB: to put another in the place, `replaces_id` must name the active one that the
    person who confirms has seen. Raises NotPermitted, or RuleBroken (codes replace_needed, already_active,
    wrong_programme).
    """
    entity = Entity.objects.select_for_update(no_key=True).get(pk=entity_id)
    person = Person.objects.get(pk=person_id)
    wanted: Membership = Membership(
        person=person, entity=entity, role=role, programme=programme, granted_at=at, last_access_at=at
    )

    permissions.require(by, Permission.GRANT_MEMBERSHIP, wanted)
    _settle_idle(entity, at)
    held = _held(wanted)
    if held is not None and held.status == Status.ACTIVE:
        raise RuleBroken(ALREADY_ACTIVE, code="already_active")
    if not _programme_fits(role, programme):
        raise RuleBroken(WRONG_PROGRAMME, code="wrong_programme", field="programme")
    _make_room(wanted, replaces_id, by, at)

    if held is not None:
        return _reactivate(held, by, at)
    wanted.save(force_insert=True)
    audit.record("membership.granted", target=wanted, by=by, at=at, person=person.pk, role=role, programme=programme)
    _write_mail("membership_granted", wanted, at)
    return wanted


@transaction.atomic
def reactivate_membership(*, membership_id: int, by: Actor, at: datetime, replaces_id: int | None = None) -> Membership:
    """«Reativar»: bring an INATIVO profile back. Raises NotPermitted or RuleBroken (only_inactive, replace_needed)."""
    membership = _locked(membership_id)

    permissions.require(by, Permission.REACTIVATE_MEMBERSHIP, membership)
    _settle_idle(membership.entity, at)
    membership = _locked(membership_id)
    if not can_proceed(membership.reactivate):
        raise RuleBroken(ONLY_INACTIVE, code="only_inactive")
    _make_room(membership, replaces_id, by, at)
    return _reactivate(membership, by, at)


@transaction.atomic
def exclude_membership(*, membership_id: int, by: Actor, at: datetime) -> Membership:
    """«Excluir»: end an active profile for good; the row stays as history. Raises NotPermitted or NotAllowedNow."""
    membership = _locked(membership_id)

    permissions.require(by, Permission.EXCLUDE_MEMBERSHIP, membership)
    status = membership.effective_status(at, days=switches.now().membership_idle_days)
    if not can_proceed(membership.exclude) or status != Status.ACTIVE:
        raise NotAllowedNow(status.label)

    membership.exclude(at=at)
    membership.save(update_fields=["status", "ended_at"])
    audit.record("membership.excluded", target=membership, by=by, at=at)
    _write_mail("membership_ended", membership, at, reason=f"excluído por {by.name}", again=False)
    return membership


@transaction.atomic
def inactivate_idle_memberships(
    *, at: datetime, person_id: int | None = None, entity_ids: Collection[int] | None = None
) -> int:
    """Record as INATIVO the profiles unused for membership_idle_days (switches) at `at`; returns how many.

    The scope narrows to one person or to some entities; rows another transaction holds are left for the next run.
    """
    idle = Membership.objects.idle_at(at, days=switches.now().membership_idle_days)
    if person_id is not None:
        idle = idle.filter(person=person_id)
    if entity_ids is not None:
        idle = idle.filter(entity__in=entity_ids)
    related = ("entity__municipality__uf", "entity__uf", "person__user")
    rows = list(idle.select_for_update(skip_locked=True, of=("self",)).select_related(*related).order_by("pk"))
    for membership in rows:
        _inactivate(membership, at, reason="idle")
    return len(rows)


def _locked(membership_id: int) -> Membership:
    """The row, locked after its entity: every change of profiles of one entity queues there."""
    entity = Entity.objects.select_for_update(no_key=True, of=("self",)).get(memberships=membership_id)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("person")
    membership: Membership = rows.get(pk=membership_id)
    membership.entity = entity
    return membership


def _held(wanted: Membership) -> Membership | None:
    """The person's profile of that kind that is not excluded, locked."""
    rows: QuerySet[Membership] = Membership.objects.select_for_update().exclude(status=Status.EXCLUDED)
    return rows.filter(person=wanted.person, entity=wanted.entity, role=wanted.role, programme=wanted.programme).first()


def _settle_idle(entity: Entity, at: datetime) -> None:
    """Let inactivity count before deciding, in case the sweep is late."""
    inactivate_idle_memberships(at=at, entity_ids=[entity.pk])


def _programme_fits(role: str, programme: str) -> bool:
    if role == Role.PROGRAMME_MANAGER:
        return programme in Programme.values and programme != Programme.NONE
    if role == Role.TECHNICAL_MANAGER:
        return programme == Programme.DEPLOYMENT
    return role in Role.values and programme == Programme.NONE


def _make_room(wanted: Membership, replaces_id: int | None, by: Actor, at: datetime) -> None:
    """Inactivate the present Gestor da AB when the change was confirmed; ask for the confirmation otherwise."""
    if wanted.role != Role.AB_MANAGER:
        return
    others = Membership.objects.active().filter(entity=wanted.entity, role=Role.AB_MANAGER)
    present = others.select_for_update(of=("self",)).select_related("person").first()
    if present is None:
        return
    if present.pk != replaces_id:
        raise RuleBroken(REPLACE.format(name=present.person.name), code="replace_needed")
    _inactivate(present, at, reason="replaced", by=by, successor=wanted.person)


def _inactivate(
    membership: Membership, at: datetime, *, reason: str, by: Actor | None = None, successor: Person | None = None
) -> None:
    membership.inactivate()
    membership.save(update_fields=["status"])
    by = by or Actor.routine("inactivate_idle_memberships", at)
    audit.record("membership.inactivated", target=membership, by=by, at=at, reason=reason)
    idle = f"{switches.now().membership_idle_days} dias sem acesso"
    told = f"{successor.name} é agora o Gestor da AB" if successor else idle
    _write_mail("membership_ended", membership, at, reason=told, again=True)


def _reactivate(membership: Membership, by: Actor, at: datetime) -> Membership:
    membership.reactivate(at=at)
    membership.save(update_fields=["status", "last_access_at"])
    audit.record("membership.reactivated", target=membership, by=by, at=at)
    _write_mail("membership_reactivated", membership, at)
    return membership


def _write_mail(template: str, membership: Membership, at: datetime, **context: Any) -> None:
    person = membership.person
    mail.write(
        template,
        to=person.email,
        addressee=account_of(person),
        at=at,
        membership=membership,
        portal=settings.PORTAL_URL,
        idle_days=switches.now().membership_idle_days,
        **context,
    )


@transaction.atomic
def renew_accesses(*, at: datetime) -> int:
    """Count `at` as an access for the profiles that inactivity would overtake then; returns how many.

    Only for a room whose clock jumps: its trainer chose to keep the people of the demonstration active.
    """
    idle = Membership.objects.idle_at(at, days=switches.now().membership_idle_days)
    renewed = idle.update(last_access_at=at)
    if renewed:
        audit.record_batch(
            "membership.kept_active", model=Membership, count=renewed, at=at, by=Actor.routine("rooms.advance", at)
        )
    return renewed
