"""The pages of a desk, over HTTP: who is led where, and what a direct POST is refused."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cadsus.models import Attendance, Citizen, Family, Household, HouseholdLink, Justification, Module, Posting
from cadsus.session import BACKENDS, SISREDE
from common.documents import format_cns
from common.models import AuditEvent
from documents.models import Paper
from pki import services as pki
from registry import tax
from registry.models import Cns, TaxRecord
from registry.models.tables import CnsKind
from tests.cadsus.sisrede import Network, read
from tests.clock import Clock, now, today
from tests.factories import make_cns, make_person
from tests.in_room import below
from tests.switches import Switch

pytestmark = pytest.mark.django_db(databases=["default", "control"])


def enter(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user, BACKENDS[SISREDE])
    session = client.session
    session[SISREDE] = True
    session.save()
    return client


@pytest.fixture
def desk(network: Network) -> Client:
    return enter(network.receptionist)


def path(network: Network, rest: str = "", *, module: str = "recepcao", cnes: str = "") -> str:
    return f"/sisrede/unidade/{cnes or network.unit.cnes}/{module}/{rest}"


Of = Callable[[Citizen, str], str]


@pytest.fixture
def of(network: Network) -> Of:
    def address(citizen: Citizen, rest: str) -> str:
        return path(network, f"usuario/{citizen.pk}/{rest}")

    return address


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_known_person_is_found_consulted_and_confirmed(network: Network, desk: Client, of: Of) -> None:
    person = make_person(name="Maria Aparecida Sousa Lima")
    citizen = network.citizen(person, name="MARIA APARECIDA SOUSA", street="Rua dos Jequitibás", number="45")
    found = desk.post(path(network), {"text": person.cpf})
    assert below(found["Location"]) == of(citizen, "")
    assert "Conferir com o CADSUS" in text(desk.get(of(citizen, "")))

    assert below(desk.post(of(citizen, "consultar/"))["Location"]) == of(citizen, "conferir/")
    page = text(desk.get(of(citizen, "conferir/")))
    assert "1 de 7 campos vai mudar com os dados do CADSUS" in page
    assert "<ins>LIMA</ins>" in page
    assert "Rua dos Jequitibás, 45" in page

    without = desk.post(of(citizen, "conferir/"), {"shown": shown(page)})
    assert "Confira um documento com foto" in text(without)
    done = desk.post(of(citizen, "conferir/"), {"shown": shown(page), "document": "rg"}, follow=True)
    assert "Sincronização realizada com sucesso. 1 campo(s) atualizado(s)." in text(done)
    assert read(citizen).name == "MARIA APARECIDA SOUSA LIMA"
    assert "Atendimento aberto" in text(desk.post(of(citizen, "atender/"), follow=True))


def shown(page: str) -> str:
    return page.split('name="shown" value="')[1].split('"', maxsplit=1)[0]


def test_no_number_of_a_person_is_in_an_address(network: Network, desk: Client) -> None:
    network.citizen(make_person()), network.citizen(make_person(name="Outra Pessoa de Ensaio"))
    answer = desk.post(path(network), {"text": "Pessoa"})
    assert below(answer["Location"]) == path(network)
    assert text(desk.get(path(network))).count("o prontuário de") == 2


def test_who_is_not_known_is_looked_for_in_the_national_base(network: Network, desk: Client) -> None:
    """Who lives outside and needs a vaccine: the same way, without household."""
    person = make_person(name="Visitante de Longe")
    page = text(desk.post(path(network), {"text": person.cpf}, follow=True))
    assert "Na base nacional" in page
    assert person.cpf_text not in page
    searched = AuditEvent.objects.get(verb="registry.searched")
    assert (searched.actor, searched.target_id, searched.details) == (
        network.receptionist,
        network.unit.cnes,
        {"number": True, "found": 1},
    )
    desk.post(path(network, f"nacional/{person.pk}/"), {"lives_outside": "sim"})
    citizen = Citizen.objects.get(cpf=person.cpf)
    assert (citizen.lives_outside, citizen.kind) == (True, Citizen.Kind.NOT_LINKED)
    network.synchronize(citizen)
    assert read(citizen).status == "synchronized"


def test_a_search_says_what_it_lacks(network: Network, desk: Client) -> None:
    assert "Informe ao menos um dado" in text(desk.post(path(network), {}))
    assert "exige pelo menos dois critérios" in text(desk.post(path(network), {"mother": "Ana"}))
    nothing = text(desk.post(path(network), {"text": "Ninguém", "birth_date": "01/02/1990"}, follow=True))
    assert "Nenhum cadastro encontrado na base nacional" in nothing
    # To be mended, not typed again.
    assert 'value="Ninguém"' in nothing
    assert 'value="01/02/1990"' in nothing


def test_a_module_that_is_not_enabled_is_refused_to_a_direct_post(network: Network) -> None:
    """Recepção of Parque Buriti does not synchronize yet."""
    there = network.worker(Posting.Function.RECEPTION, cnes=network.other_unit.cnes)
    citizen = network.citizen(make_person())
    address = path(network, f"usuario/{citizen.pk}/consultar/", cnes=network.other_unit.cnes)
    answer = enter(there).post(address)
    assert answer.status_code == 403
    assert "ainda não foi habilitada" in text(answer)
    assert read(citizen).status == "not_synchronized"
    # Without synchronization nothing is demanded there: the attendance opens as before.
    enter(there).post(path(network, f"usuario/{citizen.pk}/atender/", cnes=network.other_unit.cnes))
    assert Attendance.objects.get().basis == "not_required"


def test_another_unit_or_module_is_refused(network: Network, desk: Client, of: Of) -> None:
    citizen = network.citizen(make_person())
    for address in (
        path(network, f"usuario/{citizen.pk}/consultar/", cnes=network.other_unit.cnes),
        path(network, f"usuario/{citizen.pk}/consultar/", module="farmacia"),
    ):
        assert desk.post(address).status_code == 403
    assert desk.get(path(network, module="vacina")).status_code == 404
    assert desk.get(path(network, cnes="9999999")).status_code == 404


def test_acceptance_09_reception_links_no_household_by_direct_post(network: Network, desk: Client, of: Of) -> None:
    citizen = network.citizen(make_person())
    answer = desk.post(of(citizen, "domicilio/"), {"visited_on": str(today())})
    assert answer.status_code == 403
    assert "Somente o Agente Comunitário de Saúde pode vincular" in text(answer)


def test_the_agent_links_changes_and_ends(network: Network) -> None:
    citizen = network.citizen(make_person())
    home = Household.objects.create(microarea=network.microarea, code="000001", address="Rua do Ipê, 7")
    family = Family.objects.create(household=home, code="001")
    agent = enter(network.agent)
    address = path(network, f"usuario/{citizen.pk}/domicilio/", module="cadastro")
    assert "Informe a data da visita domiciliar" in text(agent.post(address, {"family": family.pk}))
    agent.post(address, {"family": family.pk, "visited_on": str(today()), "is_head": "on"})
    assert read(citizen).kind == Citizen.Kind.LINKED
    agent.post(f"{address}desvincular/", {"reason": "moved"})
    assert read(citizen).kind == Citizen.Kind.NOT_LINKED
    assert HouseholdLink.objects.get().end_reason == "moved"


def test_cadsus_off_then_justification_then_attendance(network: Network, desk: Client, of: Of, switch: Switch) -> None:
    citizen = network.citizen(make_person())
    switch(cadsus_available=False)
    assert "O CADSUS não respondeu" in text(desk.post(of(citizen, "consultar/"), follow=True))
    assert "Sincronize o cadastro ou registre" in text(desk.post(of(citizen, "atender/"), follow=True))
    assert "J03 – CADSUSWEB indisponível" in text(desk.get(of(citizen, "justificar/")))
    desk.post(of(citizen, "justificar/"), {"code": "J03"})
    desk.post(of(citizen, "atender/"))
    row = Justification.objects.get()
    assert (row.citizen_name, row.professional_name, row.at) == (citizen.name, network.receptionist.name, now())
    assert Attendance.objects.get().justification == row


def test_two_definitives_lead_to_the_cadsusweb(network: Network, desk: Client, of: Of) -> None:
    person = make_person()
    twin = make_person(cpf=None, name=person.name, birth_date=person.birth_date, mother=person.mother)
    citizen = network.citizen(person)
    page = text(desk.post(of(citizen, "consultar/"), follow=True))
    assert "Há dois CNS definitivos: não dá para sincronizar" in page
    assert "UNIFICAR ANTES" in page
    numbers = f"{format_cns(person.cns or '')} e {format_cns(twin.cns or '')}"
    assert re.search(rf"<strong>dois definitivos:</strong>\s*{numbers}", page)
    assert "(provisório)" not in page
    assert "Abrir CADSUSWEB" in page


def test_acceptance_01_the_screen_lists_both_kinds_of_number(network: Network, desk: Client, of: Of) -> None:
    person = make_person()
    provisional = Cns.objects.create(number=make_cns(900_002), person=person, kind=CnsKind.PROVISIONAL).number
    citizen = network.citizen(person, cns=provisional)
    page = text(desk.post(of(citizen, "consultar/"), follow=True))
    assert f"Outros CNS no CADSUS: {format_cns(provisional)} (provisório)" in page
    assert f"<div>{format_cns(provisional)} (provisório)</div>" in page
    assert re.search(rf"<ins>{format_cns(person.cns or '')}</ins>\s*\(definitivo\)", page)


def test_a_provisional_number_is_told_beside_the_two_definitives(network: Network, desk: Client, of: Of) -> None:
    person = make_person()
    make_person(cpf=None, name=person.name, birth_date=person.birth_date, mother=person.mother)
    provisional = Cns.objects.create(number=make_cns(900_003), person=person, kind=CnsKind.PROVISIONAL).number
    citizen = network.citizen(person, cns=provisional)
    page = text(desk.post(of(citizen, "consultar/"), follow=True))
    assert f"<div>{format_cns(provisional)} (provisório)</div>" in page
    assert "dois definitivos:" in page


@pytest.mark.parametrize("situation", ["SUSPENSA", "NULA"])
def test_a_void_cpf_alerts_the_manager_of_the_unit(network: Network, desk: Client, of: Of, situation: str) -> None:
    network.worker(Posting.Function.MANAGER, name="ELIANA CANAFÍSTULA")
    person = make_person()
    known = {name: getattr(person, name) for name in tax.HANDED_OVER}
    TaxRecord.objects.create(cpf=person.cpf_text, **known, situation=situation)
    citizen = network.citizen(person)
    page = text(desk.post(of(citizen, "consultar/"), follow=True))
    assert f"Situação do CPF na Receita Federal: {situation.capitalize()}" in page
    assert "A Receita Federal tem outros dados" not in page
    alerts = ("Alerta ao gerente da unidade.", "anulado por fraude", "ELIANA CANAFÍSTULA")
    assert [words in page for words in alerts] == [situation == "NULA"] * 3


def test_a_scenario_is_asked_for_by_header_and_an_unknown_one_is_refused(
    network: Network, desk: Client, of: Of
) -> None:
    citizen = network.citizen(make_person())
    answer = desk.post(of(citizen, "consultar/"), headers={"X-Simulador-Cenario": "tempestade"})
    assert answer.status_code == 400
    assert "dois-definitivos" in text(answer)
    page = desk.post(of(citizen, "consultar/"), headers={"X-Simulador-Cenario": "homonimos"}, follow=True)
    assert text(page).count('name="person"') == 3


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("muitos", "Mais de um cadastro encontrado"),
        ("dois-definitivos", "Há dois CNS definitivos"),
        ("so-provisorio", "Usuário sem CNS definitivo no CADSUS"),
        ("obito", "Consta óbito em 31/01/2026"),
        ("inativo", "Reative-o no CADSUSWEB"),
        ("protegido", "Informe o motivo"),
        ("sem-mae", "MANTÉM O SISREDE"),
        ("sem-cpf", "CPF obrigatório para maiores de 18 anos"),
        ("cpf-suspenso", "Situação do CPF na Receita Federal: Suspensa"),
        ("cpf-falecido", "Situação do CPF na Receita Federal: Titular falecido"),
        ("nome-casada", "<ins>PEROBA</ins>"),
        ("mudou-cns", "SERÁ ATUALIZADO"),
        ("indisponivel", "O CADSUS não respondeu"),
        ("ok", "O cadastro já está igual ao do CADSUS"),
    ],
)
def test_the_switch_of_the_room_asks_for_a_scenario(
    network: Network, desk: Client, of: Of, switch: Switch, scenario: str, words: str
) -> None:
    citizen = network.citizen(make_person())
    switch(cadsus_scenario=scenario)
    assert words in text(desk.post(of(citizen, "consultar/"), follow=True))


def test_a_restricted_record_is_opened_with_a_reason(network: Network, desk: Client, of: Of) -> None:
    citizen = network.citizen(make_person(is_protected=True, protected_reason="Ordem judicial"))
    assert "Cadastro com acesso restrito" in text(desk.post(of(citizen, "consultar/")))
    assert not citizen.consultations.exists()
    desk.post(of(citizen, "consultar/"), {"reason": "Atendimento de urgência"})
    assert citizen.consultations.get().reason == "Atendimento de urgência"


def test_the_update_form_is_a_marked_pdf(network: Network, desk: Client, of: Of) -> None:
    citizen = network.citizen(make_person(name="Maria Lima Souza"), name="MARIA LIMA")
    network.consult(citizen)
    pki.ensure_authorities(at=now())
    answer = desk.post(of(citizen, "impresso/"))
    words = pypdf.PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "SEM VALOR LEGAL" in words
    assert "Atualização de dados cadastrais" in words
    assert "MARIA LIMA" in words
    assert desk.post(of(citizen, "impresso/")).content == answer.content
    paper = Paper.objects.issued().get()
    assert citizen.name not in f"{paper.title} {paper.process.subject}"


def test_a_newborn_from_the_form(network: Network, clock: Clock) -> None:
    desk = enter(network.receptionist)
    mother = network.citizen(make_person(name="Iraci Mogno"))
    address = path(network, "rn/")
    assert "Informe a mãe" in text(desk.post(address, {"mother": "9", "birth_date": str(today()), "how_many": 1}))
    desk.post(address, {"mother": mother.chart, "birth_date": str(today()), "how_many": 2})
    names = Citizen.objects.newborns().order_by("name").values_list("name", flat=True)
    assert list(names) == ["RN 1 DE IRACI MOGNO", "RN 2 DE IRACI MOGNO"]
    page = text(desk.get(address))
    assert "RN 2 DE IRACI MOGNO" in page
    assert "DIAS OU MAIS" not in page
    clock.shift(timedelta(days=60))
    desk = enter(network.receptionist)
    assert text(desk.get(address)).count("60 DIAS OU MAIS") == 2


def test_an_own_chart_is_opened_not_linked(network: Network, desk: Client) -> None:
    given = {"name": "Ana Lima", "birth_date": "1990-05-05", "mother": "Rita Lima"}
    desk.post(path(network, "novo/"), given)
    citizen = Citizen.objects.get(name="ANA LIMA")
    assert (citizen.kind, citizen.establishment) == (Citizen.Kind.NOT_LINKED, network.unit)
    assert network.place(Module.RECEPTION).cnes == network.unit.cnes


def test_the_search_costs_the_same_with_one_and_with_ten(network: Network, desk: Client) -> None:
    costs = []
    for count in (1, 9):
        for _ in range(count):
            network.citizen(make_person(name="Fulano de Ensaio"))
        desk.post(path(network), {"text": "Fulano"})
        with CaptureQueriesContext(connection) as captured:
            desk.get(path(network))
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_an_old_answer_is_not_read_again(network: Network, desk: Client, of: Of, clock: Clock) -> None:
    """What the CADSUS said is on the screen during the visit; later it is asked for anew, on record."""
    citizen = network.citizen(make_person(cpf=None))
    desk.post(of(citizen, "consultar/"))
    assert "CPF obrigatório" in text(desk.get(of(citizen, "conferir/")))
    clock.shift(timedelta(minutes=30))
    assert below(desk.get(of(citizen, "conferir/"))["Location"]) == of(citizen, "")


def test_a_check_whose_time_ran_out_is_shown_again(network: Network, desk: Client, of: Of, clock: Clock) -> None:
    citizen = network.citizen(make_person())
    page = text(desk.post(of(citizen, "consultar/"), follow=True))
    clock.shift(timedelta(minutes=15))
    answer = text(desk.post(of(citizen, "conferir/"), {"shown": shown(page), "document": "rg"}))
    assert "A conferência terminou às 12:15. Consulte novamente." in answer
    assert "Consultar novamente" in answer
    assert read(citizen).status == "not_synchronized"


def test_a_number_that_nobody_has_finds_nobody(network: Network, desk: Client, of: Of) -> None:
    """Not whoever has the name and the birth."""
    citizen = network.citizen(make_person())
    page = text(desk.post(of(citizen, "consultar/"), {"number": "52998224725"}, follow=True))
    assert "Nenhum cadastro encontrado na base nacional" in page
