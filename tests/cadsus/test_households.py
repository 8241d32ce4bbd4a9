"""Who links a citizen to a home, where, and after which visit (spec 6.6)."""

from datetime import timedelta
from typing import Any

import pytest

from cadsus.models import Citizen, Family, Household, HouseholdLink, MicroArea, Posting
from cadsus.services.households import families_for, link_household, unlink_household
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from tests.cadsus.sisrede import Network, at_desk, read
from tests.clock import now, today
from tests.factories import make_person


def family(microarea: MicroArea, code: str = "000001") -> Family:
    home = Household.objects.create(microarea=microarea, code=code, address="Rua do Ipê, 7")
    return Family.objects.create(household=home, code="001")


def link(network: Network, citizen: Citizen, home: Family, who: Any = None, **options: Any) -> HouseholdLink:
    given = {"visited_on": today()} | options
    by = at_desk(who or network.agent)
    return link_household(citizen_id=citizen.pk, family_id=home.pk, by=by, at=now(), **given)


def unlink(network: Network, citizen: Citizen, reason: str = "moved") -> HouseholdLink:
    place = network.place(network.reception.module)
    return unlink_household(citizen_id=citizen.pk, reason=reason, place=place, by=at_desk(network.agent), at=now())


@pytest.fixture
def home(network: Network) -> Family:
    return family(network.microarea)


def test_linked_and_synchronized_are_two_things(network: Network, home: Family) -> None:
    citizen = network.citizen(make_person())
    network.synchronize(citizen)
    assert (read(citizen).status, read(citizen).kind) == ("synchronized", "not_linked")
    link(network, citizen, home)
    assert read(citizen).kind == "linked"


def test_a_change_of_home_keeps_the_history(network: Network, home: Family) -> None:
    citizen = network.citizen()
    first = link(network, citizen, home)
    second = link(network, citizen, family(network.microarea, "000002"))
    former = HouseholdLink.objects.get(pk=first.pk)
    assert (former.end_reason, former.ended_by) == ("other_home", network.agent)
    assert HouseholdLink.objects.current().get() == second
    unlink(network, citizen)
    assert read(citizen).kind == "not_linked"
    with pytest.raises(NotAllowedNow):
        unlink(network, citizen)


def test_another_microarea_is_of_another_agent(network: Network) -> None:
    other = MicroArea.objects.create(area=network.microarea.area, code="02")
    with pytest.raises(RuleBroken, match="O domicílio não pertence à sua microárea"):
        link(network, network.citizen(), family(other))


@pytest.mark.parametrize("visited_on", [None, timedelta(days=1)])
def test_the_visit_has_been(network: Network, home: Family, visited_on: timedelta | None) -> None:
    day = today() + visited_on if visited_on else None
    with pytest.raises(RuleBroken, match="Informe a data da visita domiciliar"):
        link(network, network.citizen(), home, visited_on=day)


def test_a_family_has_one_head(network: Network, home: Family) -> None:
    link(network, network.citizen(), home, is_head=True)
    with pytest.raises(RuleBroken, match="já tem responsável familiar"):
        link(network, network.citizen(), home, is_head=True)


def test_who_lives_outside_has_no_household(network: Network, home: Family) -> None:
    with pytest.raises(RuleBroken, match="não é morador na AA"):
        link(network, network.citizen(lives_outside=True), home)


def test_in_an_area_of_low_risk_the_manager_links_as_well(network: Network, home: Family) -> None:
    """The exception of the Manual do Cadastro."""
    manager = network.worker(Posting.Function.MANAGER)
    quiet = family(MicroArea.objects.create(area=network.low_risk, code="01"))
    with pytest.raises(NotPermitted, match="Somente o Agente Comunitário de Saúde"):
        link(network, network.citizen(), home, manager)
    assert link(network, network.citizen(), quiet, manager).linked_by == manager
    assert list(families_for(at_desk(manager))) == [quiet]
    assert list(families_for(at_desk(network.agent))) == [home]
