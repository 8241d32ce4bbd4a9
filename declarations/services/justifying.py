"""Justifying an amount that diminished (estorno): the crítica then warns, and the report says why (SIM-I19)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from declarations.engine import catalogue, records
from declarations.models import Declaration, Justification
from declarations.permissions import Permission
from declarations.services.saving import EDITED, edit_again

SHORTEST = 20
TOO_SHORT = f"Descreva o motivo do estorno (mínimo de {SHORTEST} caracteres)."
NOT_A_LINE = "Escreva numa linha só, sem ponto e vírgula, até 1.000 caracteres."
NOT_JUSTIFIED = "Esta crítica não se justifica: corrija o valor."
LINE, TEXT = records.JUSTIFICATIONS.keys[1], records.JUSTIFICATIONS.values[0]


@transaction.atomic
def justify_line(
    *, declaration_id: int, rule_code: str, line: str, text: str, by: Actor, at: datetime
) -> Justification:
    """Write, or write anew, why one line may have diminished.

    Raises NotPermitted, NotAllowedNow, or RuleBroken (not_justified, too_short, not_a_line).
    """
    rows = Declaration.objects.select_for_update(of=("self",)).select_related("entity", "period")
    declaration: Declaration = rows.get(pk=declaration_id)
    permissions.require(by, Permission.FILL_DECLARATION, declaration)
    if not can_proceed(declaration.edit):
        raise NotAllowedNow(declaration.get_status_display())
    rule = catalogue.BY_CODE.get(rule_code)
    if rule is None or not rule.may_be_justified or not LINE.takes(line):
        raise RuleBroken(NOT_JUSTIFIED, code="not_justified")
    text = text.strip()
    if len(text) < SHORTEST:
        raise RuleBroken(TOO_SHORT, code="too_short", field="text")
    if not TEXT.takes(text):
        raise RuleBroken(NOT_A_LINE, code="not_a_line", field="text")

    key: dict[str, Any] = {"declaration": declaration, "rule_code": rule_code, "line": line}
    made, _ = Justification.objects.update_or_create(**key, defaults={"text": text})
    edit_again(declaration, at)
    declaration.save(update_fields=EDITED)
    audit.record("declaration.justified", target=declaration, by=by, at=at, rule=rule_code, line=line)
    return made
