"""The seeded SISRede: one of each case, ordinary people, and since when each unit synchronizes."""

from datetime import date

import pytest

from cadsus.models import Citizen, Enablement, Module, Synchronization
from cadsus.services.consulting import consult
from common.exceptions import RuleBroken
from config.seed.sisrede import CASES, IN_EACH_MICROAREA, plant_sisrede
from tests.cadsus.sisrede import Network, network
from tests.clock import now

__all__ = ["network"]
OUTCOMES = {
    "MARIA APARECIDA SOUSA": "ready",
    "JOÃO BATISTA DO NASCIMENTO CEDRO": "pending_unification",
    "BENEDITA HOMÔNIMA IPÊ": "choose",
    "OTÁVIO PROVISÓRIO MOGNO": "pending_no_cns",
    "INÁCIO INATIVO BRAÚNA": "pending_no_cns",
    "FALECIDA DAS GRAÇAS BURITI": "ready",
    "ADULTO SEM CPF JACARANDÁ": "pending_cpf",
    "JOVEM SEM CPF SUCUPIRA": "ready",
    "SUSPENSA DO CARMO AROEIRA": "pending_revenue",
    "REGULARIZAR DE JESUS IPÊ": "ready",
    "MÃE DIFERENTE CEDRO": "pending_revenue",
    "CASADA HELENA ANGICO": "ready",
    "SEM MÃE NO CADSUS BRAÚNA": "ready",
    "RN DE IRACI DAS DORES MOGNO": "pending_no_cns",
}


@pytest.fixture
def seeded(network: Network) -> Network:
    Enablement.objects.all().delete()
    type(network.unit).objects.filter(entity=network.entity).update(unit_type="CENTRO DE SAÚDE/UNIDADE BÁSICA")
    assert plant_sisrede(at=now()) == IN_EACH_MICROAREA
    return network


def test_each_case_answers_as_it_is_called(seeded: Network) -> None:
    found = {name: seeded.consult(Citizen.objects.get(name=name)).outcome for name in OUTCOMES}
    assert found == OUTCOMES
    restricted = Citizen.objects.get(name="RESTRITA HELENA PEQUI")
    with pytest.raises(RuleBroken, match="acesso restrito"):
        seeded.consult(restricted)
    assert len(OUTCOMES) + 3 == len(CASES) + 1


def test_the_ordinary_are_synchronized_or_can_be(seeded: Network) -> None:
    done = Citizen.objects.filter(status="synchronized")
    assert done.count() == Synchronization.objects.count() > 5
    citizen = done.first()
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
