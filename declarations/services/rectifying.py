"""«Abrir retificação» (T17): the gestor lets an official version be corrected, which stays official meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from declarations.models import Declaration, Rectification
from declarations.permissions import Permission
from declarations.services.letters import tell_rectification
from declarations.services.opening import open_copy
from siops.services.registry import lock_entity

SHORTEST, LONGEST = 20, 1000
TOO_SHORT = f"Descreva o motivo da retificação (mínimo de {SHORTEST} caracteres)."
TOO_LONG = f"Descreva o motivo em até {LONGEST:,} caracteres.".replace(",", ".")
ALREADY_OPEN = "A retificação desta versão já está aberta."


@transaction.atomic
def open_rectification(*, declaration_id: int, reason: str, by: Actor, at: datetime) -> Declaration:
    """The next version, as a copy of the newest; one that was already being filled becomes it. Who fills is told.

    Raises NotPermitted, NotAllowedNow unless it is official, or RuleBroken (already_open, too_short, too_long).
    """
    rows = Declaration.objects.select_related("entity", "period")
    lock_entity(Declaration.objects.values_list("entity", flat=True).get(pk=declaration_id))
    official = rows.get(pk=declaration_id)
    permissions.require(by, Permission.RECTIFY, official)
    if official.status != Declaration.Status.HOMOLOGATED:
        raise NotAllowedNow(official.get_status_display())
    if Rectification.objects.filter(rectified=official).exists():
        raise RuleBroken(ALREADY_OPEN, code="already_open")
    reason = require_reason(reason, too_short=TOO_SHORT)

    rectification = Rectification.objects.create(
        rectified=official,
        reason=reason,
        opened_by_id=by.author_id,
        opened_at=at,
        by_substitution=by.by_substitution,
    )
    newest = rows.filter(entity=official.entity_id, period=official.period_id).newest_first()[0]
    opened = newest if newest.is_open else open_copy(newest=newest, by=by, at=at)
    audit.record(
        "declaration.rectification_opened", target=official, by=by, at=at, reason=reason, version=opened.version
    )
    tell_rectification(rectification, at=at)
    return opened


def require_reason(reason: str, *, too_short: str) -> str:
    """A reason as the trail keeps it. Raises RuleBroken (too_short, too_long)."""
    reason = reason.strip()
    if len(reason) < SHORTEST:
        raise RuleBroken(too_short, code="too_short", field="reason")
    if len(reason) > LONGEST:
        raise RuleBroken(TOO_LONG, code="too_long", field="reason")
    return reason
