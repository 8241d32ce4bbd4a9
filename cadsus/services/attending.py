"""«Abrir atendimento»: the guard lets through who is synchronized, or justified for this visit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cadsus.messages import M22
from cadsus.models import Attendance, Citizen, Justification
from cadsus.permissions import Permission
from cadsus.services.consulting import is_enabled, locked_citizen
from cadsus.workplaces import Workplace
from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken

Basis = Attendance.Basis


def basis_of(citizen: Citizen, *, place: Workplace, at: datetime) -> tuple[str, Justification | None]:
    """By what the attendance may open; nothing when it may not.

    DESATUALIZADO attends: the data were copied once, and the next visit asks to synchronize again.
    """
    if citizen.status in Citizen.IN_ORDER:
        return Basis.SYNCHRONIZED, None
    if not is_enabled(place, at):
        return Basis.NOT_REQUIRED, None
    valid = Justification.objects.in_force_at(at, establishment=place.cnes).filter(citizen=citizen).first()
    return (Basis.JUSTIFIED, valid) if valid is not None else ("", None)


@transaction.atomic
def open_attendance(*, citizen_id: int, place: Workplace, by: Actor, at: datetime) -> Attendance:
    """Open the attendance in recepção, coleta or farmácia. Raises RuleBroken M22."""
    citizen = locked_citizen(citizen_id, entity_id=place.entity_id)
    permissions.require(by, Permission.OPEN_ATTENDANCE, place)
    basis, justification = basis_of(citizen, place=place, at=at)
    if not basis:
        raise RuleBroken(M22, code="attendance_blocked")
    attendance: Attendance = Attendance.objects.create(
        citizen=citizen,
        basis=basis,
        justification=justification,
        account_id=by.author_id,
        at=at,
        module=place.module,
        establishment_id=place.cnes,
    )
    audit.record("citizen.attended", target=citizen, by=by, at=at, basis=basis, cnes=place.cnes)
    return attendance
