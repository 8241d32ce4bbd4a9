"""The audit events that matter in law, as entries of the receipts log: in the transaction of whoever records them."""

from collections.abc import Sequence
from typing import Any

from common import house
from common.models import AuditEvent
from documents.models import LogEntry
from documents.services.log import content_of


def enter_events(*, events: Sequence[AuditEvent]) -> None:
    """Add those whose verb some house has in RECORDED."""
    recorded = house.recorded()
    LogEntry.objects.bulk_create(
        LogEntry(content=content_of("event", _facts_of(event))) for event in events if event.verb in recorded
    )


def _facts_of(event: AuditEvent) -> dict[str, Any]:
    return {
        "event": event.pk,
        "verb": event.verb,
        "at": event.at.isoformat(),
        "actor": event.actor_id or event.system_actor,
        "office": event.office,
        "role": event.role,
        "target": f"{event.target_type} {event.target_id}",
        "entity": event.entity_id,
    }
