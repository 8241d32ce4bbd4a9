"""Who gets what of the lots: every route × every function (letters in tests.matrix)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cadsus.models import Posting
from tests.cadsus.sisrede import Network, at_desk
from tests.factories import make_establishment, make_other_entity
from tests.factories.cadsus import make_municipal_it, sisrede_session
from tests.in_room import below
from tests.lots.night import begin
from tests.matrix import ask

pytestmark = pytest.mark.django_db(databases=["default", "control"])
Function = Posting.Function
# Nobody; ACS, recepção, manager; TI; TI of another municipality. The lot is running, so nothing is to be resumed.
ROLES = ("anon", "acs", "reception", "manager", "it", "foreign_it")
# fmt: off
ROUTES = {
    ("lot_list", "GET"):          "D FFF . .",
    ("lot_start", "GET"):         "D FFF . .",
    ("lot_start", "POST"):        "D FFF . .",
    ("lot_detail", "GET"):        "D FFF . N",
    ("lot_progress", "GET"):      "D FFF . N",
    ("lot_progress_json", "GET"): "D FFF . N",
    ("lot_pause", "POST"):        "D FFF > N",
    ("lot_resume", "POST"):       "D FFF C N",
    ("lot_cancel", "GET"):        "D FFF . N",
    ("lot_report", "GET"):        "D FFF . N",
    ("lot_people", "GET"):        "D FFF . N",
    ("lot_csv", "GET"):           "D FFF . N",
    ("lot_compare", "GET"):       "D FFF . N",
    ("lot_cancel", "POST"):       "D FFF > N",
}
# fmt: on


def test_every_route_answers_every_function(network: Network, it: User) -> None:
    lot = begin(network, at_desk(it))
    clients = {
        "anon": Client(),
        "acs": sisrede_session(network.agent),
        "reception": sisrede_session(network.receptionist),
        "manager": sisrede_session(network.worker(Function.MANAGER)),
        "it": sisrede_session(it),
        "foreign_it": sisrede_session(make_municipal_it(make_establishment(make_other_entity()))),
    }
    found = {}
    for name, method in ROUTES:
        args: list[Any] = [] if name in ("lot_list", "lot_start") else [lot.pk]
        args += [network.unit.cnes] if name == "lot_people" else []
        address = below(reverse(f"lots:{name}", args=args))
        letters = "".join(ask(clients[role], method, address) for role in ROLES)
        found[name, method] = f"{letters[0]} {letters[1:4]} {letters[4]} {letters[5]}"
    assert found == ROUTES
