"""What the Tribunal de Contas found (Módulo de Controle Externo, SM-9): beside the declaration, never in it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from declarations.models import Declaration
from oversight.models import CourtAssessment
from oversight.permissions import Permission
from oversight.services.opinions import NOT_OFFICIAL

HUNDRED = 100_00
SAME_PERCENT = "O percentual apurado é o declarado. Use «Confirmar»."
OUT_OF_RANGE = "O percentual vai de 0 a 100."


@transaction.atomic
def assess_declaration(
    *, declaration_id: int, percent: int | None, decision: str, by: Actor, at: datetime
) -> CourtAssessment:
    """Confirmar, without `percent`, or divergir, with the one found in hundredths; once for each official version.

    Raises NotPermitted, NotAllowedNow, or RuleBroken (not_official, same_percent, out_of_range).
    """
    rows = Declaration.objects.select_for_update(of=("self",), no_key=True).select_related(
        "period", "entity__municipality__uf", "entity__uf"
    )
    declaration = rows.get(pk=declaration_id)

    permissions.require(by, Permission.ASSESS, declaration)
    if declaration.status != Declaration.Status.HOMOLOGATED:
        raise RuleBroken(NOT_OFFICIAL, code="not_official")
    found = CourtAssessment.objects.filter(pk=declaration.pk).first() or CourtAssessment(declaration=declaration)
    if not can_proceed(found.confirm):
        raise NotAllowedNow(found.get_status_display())
    _require_other(declaration, percent)

    if percent is None:
        found.confirm(decision=decision, by_id=by.author_id, at=at)
    else:
        found.diverge(percent=percent, decision=decision, by_id=by.author_id, at=at)
    found.save(force_insert=True)
    audit.record("assessment.registered", target=found, by=by, at=at, verdict=found.status)
    return found


def _require_other(declaration: Declaration, percent: int | None) -> None:
    if percent is None:
        return
    if not 0 <= percent <= HUNDRED:
        raise RuleBroken(OUT_OF_RANGE, code="out_of_range", field="percent")
    if percent == declaration.percent:
        raise RuleBroken(SAME_PERCENT, code="same_percent", field="percent")
