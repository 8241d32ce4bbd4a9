"""Several people, or several workers, at one lot at the same instant: it is one pass, and visits everybody once."""

from typing import Any

import pytest
from django.db import connection

from common.exceptions import RuleBroken
from lots.models import Lot, Slice
from lots.services import planning
from lots.services.planning import M48
from tests.cadsus.sisrede import Network
from tests.concurrency import at_once
from tests.factories import make_person
from tests.lots.night import begin, it_of, read, work
from tests.lots.test_running import visits

pytestmark = pytest.mark.django_db(transaction=True)
STARTS, PEOPLE = 4, 8
LOGS = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'lots_visit'::regclass"


def test_a_lot_started_by_several_at_once_is_one_pass(monkeypatch: Any) -> None:
    sent: list[int] = []
    monkeypatch.setattr(planning, "send_workers", lambda lot: sent.append(lot.pk))
    network = Network()
    citizens = [network.citizen(make_person()) for _ in range(PEOPLE)]
    by, before = it_of(network), logs()
    started = at_once(*[lambda: begin(network, by, pace="class")] * STARTS)
    (lot,) = [each for each in started if isinstance(each, Lot)]
    assert [str(each) for each in started if isinstance(each, RuleBroken)] == [M48] * (STARTS - 1)
    assert (Lot.objects.get(), sent, logs() - before) == (lot, [lot.pk], 1)
    assert set(Slice.objects.values_list("lot", flat=True)) == {lot.pk}

    assert sum(at_once(*[lambda: work(lot)] * 2)) == PEOPLE
    assert read(lot).is_finished
    assert visits(lot) == {citizen.pk: 1 for citizen in citizens}


def logs() -> int:
    """How many passes have a log of their own."""
    with connection.cursor() as cursor:
        cursor.execute(LOGS)
        return int(cursor.fetchone()[0])
