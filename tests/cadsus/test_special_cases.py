"""Each special case of the national registry at the desk: it is found, and its synchronization ends as it promises."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from cadsus.api import oids
from cadsus.decision import Doubt, Step
from cadsus.models import Citizen, Consultation, Enablement
from cadsus.services.consulting import choose_candidate, review
from cadsus.services.justifying import justify
from cadsus.services.places import search_citizens
from common.exceptions import RuleBroken
from config.seed.room import MUNICIPALITY, plant_room_people
from config.seed.sisrede import plant_sisrede
from registry.models import Cns
from registry.models.tables import DocumentKind
from registry.population.case_list import CASES
from registry.population.case_papers import in_hand
from registry.population.cases import STATES, Case
from registry.population.papers import region_of
from registry.population.room import case_numbers
from tests.cadsus.sisrede import Network, read
from tests.cadsus.wire import by_id, post, query, token
from tests.clock import NOON, now, standing_at, today
from tests.small_territory import load_small_territory

# The database of the module's fixture; no test asks it anything more.
pytestmark = pytest.mark.django_db
# Its kind, its root on the wire, and its digits.
Number = tuple[str, str, str]


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
        doubts = review(consultation, at=now()).verdict.doubts
        document = "certificate" if case.age < 12 else "rg"
        if Doubt.PERSON in doubts:
            with pytest.raises(RuleBroken, match="Confirme que é a mesma pessoa"):
                self.network.confirm(consultation, document="rg")
        else:
            self.network.confirm(consultation, document=document, confirmed=doubts)


@dataclass(frozen=True)
class Seeded:
    """What the seeded room says of each case: where it ends at the desk, and who each number is on the wire."""

    endings: dict[str, Citizen]
    named: dict[str, dict[Number, list[str]]]


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Seeded:
    """Each case by itself; nothing is left behind."""
    with standing_at(NOON), django_db_blocker.unblock(), transaction.atomic():
        desk = Desk()
        found = Seeded(
            {case.key: undone(desk, case) for case in CASES}, {case.key: on_the_wire(case) for case in CASES}
        )
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def endings(seeded: Seeded) -> dict[str, Citizen]:
    return seeded.endings


def numbers_of(case: Case) -> Iterator[Number]:
    """Each number of a case; one absorbed by another is still told by those that it had."""
    cpf, own = case_numbers(case)
    if cpf:
        yield "CPF", oids.CPF, cpf
    for kind, number in ((cns.kind, cns.number) for cns in own or case.own_numbers):
        yield f"CNS {kind}", oids.CNS, number
    papers, _, _ = in_hand(case, today(), region_of(MUNICIPALITY))
    for document, nis, *_ in papers.documents:
        if document == DocumentKind.NIS:
            yield "NIS", oids.NIS, str(nis)


def on_the_wire(case: Case) -> dict[Number, list[str]]:
    """Who the PDQ finds by each of the numbers of a case."""
    shown = f"jwt {token()}"
    return {each: post(query(by_id(each[2], root=each[1])), shown=shown).names for each in numbers_of(case)}


def undone(desk: Desk, case: Case) -> Citizen:
    """The citizen as the desk left them, in a room where it did not happen."""
    with transaction.atomic():
        citizen = desk.synchronize(case)
        transaction.set_rollback(True)
    return citizen


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_each_case_ends_as_it_promises(case: Case, endings: dict[str, Citizen]) -> None:
    assert endings[case.key].status == case.ends_in, endings[case.key].finding_text


@pytest.mark.parametrize("case", [case for case in CASES if case.is_registered], ids=lambda case: case.key)
def test_each_registered_case_is_found_on_the_wire_by_each_of_its_numbers(case: Case, seeded: Seeded) -> None:
    """Who was absorbed is the survivor by every old number."""
    stands = next((other for other in CASES if other.key == case.survivor), case)
    named = seeded.named[case.key]
    assert named
    assert named == {number: [stands.name] for number in named}


def test_the_cases_have_every_kind_of_number(seeded: Seeded) -> None:
    kinds = {kind for case in CASES if case.is_registered for kind, _, _ in seeded.named[case.key]}
    assert kinds == {"CPF", "CNS D", "CNS P", "NIS"}


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
