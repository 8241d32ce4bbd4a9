"""The audit trail as people read it (trilha de auditoria): with filters, and as a table to take along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from common import house, permissions
from common.actor import Actor
from common.house import Waiting
from common.legal_time import BRASILIA
from common.models import AuditEvent
from common.sheets import csv_lines
from desk.permissions import Permission
from desk.services.queues import readable
from territory.models import Entity

# What a table to take along holds at most: the newest.
MOST = 50_000
# How many former decisions stand beside an item.
FORMER = 5
HEADER = ("Quando", "Ação", "Quem", "Função", "Papel", "Por substituição", "Ente", "Alvo", "Requisição")


@dataclass(frozen=True, slots=True)
class Asked:
    """What narrows the trail; nothing that is empty does."""

    first: date | None = None
    last: date | None = None
    verb: str = ""
    who: str = ""
    entity_ids: tuple[int, ...] | None = None
    request_id: str = ""


# What a filter that says nothing sensible finds.
NOTHING = Asked(entity_ids=())


def trail(asked: Asked, *, by: Actor) -> QuerySet[AuditEvent]:
    """Every event that was asked for, the newest first. Raises NotPermitted for who does not read the whole trail."""
    permissions.require(by, Permission.READ_TRAIL)
    rows = AuditEvent.objects.select_related("actor")
    if asked.first:
        rows = rows.filter(at__gte=_midnight(asked.first))
    if asked.last:
        rows = rows.filter(at__lt=_midnight(asked.last + timedelta(days=1)))
    if asked.verb:
        rows = rows.filter(verb=asked.verb)
    if asked.who:
        rows = rows.filter(Q(actor__name__icontains=asked.who) | Q(system_actor__icontains=asked.who))
    if asked.entity_ids is not None:
        rows = rows.filter(entity_id__in=asked.entity_ids)
    if asked.request_id:
        rows = rows.filter(request_id=asked.request_id)
    return rows


def own_decisions(by: Actor, *, since: datetime | None = None) -> QuerySet[AuditEvent]:
    """What the actor decided at the queues of the desk, the newest first."""
    rows = AuditEvent.objects.filter(actor=by.account_id, verb__in=decisions_of(by))
    return rows.filter(at__gte=since) if since else rows


def former_decisions(waiting: Waiting, items: QuerySet[Any]) -> list[tuple[AuditEvent, str]]:
    """The last decisions of that queue about the entity of these items, each with its word, the newest first."""
    if not waiting.entity:
        return []
    entities = items.order_by().values(f"{waiting.entity}_id")
    rows = AuditEvent.objects.filter(entity_id__in=entities, verb__in=list(waiting.decisions)).select_related("actor")
    return [(event, waiting.decisions[event.verb]) for event in rows[:FORMER]]


def decisions_of(by: Actor) -> dict[str, str]:
    """The verbs by which items leave the queues that the actor reads, each with its word."""
    return {verb: word for _, waiting in readable(by) for verb, word in waiting.decisions.items()}


def today_of(at: datetime) -> datetime:
    """The midnight with which the day of Brasília began."""
    return _midnight(at.astimezone(BRASILIA).date())


def names_of(events: Iterable[AuditEvent]) -> dict[int, str]:
    """The entities that the events speak of, by their key, in one statement."""
    keys = {event.entity_id for event in events if event.entity_id}
    rows = Entity.objects.filter(pk__in=keys).select_related("municipality__uf", "uf")
    return {entity.pk: str(entity) for entity in rows}


def csv_of(rows: QuerySet[AuditEvent], *, at: datetime) -> Iterator[str]:
    """The trail as CSV, line by line: the newest events, MOST of them at most."""
    entities = {entity.pk: str(entity) for entity in Entity.objects.select_related("municipality__uf", "uf")}
    cells = (_cells(event, entities) for event in rows[:MOST].iterator(chunk_size=500))
    about = f"trilha de auditoria em {at.astimezone(BRASILIA):%d/%m/%Y %H:%M}"
    return csv_lines(about=about, header=HEADER, rows=cells)


def _cells(event: AuditEvent, entities: dict[int, str]) -> tuple[str, ...]:
    return (
        f"{event.at.astimezone(BRASILIA):%d/%m/%Y %H:%M:%S}",
        house.verbs().get(event.verb, event.verb),
        event.actor.name if event.actor else event.system_actor,
        event.office,
        event.role,
        "sim" if event.by_substitution else "",
        entities.get(event.entity_id or 0, ""),
        event.target_label,
        event.request_id,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=BRASILIA)
