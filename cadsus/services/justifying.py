"""«Não sincronizar (justificar)»: why somebody is attended all the same, with citizen, date and professional."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from cadsus.decision import is_adult
from cadsus.messages import M23
from cadsus.models import Citizen, Consultation, Justification
from cadsus.permissions import Permission
from cadsus.services.consulting import FOUND, locked_citizen, require_free
from cadsus.workplaces import Workplace
from common import audit, permissions, switches
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA

Code, Status = Justification.Code, Citizen.Status
NOT_HERE = "Este motivo não se aplica à situação do cadastro."
SAYS_WHAT = "Descreva o motivo na observação."


def offered(citizen: Citizen, *, at: datetime) -> list[Justification.Code]:
    """The reasons that the situation of the citizen allows, in the order of their codes."""
    today = at.astimezone(BRASILIA).date()
    down = Consultation.objects.down_lately(entity_id=citizen.entity_id, at=at)
    holds = {
        Code.STREET: citizen.kind != Citizen.Kind.NEWBORN,
        Code.REVENUE: citizen.status == Status.PENDING_REVENUE,
        # Only when the system itself saw that the CADSUS was down.
        Code.DOWN: citizen.status in (Status.PENDING_DOWN, Status.NOT_SYNCHRONIZED) and down.exists(),
        Code.NEWBORN: citizen.kind == Citizen.Kind.NEWBORN,
        Code.UNIFICATION: citizen.status == Status.PENDING_UNIFICATION,
        Code.ADULT_WITHOUT_CPF: citizen.status == Status.PENDING_CPF and is_adult(citizen.birth_date, today),
        Code.OTHER: switches.now().other_justification,
    }
    return [code for code in Code if holds[code]]


@transaction.atomic
def justify(*, citizen_id: int, code: str, note: str = "", place: Workplace, by: Actor, at: datetime) -> Justification:
    """Save a justification; it is never edited, and holds for this visit alone (J01: 180 days).

    Raises RuleBroken M23 without a reason, and for one that the situation does not allow.
    """
    citizen = locked_citizen(citizen_id, entity_id=place.entity_id)
    permissions.require(by, Permission.JUSTIFY, place)
    require_free(citizen, by=by, at=at)
    if not can_proceed(citizen.justify):
        raise NotAllowedNow(citizen.get_status_display())
    _require_reason(citizen, code, note, at)

    justification = _written(citizen, place, code=code, note=note, by=by, at=at)
    citizen.justify(code=code, text=justification.get_code_display(), by=by, at=at)
    citizen.save(update_fields=FOUND)
    _close_own(citizen, at)
    audit.record("citizen.justified", target=citizen, by=by, at=at, code=code, cnes=place.cnes)
    return justification


@transaction.atomic
def correct_justification(
    *, justification_id: int, code: str, note: str = "", place: Workplace, by: Actor, at: datetime
) -> Justification:
    """Another row in the place of a wrong one, which stays."""
    former = Justification.objects.select_related("citizen").get(pk=justification_id)
    citizen = locked_citizen(former.citizen_id, entity_id=place.entity_id)
    permissions.require(by, Permission.JUSTIFY, place)
    if former.corrected_by.exists():
        raise NotAllowedNow("justificativa já corrigida")
    if code not in Code.values:
        raise RuleBroken(M23, code="no_reason", field="code")
    if code == Code.OTHER and not note:
        raise RuleBroken(SAYS_WHAT, code="no_note", field="note")
    justification = _written(citizen, place, code=code, note=note, by=by, at=at, corrects=former)
    audit.record("citizen.justification_corrected", target=citizen, by=by, at=at, code=code, former=former.code)
    return justification


def _require_reason(citizen: Citizen, code: str, note: str, at: datetime) -> None:
    if code not in Code.values:
        raise RuleBroken(M23, code="no_reason", field="code")
    if code not in offered(citizen, at=at):
        raise RuleBroken(NOT_HERE, code="reason_not_here", field="code")
    if code == Code.OTHER and not note:
        raise RuleBroken(SAYS_WHAT, code="no_note", field="note")


def _written(
    citizen: Citizen,
    place: Workplace,
    *,
    code: str,
    note: str,
    by: Actor,
    at: datetime,
    corrects: Justification | None = None,
) -> Justification:
    row: Justification = Justification.objects.create(
        citizen=citizen,
        code=code,
        note=note,
        citizen_name=citizen.name,
        professional_name=by.name,
        account_id=by.author_id,
        at=at,
        module=place.module,
        establishment_id=place.cnes,
        corrects=corrects,
    )
    return row


def _close_own(citizen: Citizen, at: datetime) -> None:
    held = Consultation.objects.open().filter(citizen=citizen).first()
    if held is not None:
        held.closed_at = min(at, held.until)
        held.save(update_fields=["closed_at"])
