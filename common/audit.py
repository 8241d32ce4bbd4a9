"""The audit trail: services say what happened, explicitly, in the transaction in which it happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model

from common import house
from common.middleware import current_request_id
from common.models import AuditEvent

ANONYMOUS = "an audit event needs an actor or a system routine"
NAMELESS = "no house.py says what this verb is called"


def record(
    verb: str, *, target: Model, at: datetime, actor: Any = None, system: str = "", **details: Any
) -> AuditEvent:
    """Append one event. Refuses anonymity: give the `actor` (a user) or name the `system` routine that acted.

    Raises ValueError without either, and for a verb that no app has in its house.py.
    """
    if actor is None and not system:
        raise ValueError(ANONYMOUS)
    return AuditEvent.objects.create(**_fields(verb, target, at=at, actor=actor, system_actor=system, details=details))


def record_each(
    verb: str, *, targets: Sequence[Model], at: datetime, actor: Any = None, system: str = "", **details: Any
) -> None:
    """Append one event for each of many rows, in one statement."""
    if actor is None and not system:
        raise ValueError(ANONYMOUS)
    AuditEvent.objects.bulk_create(
        AuditEvent(**_fields(verb, target, at=at, actor=actor, system_actor=system, details=details))
        for target in targets
    )


def record_batch(verb: str, *, model: type[Model], count: int, at: datetime, system: str, **details: Any) -> AuditEvent:
    """Append one event for `count` rows that a routine changed together."""
    return AuditEvent.objects.create(
        verb=_named(verb),
        at=at,
        system_actor=system,
        target_type=model._meta.label_lower,
        target_id="*",
        target_label=f"{count} {model._meta.verbose_name_plural}",
        details={"count": count} | details,
        request_id=current_request_id(),
    )


def _named(verb: str) -> str:
    if verb not in house.verbs():
        raise ValueError(f"{NAMELESS}: {verb}")
    return verb


def _fields(verb: str, target: Model, **more: Any) -> dict[str, Any]:
    return more | {
        "verb": _named(verb),
        "target_type": target._meta.label_lower,
        "target_id": str(target.pk),
        "target_label": str(target)[:200],
        "entity_id": getattr(target, "entity_id", None),
        "request_id": current_request_id(),
    }
