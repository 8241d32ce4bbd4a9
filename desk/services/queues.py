"""What waits at the desk (mesa): the queues of all apps, by lateness and by who has each item in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from common import house
from common.actor import Actor
from common.house import Queue, Waiting
from common.requests import whole_number
from common.terms import Term
from common.ui import Tone
from desk.models import Claim
from territory.models import Entity
from territory.services import called

MINE, UNCLAIMED, EVERYBODY = "minhas", "sem-dono", "todas"


@dataclass(frozen=True, slots=True)
class Lateness:
    """A group of the list: what has used up at least that share of its term."""

    share: float
    label: str
    tone: Tone
    icon: str
    words: str


# Our reading of «muito atrasado» and «vence logo» ([I] on the fidelity page): half a term late; a fifth of it left.
GROUPS = (
    Lateness(1.5, "MUITO ATRASADO", Tone.DANGER, "triangle-exclamation", "mais de meio prazo depois dele"),
    Lateness(1.0, "ATRASADO", Tone.WARNING, "clock", "depois do prazo"),
    Lateness(0.8, "VENCE LOGO", Tone.INFO, "hourglass-half", "resta menos de um quinto do prazo"),
    Lateness(0.0, "NO PRAZO", Tone.SUCCESS, "circle-check", "mais de um quinto do prazo"),
)


@dataclass(frozen=True, slots=True)
class Open:
    """A queue as who asks finds it: how many wait."""

    queue: Queue
    waiting: Waiting
    count: int
    may_act: bool

    @property
    def term(self) -> Term:
        return self.waiting.term()


def readable(actor: Actor) -> list[tuple[Queue, Waiting]]:
    """The queues that the actor reads and in which things wait, in the order of the house."""
    waits = [(queue, queue.waiting) for queue in house.queues() if queue.waiting]
    return [(queue, waiting) for queue, waiting in waits if actor.has_perm(queue.permission)]


def queues_of(actor: Actor) -> list[Open]:
    """The same with their numbers: a query for each."""
    return [
        Open(queue, waiting, waiting.rows(actor).count(), actor.has_perm(waiting.act))
        for queue, waiting in readable(actor)
    ]


def others_of(actor: Actor) -> list[Queue]:
    """Screens of the team in which nothing waits for a decision."""
    return [queue for queue in house.queues() if not queue.waiting and actor.has_perm(queue.permission)]


def waiting_of(key: str) -> tuple[Queue, Waiting]:
    """The queue of that key. Raises LookupError when there is none."""
    for queue in house.queues():
        if queue.waiting and queue.waiting.key == key:
            return queue, queue.waiting
    raise LookupError(key)


def in_order(waiting: Waiting, actor: Actor, at: datetime) -> QuerySet[Any]:
    """Everything that waits: the latest group first; in a group what nobody has in hand, then the longest wait."""
    claims = Claim.objects.filter(queue=waiting.key, item_id=OuterRef("pk"))
    rows: QuerySet[Any] = waiting.rows(actor).annotate(
        waits_since=F(waiting.since),
        holder_id=Subquery(claims.values("holder_id")[:1]),
        holder_name=Subquery(claims.values("holder__name")[:1]),
        group=_group(waiting, at),
    )
    return rows.order_by("group", F("holder_id").asc(nulls_first=True), "waits_since", "pk")


def with_entity(rows: QuerySet[Any], waiting: Waiting) -> QuerySet[Any]:
    """With the entity of each row at hand, where they have one."""
    if not waiting.entity:
        return rows
    return rows.select_related(f"{waiting.entity}__municipality__uf", f"{waiting.entity}__uf")


def entity_of(row: Any, waiting: Waiting) -> Entity | None:
    """The entity of a row; None where rows have none."""
    if not waiting.entity:
        return None
    for step in waiting.entity.split("__"):
        row = getattr(row, step)
    return cast("Entity", row)


def narrowed(rows: QuerySet[Any], scope: str, actor: Actor) -> QuerySet[Any]:
    """Mine, nobody's, or all."""
    if scope == MINE:
        return rows.filter(holder_id=actor.account_id)
    return rows.filter(holder_id=None) if scope == UNCLAIMED else rows


def counted(rows: QuerySet[Any], actor: Actor) -> dict[str, int]:
    """How many are mine, nobody's, and all, in one statement."""
    numbers: dict[str, int] = rows.order_by().aggregate(
        mine=Count("pk", filter=Q(holder_id=actor.account_id)),
        unclaimed=Count("pk", filter=Q(holder_id=None)),
        all=Count("pk"),
    )
    return {MINE: numbers["mine"], UNCLAIMED: numbers["unclaimed"], EVERYBODY: numbers["all"]}


def sizes(rows: QuerySet[Any]) -> dict[int, int]:
    """How many are in each group."""
    return dict(rows.order_by().values_list("group").annotate(Count("pk")))


def matching(rows: QuerySet[Any], waiting: Waiting, text: str) -> QuerySet[Any]:
    """Rows of an entity of that name (accents do not count) or IBGE code, or with a number that begins so."""
    if not text:
        return rows
    found = called(text, path=f"{waiting.entity}__") if waiting.entity else Q(pk=None)
    if (number := whole_number(text)) is not None:
        found |= Q(pk=number)
    for code in waiting.codes:
        found |= Q(**{f"{code}__startswith": text.upper()})
    return rows.filter(found)


def _group(waiting: Waiting, at: datetime) -> Case:
    term = waiting.term()
    edges = [
        When(**{f"{waiting.since}__lte": term.edge(at, group.share)}, then=Value(number))
        for number, group in enumerate(GROUPS[:-1])
    ]
    return Case(*edges, default=Value(len(GROUPS) - 1), output_field=IntegerField())
