"""Asking the CADSUS about a citizen and choosing among several: what comes before anything is copied (spec 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from cadsus import comparison
from cadsus.comparison import Row, Situation
from cadsus.decision import Answer, Record, Step, Verdict, decide
from cadsus.messages import M41, M42
from cadsus.models import Citizen, Consultation, Enablement
from cadsus.models.checks import LOCKED_FOR
from cadsus.permissions import Permission
from cadsus.services import national
from cadsus.workplaces import Workplace
from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.legal_time import BRASILIA

NOT_ENABLED = "A sincronização ainda não foi habilitada no módulo {module} do CNES {cnes}."
NOT_AMONG = "Escolha um dos cadastros encontrados."
MADE_UP = "Este cadastro existe só no cenário de treino. Escolha o verdadeiro."
OVER = "A conferência terminou às {hour}. Consulte novamente."
FOUND = ["status", "finding", "finding_text", "found_at", "found_by"]
# What each answer does to the citizen; the others wait for the person.
SETTLES = {
    Step.NO_CNS: "miss_number",
    Step.UNIFICATION: "find_several_numbers",
    Step.CPF: "miss_cpf",
    Step.REVENUE: "diverge",
    Step.DOWN: "get_no_answer",
}


@dataclass(frozen=True)
class Review:
    """One consultation as it stands now: the answer read again, what it means, and the two sides."""

    consultation: Consultation
    verdict: Verdict
    rows: tuple[Row, ...]

    @property
    def changed(self) -> int:
        return sum(row.is_changed for row in self.rows)

    @property
    def digest(self) -> str:
        return digest_of(self.verdict)


def is_enabled(place: Workplace, at: datetime) -> bool:
    """Whether the unit synchronizes in this module already."""
    enabled = Enablement.objects.on(at.astimezone(BRASILIA).date())
    return enabled.filter(establishment=place.cnes, module=place.module).exists()


def require_enabled(place: Workplace, at: datetime) -> None:
    """Raise NotPermitted while the unit does not synchronize in this module."""
    if not is_enabled(place, at):
        text = NOT_ENABLED.format(module=place.module.label.lower(), cnes=place.cnes)
        raise NotPermitted(text, permission=Permission.SYNCHRONIZE)


def locked_citizen(citizen_id: int, *, entity_id: int) -> Citizen:
    """The row under its lock; every verb about a citizen begins with it. Of another municipality there is none."""
    rows = Citizen.objects.select_for_update(of=("self",), no_key=True).select_related("establishment")
    found: Citizen = rows.get(pk=citizen_id, establishment__entity=entity_id)
    return found


def require_free(citizen: Citizen, *, by: Actor, at: datetime) -> None:
    """Raise RuleBroken M42 while somebody else is checking this citizen."""
    held = Consultation.objects.holding_at(at).filter(citizen=citizen).exclude(account=by.account_id)
    other = held.select_related("account").first()
    if other is not None:
        since = f"{other.at.astimezone(BRASILIA):%H:%M}"
        raise RuleBroken(M42.format(nome=other.account.name, hora=since), code="in_check")


@transaction.atomic
def consult(
    *,
    citizen_id: int,
    place: Workplace,
    number: str = "",
    scenario: str = "",
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Consultation:
    """«Consultar CADSUS»: ask, and either hold the citizen for 15 minutes or say why nothing can be copied.

    Raises NotPermitted where the module is not enabled, RuleBroken M42 while somebody else checks, and M41 for a
    restricted record without a reason.
    """
    citizen = locked_citizen(citizen_id, entity_id=place.entity_id)
    permissions.require(by, Permission.SYNCHRONIZE, place)
    require_enabled(place, at)
    require_free(citizen, by=by, at=at)
    answer = national.ask(citizen, entity_id=place.entity_id, at=at, number=number, scenario=scenario)
    verdict = decide(answer, citizen.identity(), today=at.astimezone(BRASILIA).date())
    _require_reason(verdict, reason)

    _close_open(citizen, at)
    consultation: Consultation = Consultation.objects.create(
        citizen=citizen,
        account_id=by.author_id,
        at=at,
        module=place.module,
        establishment_id=place.cnes,
        outcome=verdict.step,
        asked_number=number,
        scenario=scenario,
        reason=reason,
        digest=digest_of(verdict),
        until=at + LOCKED_FOR,
        closed_at=None if verdict.step in (Step.READY, Step.CHOOSE) else at,
    )
    _settle(citizen, verdict, by=by, at=at)
    audit.record(
        "citizen.consulted", target=citizen, by=by, at=at, outcome=verdict.step, cnes=place.cnes, reason=reason
    )
    return consultation


@transaction.atomic
def choose_candidate(
    *, consultation_id: int, person_id: int, place: Workplace, by: Actor, at: datetime
) -> Consultation:
    """«Selecionar» one of several records, by the document; the choice is on record."""
    citizen = locked_citizen(citizen_of(consultation_id), entity_id=place.entity_id)
    permissions.require(by, Permission.SYNCHRONIZE, place)
    consultation = own_open(consultation_id, by=by, at=at)
    if consultation.outcome != Step.CHOOSE:
        raise NotAllowedNow(citizen.get_status_display())
    answer = _ask_again(consultation, citizen, at)
    if all(record.person_id != person_id for record in answer.records):
        raise RuleBroken(NOT_AMONG, code="not_among", field="person")
    if person_id < 0:
        raise RuleBroken(MADE_UP, code="made_up", field="person")
    verdict = decide(answer, citizen.identity(), today=at.astimezone(BRASILIA).date(), chosen=person_id)
    _require_reason(verdict, consultation.reason)

    consultation.chosen_id, consultation.outcome = person_id, verdict.step
    consultation.digest = digest_of(verdict)
    consultation.closed_at = None if verdict.step is Step.READY else at
    consultation.save(update_fields=["chosen", "outcome", "digest", "closed_at"])
    _settle(citizen, verdict, by=by, at=at)
    audit.record("citizen.candidate_chosen", target=citizen, by=by, at=at, person=person_id)
    return consultation


@transaction.atomic
def cancel_consultation(*, consultation_id: int, place: Workplace, by: Actor, at: datetime) -> Consultation:
    """«Cancelar»: the citizen stays as they were before."""
    citizen = locked_citizen(citizen_of(consultation_id), entity_id=place.entity_id)
    permissions.require(by, Permission.SYNCHRONIZE, place)
    consultation = own_open(consultation_id, by=by, at=at)
    consultation.closed_at = at
    consultation.save(update_fields=["closed_at"])
    audit.record("citizen.consultation_cancelled", target=citizen, by=by, at=at)
    return consultation


def review(consultation: Consultation, *, at: datetime) -> Review:
    """The consultation with both sides as they are now. Asks the national base once more."""
    citizen = consultation.citizen
    answer = _ask_again(consultation, citizen, at)
    today = at.astimezone(BRASILIA).date()
    verdict = decide(answer, citizen.identity(), today=today, chosen=consultation.chosen_id)
    return Review(consultation, verdict, _sides(verdict, citizen))


def _sides(verdict: Verdict, citizen: Citizen) -> tuple[Row, ...]:
    """What the SISRede and the CADSUS have of each field; nothing without a record to compare with."""
    if verdict.record is None:
        return ()
    rows = comparison.compare(citizen.identity(), verdict.record.identity, divergent=verdict.divergent)
    if verdict.step is not Step.UNIFICATION:
        return rows
    return tuple(Row(r.field, r.local, r.national, Situation.TO_UNIFY) if r.field == "cns" else r for r in rows)


def _ask_again(consultation: Consultation, citizen: Citizen, at: datetime) -> Answer:
    return national.ask(
        citizen,
        entity_id=citizen.entity_id,
        at=at,
        number=consultation.asked_number,
        scenario=consultation.scenario,
    )


def own_open(consultation_id: int, *, by: Actor, at: datetime) -> Consultation:
    """The consultation, still open and of who asks. The citizen is locked already."""
    consultation: Consultation = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation_id)
    if consultation.account_id != by.account_id or consultation.closed_at is not None:
        raise NotAllowedNow("sem conferência aberta")
    if not consultation.holds_at(at):
        hour = f"{consultation.until.astimezone(BRASILIA):%H:%M}"
        raise RuleBroken(OVER.format(hour=hour), code="consultation_over")
    return consultation


def digest_of(verdict: Verdict) -> str:
    """What the person is shown, in short; of several, all."""
    shown = [verdict.record] if verdict.record else [record for group in verdict.people for record in group]
    return comparison.digest(comparison.Identity(), *(_digest(record) for record in shown))


def _digest(record: Record) -> str:
    return comparison.digest(record.identity, str(record.deceased_on), str(record.is_active))


def citizen_of(consultation_id: int) -> int:
    return Consultation.objects.values_list("citizen_id", flat=True).get(pk=consultation_id)


def _require_reason(verdict: Verdict, reason: str) -> None:
    """A restricted record is shown only to who says why."""
    if verdict.record is not None and verdict.record.is_protected and not reason:
        raise RuleBroken(f"{M41} Informe o motivo.", code="protected", field="reason")


def _close_open(citizen: Citizen, at: datetime) -> None:
    """One's own, or one whose time ran out: that one ended when it did."""
    former = Consultation.objects.open().filter(citizen=citizen).first()
    if former is not None:
        former.closed_at = min(at, former.until)
        former.save(update_fields=["closed_at"])


def _settle(citizen: Citizen, verdict: Verdict, *, by: Actor, at: datetime) -> None:
    """What the answer alone decides: a status that waits, or that the copied data are old."""
    if verdict.step in SETTLES and verdict.reason is not None:
        move = getattr(citizen, SETTLES[verdict.step])
        if can_proceed(move):
            move(code=verdict.reason.code, text=verdict.reason.text, by=by, at=at)
            citizen.save(update_fields=FOUND)
    elif verdict.step is Step.READY and citizen.digest != digest_of(verdict) and can_proceed(citizen.become_stale):
        citizen.become_stale()
        citizen.save(update_fields=["status"])
