"""What the workers do: a slice in a transaction, again and again, and the closing check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from cadsus.services import national
from common import audit, switches
from common.actor import Actor
from common.legal_time import BRASILIA
from lots.classification import parameters, statement, visits_table
from lots.models import Lot, Outcome, Slice, Tally
from lots.models.lots import is_in_window

BREAKER = 3
WINDOW_ENDED = "Fim da janela da noite"
UNAVAILABLE = "CADSUS indisponível: três fatias seguidas sem resposta"
DATABASE = "Três fatias seguidas falharam no banco de dados"
NOT_CLOSED = "A conferência final não fechou: {visits} visitas, {visited} pessoas, {people} no plano"


@dataclass(frozen=True)
class Worked:
    """What one call did. Without people and seconds there was nothing to claim just now: wait and ask again."""

    people: int = 0
    took: float = 0.0
    waits: bool = False


class _Unavailable(Exception):
    """The national base does not answer."""


def work_slice(*, lot_id: int, at: datetime) -> Worked | None:
    """Do one slice; None when the lot is not running (any more)."""
    lot = Lot.objects.running().filter(pk=lot_id).first()
    if lot is None:
        return None
    if lot.in_window and not is_in_window(at):
        interrupt(lot_id=lot_id, reason=WINDOW_ENDED, at=at)
        return None
    try:
        worked = _one(lot, at)
    except _Unavailable:
        return _fail(lot_id, UNAVAILABLE, at)
    except DatabaseError:
        # A deadlock, or the server gone: in that case this raises as well, and the turn ends.
        return _fail(lot_id, DATABASE, at)
    if worked is None:
        finish(lot_id=lot_id, at=at)
        return None
    if lot.failures and not worked.waits:
        Lot.objects.filter(pk=lot_id).update(failures=0)
    return worked


@transaction.atomic
def _one(lot: Lot, at: datetime) -> Worked | None:
    """Claim, ask whether the CADSUS is there, and do it all; None when no slice is undone."""
    claimed = _claim(lot)
    if claimed is None:
        return Worked(waits=True) if lot.slices.filter(is_done=False).exists() else None
    if national.closed(lot.entity_id, at):
        raise _Unavailable
    started = perf_counter()
    people = classify(lot, claimed, at)
    took = perf_counter() - started
    Slice.objects.filter(pk=claimed.pk).update(is_done=True, people=people, took=took, done_at=Now())
    return Worked(people, took)


def classify(lot: Lot, claimed: Slice, at: datetime) -> int:
    """The statement of a slice; returns how many people it visited."""
    given = parameters(
        slice_=claimed,
        entity_id=lot.entity_id,
        last_citizen=lot.last_citizen,
        settled=lot.settled_before,
        today=at.astimezone(BRASILIA).date(),
        at=at,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement(claimed.kind, lot.pk, switches.now().cadsus_rules), given)
        return int(cursor.fetchone()[0])


def _claim(lot: Lot) -> Slice | None:
    """The next slice that nobody has. The closing one only when every other is done."""
    others = Slice.objects.filter(lot=OuterRef("lot"), is_done=False).exclude(kind=Slice.Kind.CLOSING)
    rows = lot.slices.filter(~Q(kind=Slice.Kind.CLOSING) | ~Exists(others), is_done=False)
    return rows.order_by("number").select_for_update(skip_locked=True, of=("self",)).first()


def finish(*, lot_id: int, at: datetime) -> None:
    """Nothing is undone: count everybody, and end the lot when each was visited once."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), count(DISTINCT citizen_id) FROM {visits_table(lot_id)}")  # noqa: S608 -- an own name
        visits, visited = cursor.fetchone()
    pending = Tally.objects.filter(lot=lot_id).exclude(outcome=Outcome.EQUAL).exists()
    _end(lot_id=lot_id, visits=visits, visited=visited, pending=pending, at=at)


@transaction.atomic
def _end(*, lot_id: int, visits: int, visited: int, pending: bool, at: datetime) -> None:
    lot = Lot.objects.select_for_update(of=("self",)).get(pk=lot_id)
    if lot.status != Lot.Status.RUNNING or lot.slices.filter(is_done=False).exists():
        return
    if not visits == visited == lot.people:
        _interrupt(lot, NOT_CLOSED.format(visits=visits, visited=visited, people=lot.people), at)
        return
    end = lot.finish_with_pending if pending else lot.finish
    end(visits=visits, visited=visited, at=at)
    lot.save(update_fields=["status", "visits", "visited", "ended_at"])
    with connection.cursor() as cursor:
        # Only now: an index while the slices write would take a quarter of the time.
        cursor.execute(f"CREATE INDEX ON {visits_table(lot_id)} (microarea_id, outcome, citizen_id)")
        # A page of names is asked for at once: until the planner knows the table it would sort the whole microarea.
        cursor.execute(f"ANALYZE {visits_table(lot_id)}")
    audit.record("lot.finished", target=lot, by=_routine(at), at=at, people=visited)


@transaction.atomic
def interrupt(*, lot_id: int, reason: str, at: datetime) -> None:
    """INTERROMPIDO: whoever was not visited stays as they were."""
    lot = Lot.objects.select_for_update(of=("self",)).get(pk=lot_id)
    if lot.status == Lot.Status.RUNNING:
        _interrupt(lot, reason, at)


@transaction.atomic
def _fail(lot_id: int, reason: str, at: datetime) -> Worked | None:
    """One more failed slice; the third in a row opens the breaker (disjuntor)."""
    lot = Lot.objects.select_for_update(of=("self",)).get(pk=lot_id)
    if lot.status != Lot.Status.RUNNING:
        return None
    lot.failures += 1
    if lot.failures < BREAKER:
        lot.save(update_fields=["failures"])
        return Worked(waits=True)
    _interrupt(lot, reason, at)
    return None


def _interrupt(lot: Lot, reason: str, at: datetime) -> None:
    lot.interrupt(reason=reason)
    lot.save(update_fields=["status", "reason", "failures"])
    audit.record("lot.interrupted", target=lot, by=_routine(at), at=at, reason=reason)


def _routine(at: datetime) -> Actor:
    return Actor.routine("lots.work", at)
