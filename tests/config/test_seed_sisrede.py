"""The seeded SISRede: one of each case, ordinary people, and since when each unit synchronizes."""

from datetime import date

import pytest

from cadsus.models import Citizen, Enablement, Module, Synchronization
from cadsus.services.consulting import consult
from config.seed.room import plant_room_people
from config.seed.sisrede import IN_EACH_MICROAREA, plant_sisrede
from registry.population.case_list import CASES
from tests.cadsus.sisrede import Network
from tests.clock import now
from tests.small_territory import load_small_territory

pytestmark = pytest.mark.django_db
CHARTS = [case for case in CASES if not case.survivor]


@pytest.fixture
def seeded() -> Network:
    load_small_territory()
    plant_room_people(now())
    network = Network()
    Enablement.objects.all().delete()
    type(network.unit).objects.filter(entity=network.entity).update(unit_type="CENTRO DE SAÚDE/UNIDADE BÁSICA")
    assert plant_sisrede(at=now()) == IN_EACH_MICROAREA + len(CHARTS)
    return network


def test_each_special_case_has_one_chart(seeded: Network) -> None:
    """What becomes of each: tests/cadsus/test_special_cases.py."""
    with_chart = [case.born_on(now().date()) for case in CHARTS]
    charts = Citizen.objects.filter(microarea=seeded.microarea).order_by("pk")
    assert [chart.birth_date for chart in charts[: len(CHARTS)]] == with_chart
    newborn = charts.get(kind=Citizen.Kind.NEWBORN)
    assert newborn.mother_citizen is not None
    assert newborn.mother_citizen.name == "TATIANE ROMÃO DA LUZ"
    assert charts.get(street="DOS IPÊS").name == "ILDA TRINDADE FLORES"
    assert charts.get(name="EUNICE RABELO DINIZ").status == Citizen.Status.SYNCHRONIZED


def test_the_ordinary_are_synchronized_or_can_be(seeded: Network) -> None:
    done = Citizen.objects.filter(status="synchronized").order_by("pk")
    assert done.count() == Synchronization.objects.count() > 5
    citizen = done.last()
    assert citizen is not None
    assert consult(citizen_id=citizen.pk, place=seeded.reception, by=seeded.actor(), at=now()).outcome == "ready"
    assert Citizen.objects.get(pk=citizen.pk).status == "synchronized"


def test_a_second_seeding_changes_nothing(seeded: Network) -> None:
    assert plant_sisrede(at=now()) == 0


def test_since_when_each_module_synchronizes(seeded: Network) -> None:
    rows = Enablement.objects.filter(establishment=seeded.unit).values_list("module", "starts_on")
    assert dict(rows) == {
        Module.REGISTRATION: date(2018, 1, 1),
        Module.RECEPTION: date(2018, 7, 1),
        Module.COLLECTION: date(2020, 5, 1),
        Module.PHARMACY: date(2020, 5, 1),
    }
