"""Pausing, going on, cancelling; and the window of the night, by the clock of the room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from common.house import Due
from common.legal_time import BRASILIA
from lots.models import Lot
from lots.models.lots import PER_SECOND, WINDOW, Pace, is_in_window
from lots.permissions import Permission
from lots.services import running
from lots.services.planning import RUNS, begin, send_workers

CANCELLED = "Cancelado por {name}"
OUT_OF_WINDOW = "Este lote só anda na janela da noite, das 0h às 6h."
INSTANT = timedelta(microseconds=1)


@transaction.atomic
def pause_lot(*, lot_id: int, by: Actor, at: datetime) -> Lot:
    """«Pausar»: the slices in progress end, about a fifth of a second; no other begins."""
    lot = _locked(lot_id, by)
    if not can_proceed(lot.pause):
        raise NotAllowedNow(lot.get_status_display())
    lot.pause()
    lot.save(update_fields=["status"])
    audit.record("lot.paused", target=lot, by=by, at=at)
    return lot


@transaction.atomic
def resume_lot(*, lot_id: int, by: Actor, at: datetime) -> Lot:
    """«Retomar», from where it stood. Raises RuleBroken (out_of_window)."""
    lot = _locked(lot_id, by)
    if not can_proceed(lot.resume):
        raise NotAllowedNow(lot.get_status_display())
    if lot.in_window and not is_in_window(at):
        raise RuleBroken(OUT_OF_WINDOW, code="out_of_window")
    _resume(lot, by=by, at=at)
    return lot


@transaction.atomic
def cancel_lot(*, lot_id: int, by: Actor, at: datetime) -> Lot:
    """«Cancelar»: for good; what was found stays on record."""
    lot = _locked(lot_id, by)
    if not can_proceed(lot.cancel):
        raise NotAllowedNow(lot.get_status_display())
    lot.cancel(reason=CANCELLED.format(name=by.name)[:120], at=at)
    lot.save(update_fields=["status", "reason", "ended_at"])
    audit.record("lot.cancelled", target=lot, by=by, at=at)
    return lot


def keep_window(*, at: datetime) -> int:
    """Begin or resume in the window, and interrupt outside it; returns how many lots changed."""
    if is_in_window(at):
        waiting = list(Lot.objects.waiting_for_the_window().order_by("pk").values_list("pk", flat=True))
        return sum(_open(lot_id=pk, at=at) for pk in waiting)
    left = list(Lot.objects.running().filter(in_window=True).order_by("pk").values_list("pk", flat=True))
    return sum(_close(pk, at) for pk in left)


def next_edge(after: datetime) -> datetime | None:
    """The next opening, for a lot that waits, or the next closing, for one that runs."""
    edges = []
    if Lot.objects.waiting_for_the_window().exists():
        edges.append(_next(after, 0))
    if Lot.objects.running().filter(in_window=True).exists():
        edges.append(_next(after, 1))
    return min(edges, default=None)


def edges_coming(after: datetime, until: datetime) -> Iterator[Due]:
    """What the window brings in (after, until]."""
    opening = _next(after, 0)
    for lot in Lot.objects.waiting_for_the_window().order_by("pk"):
        if opening <= until:
            yield Due(opening, f"{lot} do CADSUS começa ou continua", "TI municipal", "EM EXECUÇÃO até as 6h")
    closing = _next(after, 1)
    for lot in Lot.objects.running().filter(in_window=True).order_by("pk"):
        if closing <= until:
            yield Due(closing, f"Fim da janela do {lot} do CADSUS", "TI municipal", "INTERROMPIDO, se não terminar")


def _next(after: datetime, edge: int) -> datetime:
    here = after.astimezone(BRASILIA)
    today = here.replace(hour=WINDOW[edge].hour, minute=0, second=0, microsecond=0)
    return today if today > here else today + timedelta(days=1)


def _locked(lot_id: int, by: Actor) -> Lot:
    lot: Lot = Lot.objects.select_for_update(of=("self",)).get(pk=lot_id)
    permissions.require(by, Permission.RUN_LOT, lot)
    return lot


def _resume(lot: Lot, *, by: Actor, at: datetime) -> None:
    lot.resume(done=done(lot), at=at, real_at=Now())
    lot.save(update_fields=RUNS)
    audit.record("lot.resumed", target=lot, by=by, at=at)
    send_workers(lot)


def done(lot: Lot) -> int:
    """How many people the finished slices visited."""
    return int(lot.slices.filter(is_done=True).aggregate(people=Sum("people", default=0))["people"])


@transaction.atomic
def _open(*, lot_id: int, at: datetime) -> int:
    lot = Lot.objects.select_for_update(of=("self",)).get(pk=lot_id)
    routine = Actor.routine("lots.keep_window", at)
    if can_proceed(lot.begin):
        begin(lot=lot, actor=routine, at=at)
    elif lot.status == Lot.Status.INTERRUPTED:
        _resume(lot, by=routine, at=at)
    else:
        return 0
    return 1


def _close(lot_id: int, at: datetime) -> int:
    """Interrupt; first, where the clock of the room went over the window, do what the pace would have done in it."""
    lot = Lot.objects.get(pk=lot_id)
    if lot.running_from is None:
        raise TypeError("a running lot has begun")
    end = _next(lot.running_from, 1)
    seconds = (min(at, end) - lot.running_from).total_seconds()
    left = int(seconds * PER_SECOND[Pace(lot.pace)]) - (done(lot) - lot.done_before)
    while left > 0:
        worked = running.work_slice(lot_id=lot_id, at=end - INSTANT)
        if worked is None or worked.waits:
            break
        left -= max(worked.people, 1)
    running.interrupt(lot_id=lot_id, reason=running.WINDOW_ENDED, at=at)
    return 1
