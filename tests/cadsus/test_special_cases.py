"""Each special case of the national registry at the desk: it is found, and its synchronization ends as it promises."""

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from cadsus.decision import Doubt, Step
from cadsus.models import Citizen, Consultation, Enablement
from cadsus.services.consulting import choose_candidate, review
from cadsus.services.justifying import justify
from cadsus.services.places import search_citizens
from common.exceptions import RuleBroken
from config.seed.room import plant_room_people
from config.seed.sisrede import plant_sisrede
from registry.models import Cns
from registry.population.case_list import CASES
from registry.population.cases import STATES, Case
from registry.population.room import case_numbers
from tests.cadsus.sisrede import Network, read
from tests.clock import NOON, now, standing_at, today
from tests.small_territory import load_small_territory

# The database of the module's fixture; no test asks it anything more.
pytestmark = pytest.mark.django_db


class Desk:
    """A receptionist of the seeded Vila Jatobá, who takes each citizen as far as it goes."""

    def __init__(self) -> None:
        load_small_territory()
        plant_room_people(NOON)
        self.network = Network()
        Enablement.objects.all().delete()
        type(self.network.unit).objects.update(unit_type="CENTRO DE SAÚDE/UNIDADE BÁSICA")
        plant_sisrede(at=NOON)
        self.actor = self.network.actor()

    def find(self, case: Case) -> Citizen:
        """By a number that the person brings, else by name and birth; the mother tells namesakes apart."""
        cpf, own = case_numbers(case)
        visible, birth = Citizen.objects.visible_to(self.actor), case.born_on(today())
        for text in [cpf or "", *(cns.number for cns in own or case.own_numbers), case.name]:
            found = search_citizens(visible, text=text, birth_date=birth) if text else []
            if len(found) > 1:
                found = search_citizens(visible, text=text, birth_date=birth, mother=case.mother)
            if found:
                (citizen,) = found
                return citizen
        raise AssertionError(f"nobody is found for {case.key}")

    def synchronize(self, case: Case) -> Citizen:
        """Consult, choose by the document, then confirm or justify; who is synchronized already is only consulted."""
        citizen = self.find(case)
        was_synchronized = citizen.status == Citizen.Status.SYNCHRONIZED
        consultation = self.network.consult(citizen, reason="Atendimento")
        if consultation.outcome == Step.CHOOSE:
            consultation = choose_candidate(
                consultation_id=consultation.pk,
                person_id=Cns.objects.get(number=case.own_numbers[0].number).person_id,
                place=self.network.reception,
                by=self.actor,
                at=now(),
            )
        if consultation.outcome == Step.READY and not was_synchronized:
            self.confirm(consultation, case)
        if case.justification:
            justify(
                citizen_id=citizen.pk,
                code=case.justification,
                place=self.network.reception,
                by=self.actor,
                at=now(),
            )
        return read(citizen)

    def confirm(self, consultation: Consultation, case: Case) -> None:
        """A death was looked into; the number of somebody else is nobody's to confirm."""
        doubts = review(consultation, today=today()).verdict.doubts
        document = "certificate" if case.age < 12 else "rg"
        if Doubt.PERSON in doubts:
            with pytest.raises(RuleBroken, match="Confirme que é a mesma pessoa"):
                self.network.confirm(consultation, document="rg")
        else:
            self.network.confirm(consultation, document=document, confirmed=doubts)


@pytest.fixture(scope="module")
def endings(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Citizen]:
    """Each case by itself in the room as it was seeded; nothing is left behind."""
    with standing_at(NOON), django_db_blocker.unblock(), transaction.atomic():
        desk = Desk()
        found = {case.key: undone(desk, case) for case in CASES}
        transaction.set_rollback(True)
    return found


def undone(desk: Desk, case: Case) -> Citizen:
    """The citizen as the desk left them, in a room where it did not happen."""
    with transaction.atomic():
        citizen = desk.synchronize(case)
        transaction.set_rollback(True)
    return citizen


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_each_case_ends_as_it_promises(case: Case, endings: dict[str, Citizen]) -> None:
    assert endings[case.key].status == case.ends_in, endings[case.key].finding_text


def test_the_states_are_those_of_the_sisrede() -> None:
    assert set(STATES) <= set(Citizen.Status.values)


def test_what_the_cases_show_besides_the_state(endings: dict[str, Citizen]) -> None:
    findings = {key: endings[key].finding for key in ("so-provisorio", "nao-consta", "inativo", "cpf-nulo", "rua")}
    assert findings == {
        "so-provisorio": "M12",
        "nao-consta": "M09",
        "inativo": "M40",
        "cpf-nulo": "M17",
        "rua": "J01",
    }
    assert endings["nome-casada"].name == "JULIANA BICALHO REZENDE"
    assert endings["rn-com-certidao"].name == "CECÍLIA AGUIAR SERRA"
    assert endings["endereco-difere"].street == "DOS IPÊS"
    assert endings["campo-vazio"].birth_city_id == "3106200"
    assert (endings["cpf-da-mae"].name, endings["cpf-da-mae"].person) == ("BENTO CORDEIRO VAZ", None)
