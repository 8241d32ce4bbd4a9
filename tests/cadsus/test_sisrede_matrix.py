"""Who gets what in the SISRede: every route × every function (letters in tests.matrix)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cadsus.models import Posting
from cadsus.services.justifying import justify
from pki import services as pki
from tests.cadsus.sisrede import Network
from tests.cadsus.test_desk_pages import enter
from tests.clock import now
from tests.factories import make_person
from tests.in_room import below
from tests.matrix import Asking, ask, unlisted

pytestmark = pytest.mark.django_db(databases=["default", "control"])
Function = Posting.Function
# In groups: nobody; ACS, recepção, coleta, farmácia; manager, TI; recepção of another unit; of no unit.
ROLES = ("anon", "acs", "reception", "collection", "pharmacy", "manager", "it", "other_unit", "nobody")
# fmt: off
#                                   a arcf mt o n
ROUTES = {
    ("sisrede_home", "GET"):        "D .... .. . D",
    ("lookup_pause", "GET"):        "D FFFF F. F D",
    ("lookup_pause", "POST"):       "D FFFF F. F D",
    ("lookup_resume", "POST"):      "D FFFF FC F D",
    ("report_list", "GET"):         "D >FFF >> F D",
    ("microarea_report", "GET"):    "D .FFF .. F D",
    ("microarea_report_csv", "GET"): "D .FFF .. F D",
    ("microarea_report_pdf", "POST"): "D >FFF >> F D",
    ("citizen_search", "GET"):      "D .... .. . D",
    ("citizen_search", "POST"):     "D .... .. . D",
    ("citizen_register", "GET"):    "D F.FF FF F D",
    ("citizen_register", "POST"):   "D F.FF FF F D",
    ("newborn_register", "GET"):    "D F.FF FF F D",
    ("newborn_register", "POST"):   "D F.FF FF F D",
    ("citizen_adopt", "POST"):      "D F>FF FF F D",
    ("citizen_detail", "GET"):      "D .... .. . D",
    ("citizen_address", "GET"):     "D F.FF FF F D",
    ("citizen_address", "POST"):    "D F.FF FF F D",
    ("citizen_consult", "POST"):    "D F>FF >F F D",
    ("citizen_check", "GET"):       "D F>FF >F F D",
    ("citizen_check", "POST"):      "D F>FF >F F D",
    ("citizen_cancel", "POST"):     "D >>>> >> > D",
    ("citizen_justify", "GET"):     "D F.FF .F F D",
    ("citizen_justify", "POST"):    "D F.FF .F F D",
    ("justification_correct", "GET"): "D F.FF .F F D",
    ("justification_correct", "POST"): "D F.FF .F F D",
    ("citizen_attend", "POST"):     "D F>FF FF F D",
    ("citizen_paper", "POST"):      "D F>FF >F F D",
    ("household_link", "GET"):      "D .FFF .F F D",
    ("household_link", "POST"):     "D .FFF .F F D",
    ("household_unlink", "GET"):    "D .FFF .F F D",
    ("household_unlink", "POST"):   "D .FFF .F F D",
}
# fmt: on


def arguments(network: Network) -> dict[str, list[Any]]:
    pki.ensure_authorities(at=now())
    citizen, person = network.citizen(make_person()), make_person()
    desk = [network.unit.cnes, "recepcao"]
    of_desk = dict.fromkeys(("citizen_search", "citizen_register", "newborn_register"), desk)
    of_unit = dict.fromkeys(("microarea_report", "microarea_report_csv", "microarea_report_pdf"), desk[:1])
    justification = justify(
        citizen_id=network.citizen().pk, code="J01", place=network.reception, by=network.actor(), at=now()
    )
    plain: dict[str, list[Any]] = {
        name: [] for name in ("sisrede_home", "report_list", "lookup_pause", "lookup_resume")
    }
    of_citizen = {name: [*desk, citizen.pk] for name, _ in ROUTES}
    special = {
        "citizen_adopt": [*desk, person.pk],
        "justification_correct": [*desk, justification.citizen_id, justification.pk],
    }
    return of_citizen | of_desk | of_unit | plain | special


def people(network: Network) -> dict[str, User]:
    return {
        "acs": network.agent,
        "reception": network.receptionist,
        "collection": network.worker(Function.COLLECTION),
        "pharmacy": network.worker(Function.PHARMACY),
        "manager": network.worker(Function.MANAGER),
        "it": network.worker(Function.MUNICIPAL_IT),
        "other_unit": network.worker(Function.RECEPTION, cnes=network.other_unit.cnes),
    }


def test_every_route_answers_every_function(network: Network) -> None:
    given, accounts = arguments(network), people(network)
    found = {}
    clients = {role: enter(accounts[role]) if role in accounts else Client() for role in ROLES}
    asked = Asking()
    for name, method in ROUTES:
        address = below(reverse(f"cadsus:{name}", args=given[name]))
        letters = "".join(asked(clients[role], method, address) for role in ROLES)
        found[name, method] = f"{letters[0]} {letters[1:5]} {letters[5:7]} {letters[7]} {letters[8]}"
    assert found == ROUTES


def test_a_method_that_is_not_listed_does_not_exist(network: Network) -> None:
    given, desk, missing = arguments(network), enter(network.receptionist), unlisted(ROUTES)
    found = {
        (name, method): ask(desk, method, below(reverse(f"cadsus:{name}", args=given[name])))
        for name, method in missing
    }
    assert found == dict.fromkeys(missing, "-")
