"""The whole transition table of spec 8.5, refused cells included, and what the database holds."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from lots.models import Lot
from lots.models.lots import slice_size
from tests.cadsus.sisrede import Network
from tests.cells import walk_cell
from tests.clock import now
from tests.factories import NOON

CANCELLED = {"cancel": "cancelled"}
TABLE: dict[str, dict[str, str]] = {
    "scheduled": {"begin": "running"} | CANCELLED,
    "running": {"pause": "paused", "interrupt": "interrupted", "finish": "done", "finish_with_pending": "done_pending"}
    | CANCELLED,
    "paused": {"resume": "running"} | CANCELLED,
    "interrupted": {"resume": "running"} | CANCELLED,
    "done": {},
    "done_pending": {},
    "cancelled": {},
}
COUNTED = {"visits": 2, "visited": 2, "at": NOON}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "begin": {"people": 2, "last_citizen": 2, "at": NOON, "real_at": NOON},
    "pause": {},
    "resume": {"done": 1, "at": NOON, "real_at": NOON},
    "interrupt": {"reason": "Fim da janela"},
    "finish": COUNTED,
    "finish_with_pending": COUNTED,
    "cancel": {"reason": "Cancelado", "at": NOON},
}
CELLS = [(source, name) for source in TABLE for name in ARGUMENTS]


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(TABLE) == set(Lot.Status.values)
    events = {transition.name for transition in Lot._meta.get_field("status").get_all_transitions(Lot)}
    assert events == set(ARGUMENTS)


@pytest.mark.parametrize(("source", "name"), CELLS)
def test_cell(source: str, name: str) -> None:
    walk_cell(Lot(status=source), name, TABLE, ARGUMENTS[name])


@pytest.mark.parametrize(
    ("pace", "people", "size"),
    [
        ("class", 200, 4),
        ("class", 1, 1),
        ("class", 0, 1),
        ("class", 2_500_000, 4_000),
        ("real", 200, 4),
        ("real", 2_500_000, 66),
        ("full", 200, 25_000),
    ],
)
def test_a_slice_is_small_enough_to_show_progress(pace: str, people: int, size: int) -> None:
    assert slice_size(pace, people) == size


class TestTheDatabase:
    def lot(self, network: Network, it: User, **fields: Any) -> Lot:
        begun = {"begun_at": now(), "running_from": now(), "running_since": now()}
        given = {"entity": network.entity, "pace": "full", "asked_by": it, "asked_at": now()} | begun | fields
        lot: Lot = Lot.objects.create(**given)
        return lot

    @pytest.mark.parametrize("status", ["scheduled", "running", "paused", "interrupted"])
    def test_one_open_lot_of_a_municipality(self, network: Network, it: User, status: str) -> None:
        self.lot(network, it, status=status, reason="prova")
        with pytest.raises(IntegrityError, match="lot_one_open"), transaction.atomic():
            self.lot(network, it)

    def test_a_closed_one_leaves_room_for_another(self, network: Network, it: User) -> None:
        self.lot(network, it, status="cancelled", reason="prova", ended_at=now())
        self.lot(network, it)

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"status": "running", "begun_at": None}, "lot_running_has_begun"),
            ({"status": "cancelled", "reason": "prova"}, "lot_ended_says_when"),
            ({"status": "running", "ended_at": NOON}, "lot_ended_says_when"),
            ({"status": "interrupted"}, "lot_stopped_says_why"),
            ({"status": "done", "ended_at": NOON, "people": 2, "visits": 2, "visited": 1}, "lot_done_visited"),
            ({"status": "done", "ended_at": NOON, "people": 2, "visits": 3, "visited": 2}, "lot_done_visited"),
            ({"status": "done", "ended_at": NOON, "people": 2}, "lot_done_visited"),
        ],
    )
    def test_facts(self, network: Network, it: User, fields: dict[str, Any], constraint: str) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            self.lot(network, it, **fields)
