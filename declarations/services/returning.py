"""«Devolver ao técnico»: the gestor does not homologate, and says why."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow
from declarations.models import Declaration
from declarations.permissions import Permission
from declarations.services.letters import tell_returned
from declarations.services.rectifying import SHORTEST, require_reason

TOO_SHORT = f"Descreva o motivo da devolução (mínimo de {SHORTEST} caracteres)."


@transaction.atomic
def return_declaration(*, declaration_id: int, reason: str, by: Actor, at: datetime) -> Declaration:
    """TRANSMITIDA → DEVOLVIDA: the technician may open the next version, and is told (E9).

    Raises NotPermitted, NotAllowedNow, or RuleBroken (too_short, too_long).
    """
    rows = Declaration.objects.select_for_update(of=("self",)).select_related("entity__municipality__uf", "period")
    declaration: Declaration = rows.get(pk=declaration_id)
    permissions.require(by, Permission.HOMOLOGATE, declaration)
    if not can_proceed(declaration.send_back):
        raise NotAllowedNow(declaration.get_status_display())
    declaration.send_back(reason=require_reason(reason, too_short=TOO_SHORT))
    declaration.save(update_fields=["status", "reason"])
    audit.record("declaration.returned", target=declaration, by=by, at=at, reason=declaration.reason)
    tell_returned(declaration, at=at)
    return declaration
