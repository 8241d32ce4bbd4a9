"""The coordination of the SIOPS moves the term of a bimestre, as portarias did (2014, 2019, 2022), and says why."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, RuleBroken
from declarations.models import ReportingPeriod
from declarations.permissions import Permission

SHORTEST = 20
TOO_SHORT = f"Descreva o motivo da mudança (mínimo de {SHORTEST} caracteres), como a portaria que a fez."
TOO_EARLY = "A abertura vem depois do fim do bimestre ({ends_on:%d/%m/%Y})."
BACKWARDS = "O prazo não pode terminar antes da abertura."


@transaction.atomic
def change_term(
    *, period_id: int, opens_on: date, closes_on: date, reason: str, by: Actor, at: datetime
) -> ReportingPeriod:
    """Whatever is asked of the bimestre from now on is answered by the new days; nothing else is stored.

    Raises NotPermitted, or RuleBroken (too_early, backwards, too_short).
    """
    period: ReportingPeriod = ReportingPeriod.objects.select_for_update().get(pk=period_id)
    permissions.require(by, Permission.CHANGE_CALENDAR)
    rules = AllAtOnce()
    early = RuleBroken(TOO_EARLY.format(ends_on=period.ends_on), code="too_early", field="opens_on")
    rules.require(opens_on > period.ends_on, early)
    rules.require(closes_on >= opens_on, RuleBroken(BACKWARDS, code="backwards", field="closes_on"))
    rules.require(len(reason.strip()) >= SHORTEST, RuleBroken(TOO_SHORT, code="too_short", field="reason"))
    rules.settle()

    former = f"{period.opens_on.isoformat()}/{period.closes_on.isoformat()}"
    period.opens_on, period.closes_on, period.reason = opens_on, closes_on, reason.strip()
    period.save(update_fields=["opens_on", "closes_on", "reason"])
    audit.record(
        "period.moved",
        target=period,
        by=by,
        at=at,
        former=former,
        now=f"{opens_on.isoformat()}/{closes_on.isoformat()}",
        reason=period.reason,
    )
    return period
