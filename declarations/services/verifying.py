"""«Verificar Críticas»: the judgement of the engine, recorded with the hash of what it was of (SM-4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow
from declarations.engine import catalogue
from declarations.models import Declaration
from declarations.permissions import Permission
from declarations.services.grid import judged

JUDGED = ["status", "content_hash", "rules", "blocking", "warnings", "verified_at", "packed_at"]


@transaction.atomic
def verify_declaration(*, declaration_id: int, by: Actor, at: datetime) -> Declaration:
    """Every rule, some milliseconds: VALIDADA when nothing blocks, COM CRÍTICAS otherwise.

    Raises NotPermitted, or NotAllowedNow once it was transmitted.
    """
    rows = Declaration.objects.select_for_update(of=("self",)).select_related("entity", "period")
    declaration: Declaration = rows.get(pk=declaration_id)
    permissions.require(by, Permission.FILL_DECLARATION, declaration)
    if not can_proceed(declaration.validate):
        raise NotAllowedNow(declaration.get_status_display())

    report = judged(declaration, at)
    content_hash = report.case.declaration.content_hash if report.case else ""
    if report.blocking:
        declaration.find_blocking(
            content_hash=content_hash,
            rules=catalogue.VERSION,
            blocking=report.blocking,
            warnings=report.warnings,
            at=at,
        )
    else:
        declaration.validate(content_hash=content_hash, rules=catalogue.VERSION, warnings=report.warnings, at=at)
    declaration.save(update_fields=JUDGED)
    audit.record(
        "declaration.verified",
        target=declaration,
        by=by,
        at=at,
        rules=catalogue.VERSION,
        blocking=report.blocking,
        warnings=report.warnings,
        sha256=content_hash,
    )
    return declaration
