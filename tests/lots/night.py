"""Running a lot in a test, slice by slice and without a queue."""

from typing import Any

from accounts.models import User
from cadsus.models import Posting
from common.actor import Actor
from lots.models import Lot, Pace
from lots.services.planning import schedule_lot
from lots.services.running import work_slice
from tests.cadsus.sisrede import Network, at_desk
from tests.clock import now


def it_of(network: Network) -> Actor:
    user = User.objects.filter(person__professional_links__postings__function=Posting.Function.MUNICIPAL_IT).first()
    return at_desk(user or network.worker(Posting.Function.MUNICIPAL_IT))


def begin(network: Network, by: Actor, **options: Any) -> Lot:
    given: dict[str, Any] = {"pace": Pace.FULL, "in_window": False, "at": now()} | options
    return schedule_lot(entity_id=network.entity.pk, by=by, **given)


def work(lot: Lot, slices: int = 1_000) -> int:
    """Do up to so many slices; returns how many people were visited."""
    visited = 0
    for _ in range(slices):
        worked = work_slice(lot_id=lot.pk, at=now())
        if worked is None:
            break
        visited += worked.people
    return visited


def read(lot: Lot) -> Lot:
    return Lot.objects.get(pk=lot.pk)
