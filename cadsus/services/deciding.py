"""What the manager of an establishment decides: accesses and machines; never the own ones (spec 6.1, M30, M31)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from accounts.models import ProfessionalLink, is_own
from cadsus.messages import M27, M30, M31
from cadsus.models import Machine, OperatorAccess
from cadsus.permissions import Permission
from cadsus.services.asking import locked
from cadsus.services.post import Request, write_to_operator
from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken

PROFILE_CHANGED = "Troca de perfil para {profile}."
DECIDED = ["status", "decided_at", "decided_by", "reason", "closed_at"]


@transaction.atomic
def approve_access(*, request_id: int, by: Actor, at: datetime) -> OperatorAccess:
    """«Aprovar»: the operator has access from now on; the other profile that they had there ends.

    There is no limit to how many operators an establishment has. Raises NotPermitted M30 or M31, RuleBroken M27.
    """
    access = locked(OperatorAccess, request_id)
    require_decider(by, access)
    if not can_proceed(access.approve) or _has_lapsed(access, at):
        raise NotAllowedNow(_status_at(access, at))
    _require_link(access, at)

    _end_other_profile(access, by=by, at=at)
    access.approve(by=by, at=at)
    access.save(update_fields=DECIDED)
    audit.record("operator_access.approved", target=access, by=by, at=at, profile=access.profile)
    write_to_operator("cadsus_request_approved", access, at=at)
    return access


@transaction.atomic
def deny_access(*, request_id: int, reason: str, by: Actor, at: datetime) -> OperatorAccess:
    """«Negar», with the reason."""
    access = locked(OperatorAccess, request_id)
    require_decider(by, access)
    if not can_proceed(access.deny) or _has_lapsed(access, at):
        raise NotAllowedNow(_status_at(access, at))
    access.deny(reason=reason, by=by, at=at)
    access.save(update_fields=DECIDED)
    audit.record("operator_access.denied", target=access, by=by, at=at, reason=reason)
    write_to_operator("cadsus_request_denied", access, at=at)
    return access


@transaction.atomic
def revoke_access(*, request_id: int, reason: str, by: Actor, at: datetime) -> OperatorAccess:
    """«Revogar», with the reason: whoever is in loses the office at the next question."""
    access = locked(OperatorAccess, request_id)
    require_decider(by, access)
    if not can_proceed(access.revoke):
        raise NotAllowedNow(access.get_status_display())
    access.revoke(reason=reason, at=at)
    access.save(update_fields=DECIDED)
    audit.record("operator_access.revoked", target=access, by=by, at=at, reason=reason)
    write_to_operator("cadsus_request_revoked", access, at=at)
    return access


@transaction.atomic
def approve_machine(*, request_id: int, by: Actor, at: datetime) -> Machine:
    """«Aprovar» a machine. Raises NotPermitted M30 or M31, RuleBroken M27."""
    machine = locked(Machine, request_id)
    require_decider(by, machine)
    if not can_proceed(machine.approve):
        raise NotAllowedNow(machine.get_status_display())
    _require_link(machine, at)
    machine.approve(by=by, at=at)
    machine.save(update_fields=DECIDED)
    audit.record("machine.approved", target=machine, by=by, at=at)
    write_to_operator("cadsus_request_approved", machine, at=at)
    return machine


@transaction.atomic
def deny_machine(*, request_id: int, reason: str, by: Actor, at: datetime) -> Machine:
    """«Negar» a machine, with the reason."""
    machine = locked(Machine, request_id)
    require_decider(by, machine)
    if not can_proceed(machine.deny):
        raise NotAllowedNow(machine.get_status_display())
    machine.deny(reason=reason, by=by, at=at)
    machine.save(update_fields=DECIDED)
    audit.record("machine.denied", target=machine, by=by, at=at, reason=reason)
    write_to_operator("cadsus_request_denied", machine, at=at)
    return machine


@transaction.atomic
def revoke_machine(*, request_id: int, reason: str, by: Actor, at: datetime) -> Machine:
    """«Revogar» a machine, with the reason."""
    machine = locked(Machine, request_id)
    require_decider(by, machine)
    if not can_proceed(machine.revoke):
        raise NotAllowedNow(machine.get_status_display())
    machine.revoke(reason=reason, at=at)
    machine.save(update_fields=DECIDED)
    audit.record("machine.revoked", target=machine, by=by, at=at, reason=reason)
    write_to_operator("cadsus_request_revoked", machine, at=at)
    return machine


def require_decider(by: Actor, request: Request) -> None:
    """The manager of this very establishment, or the municipal TI in the manager's stead; nobody for themselves."""
    try:
        permissions.require(by, Permission.DECIDE_REQUEST, request)
    except NotPermitted:
        text = M31.format(cnes=request.establishment_id)
        raise NotPermitted(text, permission=Permission.DECIDE_REQUEST) from None
    if is_own(request.operator.person, by):
        raise NotPermitted(M30, permission=Permission.DECIDE_REQUEST)


def link_behind(request: Request, at: datetime) -> ProfessionalLink | None:
    """The link with the establishment by which the operator asks, in force at `at`."""
    links = ProfessionalLink.objects.in_force_at(at).filter(establishment=request.establishment_id)
    return links.filter(person=request.operator.person_id).order_by("started_on", "pk").first()


def _require_link(request: Request, at: datetime) -> None:
    if link_behind(request, at) is None:
        raise RuleBroken(M27.format(cnes=request.establishment_id), code="no_link")


def _has_lapsed(access: OperatorAccess, at: datetime) -> bool:
    """Whether nobody decided in time, also before that is recorded."""
    until = access.lapses_at()
    return until is not None and at >= until


def _status_at(access: OperatorAccess, at: datetime) -> str:
    lapsed = access.status == OperatorAccess.Status.PENDING and _has_lapsed(access, at)
    return OperatorAccess.Status.EXPIRED.label if lapsed else access.get_status_display()


def _end_other_profile(access: OperatorAccess, *, by: Actor, at: datetime) -> None:
    """Troca de perfil: the old one stayed until this decision."""
    same = {"operator": access.operator_id, "establishment": access.establishment_id}
    held = OperatorAccess.objects.approved().filter(**same).select_for_update(of=("self",)).first()
    if held is not None:
        reason = PROFILE_CHANGED.format(profile=access.get_profile_display())
        held.revoke(reason=reason, at=at)
        held.save(update_fields=DECIDED)
        audit.record("operator_access.revoked", target=held, by=by, at=at, reason=reason)
