"""Who gets what in the Gerencia APS (letters in tests.matrix); its own profile has a table apart."""

from typing import Any

import pytest
from django.urls import reverse

from gerencia.models import Enrolment, Offer
from gerencia.services.catalogue import PRACTICE, ensure_offers
from tests.actors import signed_in
from tests.clock import now
from tests.factories import make_other_entity
from tests.gerencia.conftest import make_gerencia_manager
from tests.in_room import below
from tests.matrix import AccessMatrix, House, ask, routes_of, unlisted

# fmt: off
#                                                         an f bgtmi on rsfpct ad
ROUTES = {
    ("home", "GET"):                                      "D F FFFFF FF FFF.FF ..",
    ("offer_detail", "GET"):                              "D F FFFFF FF FFF.FF ..",
    ("enrolment_detail", "GET"):                          "D F FFFFF FF FFF.FF ..",
    ("enrolment_start", "GET"):                           "D F FFFFF FF FFFFFF FF",
    ("enrolment_start", "POST"):                          "D F FFFFF FF FFFFFF FF",
    ("enrolment_terms", "GET"):                           "D F FFFFF FF FFFFFF FF",
    ("enrolment_terms", "POST"):                          "D F FFFFF FF FFFFFF FF",
    ("enrolment_paper", "GET"):                           "D F FFFFF FF FFFCFF CC",
    ("enrolment_withdraw", "GET"):                        "D F FFFFF FF FFFFFF FF",
    ("enrolment_withdraw", "POST"):                       "D F FFFFF FF FFFFFF FF",
}
# The manager of the Gerencia APS of the entity, and that of another one. Nothing was begun.
MANAGERS = {
    ("home", "GET"):                                      "..",
    ("offer_detail", "GET"):                              "..",
    ("enrolment_detail", "GET"):                          ".N",
    ("enrolment_start", "GET"):                           ".N",
    ("enrolment_start", "POST"):                          ".N",
    ("enrolment_terms", "GET"):                           "CN",
    ("enrolment_terms", "POST"):                          "CN",
    ("enrolment_paper", "GET"):                           "CN",
    ("enrolment_withdraw", "GET"):                        "CN",
    ("enrolment_withdraw", "POST"):                       "CN",
}
# fmt: on


def arguments_of(house: House) -> dict[str, list[Any]]:
    ensure_offers(at=now())
    offer = Offer.objects.get(edition=PRACTICE)
    alone = {"offer_detail": [offer.pk]}
    return alone | {
        name: [offer.pk, house.entity.ibge] for name in routes_of("gerencia") if name.startswith("enrolment_")
    }


class TestAccess(AccessMatrix):
    app, routes, tables = "gerencia", ROUTES, (Enrolment, Offer)

    def arguments(self, house: House) -> dict[str, list[Any]]:
        return arguments_of(house)

    # Everybody of the table is refused before the method is looked at, but for who reads.
    def test_a_method_that_is_not_listed_does_not_exist(self) -> None:
        missing = unlisted(self.routes)
        assert self._answers(["saps"], missing)["saps"] == dict.fromkeys(missing, "-")


@pytest.mark.django_db(databases=["default", "control"])
def test_every_route_answers_the_managers() -> None:
    house = House()
    arguments = arguments_of(house)
    clients = [signed_in(make_gerencia_manager(entity)) for entity in (house.entity, make_other_entity())]
    found = {}
    for name, method in ROUTES:
        address = below(reverse(f"gerencia:{name}", args=arguments.get(name, [])))
        found[name, method] = "".join(ask(client, method, address, tables=(Enrolment, Offer)) for client in clients)
    assert found == MANAGERS
