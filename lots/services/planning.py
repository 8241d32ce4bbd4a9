"""Making a lot and its slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.db.models.functions import Now

from cadsus.models import Citizen
from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from lots import tasks
from lots.classification import visits_table
from lots.models import Lot, Slice
from lots.models.lots import is_in_window, slice_size
from lots.permissions import Permission
from territory.models import Entity

M48 = "Já existe lote em execução para este município."
LAST = 2**63 - 1
RUNS = ["status", "running_from", "running_since", "done_before", "failures", "reason"]
BEGUN = [*RUNS, "people", "last_citizen", "begun_at"]
# The greatest key of each slice, in order.
_EDGES = """
SELECT max(key) FROM (
  SELECT c.{key} AS key, (row_number() OVER (ORDER BY c.{key}) - 1) / %(size)s AS slice
  FROM cadsus_citizen c JOIN territory_establishment e ON e.cnes = c.establishment_id AND e.entity_id = %(entity)s
  WHERE {whose}
) AS placed GROUP BY slice ORDER BY slice
"""


@transaction.atomic
def schedule_lot(*, entity_id: int, pace: str, in_window: bool, by: Actor, at: datetime) -> Lot:
    """«Iniciar lote»: at once, or when the window opens. Of two at the same time one wins (M48)."""
    Entity.objects.select_for_update(no_key=True, of=("self",)).get(pk=entity_id)
    permissions.require(by, Permission.RUN_LOT, Lot(entity_id=entity_id))
    if Lot.objects.open().filter(entity=entity_id).exists():
        raise RuleBroken(M48, code="lot_open")
    lot: Lot = Lot.objects.create(
        entity_id=entity_id, pace=pace, in_window=in_window, asked_by_id=by.author_id, asked_at=at
    )
    audit.record("lot.scheduled", target=lot, by=by, at=at, pace=pace, in_window=in_window)
    if not in_window or is_in_window(at):
        begin(lot=lot, actor=by, at=at)
    return lot


@transaction.atomic
def begin(*, lot: Lot, actor: Actor, at: datetime) -> None:
    """Plan and let the workers go. Call it with the lot locked or still unknown to others."""
    citizens = Citizen.objects.filter(establishment__entity=lot.entity_id)
    last = citizens.order_by("-pk").values_list("pk", flat=True).first() or 0
    lot.begin(people=citizens.count(), last_citizen=last, at=at, real_at=Now())
    lot.save(update_fields=BEGUN)
    _plan(lot)
    with connection.cursor() as cursor:
        table = visits_table(lot.pk)
        cursor.execute(f"CREATE TABLE {table} PARTITION OF lots_visit FOR VALUES IN ({int(lot.pk)})")
    audit.record("lot.begun", target=lot, by=actor, at=at, people=lot.people)
    send_workers(lot)


def send_workers(lot: Lot) -> None:
    """A turn for each worker, once all of this is committed."""
    for _ in range(tasks.WORKERS):
        transaction.on_commit(partial(tasks.work.delay, lot.pk))


def _plan(lot: Lot) -> None:
    """Ranges without a gap between them: a person whom nobody had yet belongs to one of them as well."""
    size = slice_size(lot.pace, lot.people)
    by_person = _edges("person_id", "c.person_id IS NOT NULL", lot, size)
    by_chart = _edges("id", "c.person_id IS NULL", lot, size)
    ranges = [
        *((Slice.Kind.PERSON, *pair) for pair in _ranges(by_person, LAST)),
        *((Slice.Kind.CHART, *pair) for pair in _ranges(by_chart, lot.last_citizen)),
        (Slice.Kind.CLOSING, 0, 0),
    ]
    Slice.objects.bulk_create(
        [
            Slice(lot=lot, number=number, kind=kind, first=first, last=last)
            for number, (kind, first, last) in enumerate(ranges, start=1)
        ],
        batch_size=5_000,
    )


def _edges(key: str, whose: str, lot: Lot, size: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_EDGES.format(key=key, whose=whose), {"size": size, "entity": lot.entity_id})
        return [edge for (edge,) in cursor.fetchall()]


def _ranges(edges: Sequence[int], last: int) -> Iterator[tuple[int, int]]:
    """(from, to) for each edge; the first begins at 0 and the final one ends at `last`."""
    first = 0
    for edge in [*edges[:-1], last] if edges else []:
        yield first, edge
        first = edge + 1
