"""The audit trail: services say what happened, explicitly, in the transaction in which it happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model

from common import house
from common.actor import Actor, entity_id_of
from common.middleware import current_request_id
from common.models import AuditEvent

ANONYMOUS = "an audit event needs an account or a system routine"
NAMELESS = "no house.py says what this verb is called"


def record(verb: str, *, target: Model, by: Actor, at: datetime, **details: Any) -> AuditEvent:
    """Append one event, with the offices in which somebody acted. Refuses an actor that is nobody.

    Raises ValueError for nobody, and for a verb that no app has in its house.py.
    """
    event = _event(verb, target, by, at, details)
    event.save(force_insert=True)
    _tell([event])
    return event


def record_each(verb: str, *, targets: Sequence[Model], by: Actor, at: datetime, **details: Any) -> None:
    """Append one event for each of many rows, in one statement."""
    _tell(AuditEvent.objects.bulk_create(_event(verb, target, by, at, details) for target in targets))


def record_batch(verb: str, *, model: type[Model], count: int, by: Actor, at: datetime, **details: Any) -> AuditEvent:
    """Append one event for `count` rows that a routine changed together."""
    event = AuditEvent.objects.create(
        verb=_named(verb),
        at=at,
        system_actor=by.system,
        target_type=model._meta.label_lower,
        target_id="*",
        target_label=f"{count} {model._meta.verbose_name_plural}",
        details={"count": count} | details,
        request_id=current_request_id(),
    )
    _tell([event])
    return event


def _tell(events: Sequence[AuditEvent]) -> None:
    for witness in house.witnesses():
        witness(events=events)


def _event(verb: str, target: Model, by: Actor, at: datetime, details: dict[str, Any]) -> AuditEvent:
    if by.account is None and not by.system:
        raise ValueError(ANONYMOUS)
    offices = by.offices_for(target)
    return AuditEvent(
        verb=_named(verb),
        at=at,
        actor_id=by.account_id,
        system_actor=by.system,
        office=_joined(office.kind for office in offices),
        role=_joined(office.role for office in offices),
        by_substitution=any(office.by_substitution for office in offices),
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_label=str(target)[:200],
        entity_id=entity_id_of(target),
        details=details,
        request_id=current_request_id(),
    )


def _named(verb: str) -> str:
    if verb not in house.verbs():
        raise ValueError(f"{NAMELESS}: {verb}")
    return verb


def _joined(names: Iterable[str]) -> str:
    """Each once, in their order: somebody may hold several offices of one entity at once."""
    return ",".join(dict.fromkeys(names))
