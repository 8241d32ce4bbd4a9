"""What an operator asks: access by an establishment, a profile of it, a machine (spec 5.1)."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django_fsm import can_proceed

from accounts.models import ProfessionalLink
from cadsus.messages import M27, M28
from cadsus.models import Machine, Operator, OperatorAccess
from cadsus.permissions import Permission
from cadsus.services.post import write_to_deciders
from cadsus.services.quality import require_quality
from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken

Status = OperatorAccess.Status
R = TypeVar("R", OperatorAccess, Machine)

ALREADY_HELD = "Você já tem este perfil neste estabelecimento ({status})."
SAME_MACHINE = "Já existe solicitação desta máquina para este estabelecimento ({status})."
NOT_RECOGNISED = "A máquina precisa ser reconhecida pelo módulo de segurança antes da solicitação."


@transaction.atomic
def start_access(*, cnes: str, by: Actor, at: datetime) -> OperatorAccess:
    """«Solicitação de acesso a um estabelecimento»: the draft of a request, the same one when it was begun already.

    Raises RuleBroken M27 without a link in force with the CNES.
    """
    operator = _locked_operator(by)
    permissions.require(by, Permission.ASK_ACCESS, operator)
    _require_link(operator, cnes, at)
    draft = OperatorAccess.objects.filter(operator=operator, establishment=cnes, status=Status.DRAFT).first()
    if draft is not None:
        return draft
    access: OperatorAccess = OperatorAccess.objects.create(operator=operator, establishment_id=cnes, started_at=at)
    audit.record("operator_access.started", target=access, by=by, at=at, cnes=cnes)
    return access


@transaction.atomic
def ask_access(*, access_id: int, profile: str, by: Actor, at: datetime) -> OperatorAccess:
    """«Solicitação de perfil»: the request goes to the manager, who is told by e-mail.

    An approved access with the other profile stays until this one is decided. Raises RuleBroken M27, M28 or M33.
    """
    access = locked(OperatorAccess, access_id)
    permissions.require(by, Permission.ASK_ACCESS, access)
    if not can_proceed(access.ask):
        raise NotAllowedNow(access.get_status_display())
    _require_link(access.operator, access.establishment_id, at)
    require_quality(access.operator.person)
    _require_nothing_open(access, profile)

    access.ask(profile=profile, at=at)
    access.save(update_fields=["status", "profile", "asked_at"])
    audit.record("operator_access.asked", target=access, by=by, at=at, profile=profile)
    write_to_deciders(access, at=at)
    return access


@transaction.atomic
def cancel_access(*, access_id: int, by: Actor, at: datetime) -> OperatorAccess:
    """«Cancelar», by who asked, while nobody has decided."""
    access = locked(OperatorAccess, access_id)
    permissions.require(by, Permission.ASK_ACCESS, access)
    if not can_proceed(access.cancel):
        raise NotAllowedNow(access.get_status_display())
    access.cancel(at=at)
    access.save(update_fields=["status", "reason", "closed_at"])
    audit.record("operator_access.cancelled", target=access, by=by, at=at)
    return access


@transaction.atomic
def ask_machine(*, cnes: str, name: str, is_recognised: bool, by: Actor, at: datetime) -> Machine:
    """«Solicitação de computador/máquina», once the security module recognises it."""
    operator = _locked_operator(by)
    permissions.require(by, Permission.ASK_ACCESS, operator)
    _require_link(operator, cnes, at)
    if not is_recognised:
        raise RuleBroken(NOT_RECOGNISED, code="not_recognised", field="is_recognised")
    same = Machine.objects.filter(operator=operator, establishment=cnes, name=name).exclude(status__in=Machine.CLOSED)
    known = same.first()
    if known is not None:
        text = SAME_MACHINE.format(status=known.get_status_display())
        raise RuleBroken(text, code="same_machine", field="name")
    machine: Machine = Machine.objects.create(operator=operator, establishment_id=cnes, name=name, asked_at=at)
    audit.record("machine.asked", target=machine, by=by, at=at, cnes=cnes)
    write_to_deciders(machine, at=at)
    return machine


def locked(model: type[R], pk: int) -> R:
    """The request, locked after its operator: of one person one request changes at a time."""
    operator_id = model._default_manager.values_list("operator", flat=True).get(pk=pk)
    Operator.objects.select_for_update(no_key=True).get(pk=operator_id)
    return model.objects.with_names().select_for_update(of=("self",)).get(pk=pk)


def _locked_operator(by: Actor) -> Operator:
    rows = Operator.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    return rows.get(person__user=by.author_id)


def _require_link(operator: Operator, cnes: str, at: datetime) -> None:
    """The CNES says that the person works there at `at`."""
    links = ProfessionalLink.objects.in_force_at(at).filter(person=operator.person_id, establishment=cnes)
    if not links.exists():
        raise RuleBroken(M27.format(cnes=cnes), code="no_link", field="cnes")


def _require_nothing_open(access: OperatorAccess, profile: str) -> None:
    same = {"operator": access.operator_id, "establishment": access.establishment_id, "profile": profile}
    known = OperatorAccess.objects.filter(**same, status__in=OperatorAccess.OPEN).first()
    if known is None:
        return
    if known.status == Status.PENDING:
        raise RuleBroken(M28, code="duplicate_request", field="profile")
    text = ALREADY_HELD.format(status=known.get_status_display())
    raise RuleBroken(text, code="already_held", field="profile")
