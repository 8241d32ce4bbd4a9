"""Who sits at the desk, and who reads the trail (letters in tests.matrix). The queue is that of the chamados."""

from typing import Any

from desk.models import Claim
from tests.factories.siops import make_ticket
from tests.matrix import AccessMatrix, House

KEY = "chamados"
# fmt: off
#                            an f bgtmi on rsfpct ad
ROUTES = {
    ("home", "GET"):        "D  F FFFFF FF .....F ..",
    ("decisions", "GET"):   "D  F FFFFF FF .....F ..",
    ("trail", "GET"):       "D  F FFFFF FF FFFFFF ..",
    ("trail_csv", "GET"):   "D  F FFFFF FF FFFFFF ..",
    ("queue", "GET"):       "D  F FFFFF FF F.FFFF ..",
    ("next", "POST"):       "D  F FFFFF FF F>FFFF FF",
    ("take", "POST"):       "D  F FFFFF FF F>FFFF FF",
    ("give_back", "POST"):  "D  F FFFFF FF F>FFFF FF",
}
# fmt: on


class TestAccess(AccessMatrix):
    app, routes, tables = "desk", ROUTES, (Claim,)

    def arguments(self, house: House) -> dict[str, list[Any]]:
        ticket = make_ticket(house.entity)
        return {name: [KEY, ticket.pk] for name in ("take", "give_back")} | {"queue": [KEY], "next": [KEY]}
