"""The desk of the SISRede in a real browser: keyboard alone, then each way out."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request

from accounts.models import User
from cadsus.models import Attendance, Citizen, Family, Household, Justification
from documents.models import Paper
from registry.models import Cns, Person
from registry.models.tables import CnsKind
from tests.browser import DESK, HEIGHT
from tests.cadsus.sisrede import Network
from tests.clock import today
from tests.factories import PASSWORD, make_cns, make_person
from tests.journeys.doors import pass_through
from tests.journeys.walker import Walker
from tests.live import LivePortal
from tests.switches import Switch

pytestmark = pytest.mark.journey
# What a receptionist presses from the answer of the search to the confirmation.
MOST_KEYS = 12
# Milliseconds on the server for each answer.
MOST_TIME = 150
ROUNDS = 8
# The page of the search, the search, the chart, the question to the CADSUS, the comparison, the confirmation, the
# attendance.
ANSWERS = ("GET", "POST", "GET", "POST", "GET", "POST", "POST")


@pytest.fixture
def seeded_portal(live_portal: LivePortal) -> LivePortal:
    """Nobody of the demonstration is needed."""
    return live_portal


@pytest.fixture
def network(live_portal: LivePortal) -> Network:
    return Network()


@pytest.fixture
def people(people: Callable[[], Walker], network: Network) -> Callable[[User], Walker]:
    """Each call is one more person at work, already in."""

    def arrive(user: User) -> Walker:
        walker = people()
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        answers = {"cpf": user.login, "password": PASSWORD}
        pass_through(walker.page.context.request, f"{walker.room}/sisrede/entrar/", answers)
        return walker

    return arrive


def at_a_desk(walker: Walker) -> Walker:
    """Where there are keys to press; the pages do not speak of them to a telephone."""
    walker.page.set_viewport_size({"width": DESK, "height": HEIGHT})
    return walker


def search(walker: Walker, network: Network, text: str, *, module: str = "recepcao") -> None:
    walker.go(f"/sisrede/unidade/{network.unit.cnes}/{module}/")
    walker.fill("Nome, CPF, CNS ou prontuário", text)
    walker.press("Pesquisar")


class ServerTimes:
    """Of each page asked for: from the last byte of the question to the first of the answer, redirects apart.

    The fastest of several rounds: the others say how busy the machine was.
    """

    def __init__(self, page: Page) -> None:
        self.fastest: dict[str, float] = {}
        page.on("requestfinished", self._note)

    def _note(self, request: Request) -> None:
        if request.is_navigation_request():
            step = f"{request.method} {re.sub('[0-9]+', 'n', request.url.partition('/sisrede')[2])}"
            spent = request.timing["responseStart"] - request.timing["requestStart"]
            self.fastest[step] = min(spent, self.fastest.get(step, spent))


def married(network: Network) -> tuple[Person, Citizen]:
    """Maria, whose CADSUS has the married name, the CPF and the definitive number."""
    person = make_person(
        name="MARIA APARECIDA SOUSA LIMA", mother="ANTÔNIA DE SOUSA", birth_city=network.entity.municipality
    )
    local = Cns.objects.create(number=make_cns(970_001), person=person, kind=CnsKind.PROVISIONAL)
    citizen = network.citizen(
        person,
        name="MARIA APARECIDA SOUSA",
        mother="ANTÔNIA SOUSA",
        cns=local.number,
        cpf="",
        street="Rua dos Jequitibás",
        number="45",
    )
    return person, citizen


def test_a_known_person_is_confirmed_by_keyboard(people: Callable[[User], Walker], network: Network) -> None:
    """At most twelve keystrokes after the search, each answer within 150 ms of the server."""
    walker = at_a_desk(people(network.receptionist))
    page, times = walker.page, ServerTimes(walker.page)
    for number in range(ROUNDS):
        person = make_person()
        citizen = network.citizen(person, name=f"NOME ANTIGO {'ABCDEFGH'[number]}")
        page.goto(f"{walker.room}/sisrede/unidade/{network.unit.cnes}/recepcao/")
        await_focus(page)
        page.keyboard.type(str(person.cpf))
        press(page, "Enter")
        # Conferir, the first document, confirmar; and the attendance.
        keys = ("Enter", "1", "c", "Enter")
        for key in keys:
            press(page, key, stays=key == "1")
        walker.sees("Atendimento aberto")
        assert Citizen.objects.get(pk=citizen.pk).status == Citizen.Status.SYNCHRONIZED
        assert Attendance.objects.filter(citizen=citizen).exists()
        assert len(keys) <= MOST_KEYS
    assert len(times.fastest) == len(ANSWERS)
    assert max(times.fastest.values()) <= MOST_TIME, times.fastest


def press(page: Page, key: str, *, stays: bool = False) -> None:
    """A key that leads to another page, unless it stays on this one."""
    if stays:
        page.keyboard.press(key)
        return
    with page.expect_event("domcontentloaded"):
        page.keyboard.press(key)
    page.wait_for_load_state()
    await_focus(page)


def await_focus(page: Page) -> None:
    """The browser gives `autofocus` with a frame of its own, which may come after the page has loaded."""
    # A function: the words of an expression would be read anew at each look, which the page forbids (CSP).
    page.wait_for_function("() => !document.querySelector('[autofocus]') || document.activeElement !== document.body")


def test_single_letters_can_be_switched_off(people: Callable[[User], Walker], network: Network) -> None:
    married(network)
    walker = at_a_desk(people(network.receptionist))
    search(walker, network, "MARIA APARECIDA")
    walker.press("Abrir")
    walker.press("Conferir com o CADSUS")
    walker.page.get_by_role("button", name="Desligar teclas").click()
    walker.page.keyboard.press("1")
    assert walker.page.locator("input[name=document]:checked").count() == 0
    walker.page.get_by_role("button", name="Ligar teclas").click()
    walker.page.keyboard.press("1")
    assert walker.page.locator("input[name=document]:checked").get_attribute("value") == "rg"
    with walker.page.expect_event("domcontentloaded"):
        walker.page.keyboard.press("Escape")
    walker.sees("Prontuário")


def test_the_comparison_and_its_confirmation(people: Callable[[User], Walker], network: Network) -> None:
    _, citizen = married(network)
    walker = people(network.receptionist)
    walker.go("/sisrede/")
    search(walker, network, "maria aparecida")
    walker.press("Abrir")
    walker.press("Conferir com o CADSUS")
    walker.sees("5 de 7 campos vão mudar")
    walker.page.get_by_label("CNH").check(force=True)
    walker.press("Confirmar 5 mudanças")
    walker.sees("Sincronização realizada com sucesso. 5 campo(s) atualizado(s).")
    walker.sees("Rua dos Jequitibás, 45")
    walker.press("Abrir atendimento")
    assert Attendance.objects.get().citizen == citizen


def test_two_definitives_are_justified(people: Callable[[User], Walker], network: Network) -> None:
    person = make_person(name="JOÃO BATISTA DO NASCIMENTO")
    make_person(cpf=None, name=person.name, birth_date=person.birth_date, mother=person.mother)
    network.citizen(person, mother="")
    walker = people(network.receptionist)
    search(walker, network, str(person.cpf))
    walker.press("Conferir com o CADSUS")
    walker.sees("Há dois CNS definitivos: não dá para sincronizar")
    walker.press("Justificar e atender")
    walker.page.get_by_label("J05").check(force=True)
    walker.press("Salvar justificativa")
    walker.press("Abrir atendimento")
    assert Justification.objects.get().code == "J05"


def test_from_newborn_to_cpf(people: Callable[[User], Walker], network: Network) -> None:
    mother = network.citizen(make_person(name="IRACI MOGNO"))
    walker = people(network.receptionist)
    walker.go(f"/sisrede/unidade/{network.unit.cnes}/recepcao/")
    walker.press("RN sem registro")
    walker.fill("Prontuário, CPF ou CNS da mãe", mother.chart)
    walker.press("Abrir prontuário")
    walker.page.get_by_label("J04").check(force=True)
    walker.press("Salvar justificativa")
    walker.press("Abrir atendimento")
    newborn = Citizen.objects.newborns().get()

    registered = make_person(cpf=None, name="BENTO MOGNO", mother="IRACI MOGNO", birth_date=today())
    search(walker, network, newborn.chart)
    walker.fill("CPF ou CNS do documento", str(registered.cns))
    walker.press("Consultar este número")
    walker.sees("CPF não informado. Solicite ao responsável")
    walker.page.get_by_label("Certidão (criança)").check(force=True)
    walker.press("Confirmar")
    walker.sees("BENTO MOGNO")
    walker.go(f"/sisrede/unidade/{network.unit.cnes}/recepcao/rn/")
    walker.sees("BENTO MOGNO")

    Person.objects.filter(pk=registered.pk).update(cpf="52998224725")
    search(walker, network, newborn.chart)
    walker.press("Conferir com o CADSUS")
    walker.page.get_by_label("Certidão (criança)").check(force=True)
    walker.press("Confirmar 1 mudança")
    assert not Citizen.objects.newborns().exists()


def test_cadsus_off(people: Callable[[User], Walker], network: Network, switch: Switch) -> None:
    citizen = network.citizen(make_person())
    switch(cadsus_available=False)
    walker = people(network.receptionist)
    search(walker, network, citizen.cpf)
    walker.press("Conferir com o CADSUS")
    walker.sees("O CADSUS não respondeu")
    walker.press("Justificar e atender")
    walker.page.get_by_label("J03").check(force=True)
    walker.press("Salvar justificativa")
    walker.press("Abrir atendimento")
    assert Attendance.objects.get().basis == "justified"


def test_a_vaccine_for_somebody_from_outside(people: Callable[[User], Walker], network: Network) -> None:
    person = make_person(name="VISITANTE DE LONGE")
    walker = people(network.receptionist)
    search(walker, network, str(person.cpf))
    walker.sees("Na base nacional")
    walker.press("Não é morador na AA")
    walker.press("Conferir com o CADSUS")
    walker.page.get_by_label("RG").check(force=True)
    walker.press("Confirmar")
    walker.press("Abrir atendimento")
    citizen = Citizen.objects.get()
    assert (citizen.lives_outside, citizen.kind, citizen.status) == (True, "not_linked", "synchronized")


def test_the_agent_links_a_household_and_reads_the_report(
    people: Callable[[User], Walker], network: Network, switch: Switch
) -> None:
    home = Household.objects.create(microarea=network.microarea, code="000001", address="Rua do Ipê, 7")
    Family.objects.create(household=home, code="001")
    citizen = network.citizen(make_person())
    network.synchronize(network.citizen(make_person()))
    switch(cadsus_available=False)
    network.consult(network.citizen(make_person()))
    walker = people(network.agent)
    search(walker, network, citizen.cpf, module="cadastro")
    walker.press("Vincular ao domicílio")
    walker.page.get_by_label("Domicílio e família").select_option(index=1)
    walker.fill("Data da visita", (today() - timedelta(days=1)).isoformat())
    walker.page.get_by_label("Responsável familiar").check(force=True)
    walker.press("Vincular")
    walker.sees("Vinculado ao domicílio")

    walker.go("/sisrede/relatorio/")
    walker.sees("Não sincronizadas: 2")
    walker.sees("M20 CADSUS indisponível no momento.")
    with walker.page.expect_download() as download:
        walker.page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == f"sincronizacao-{network.unit.cnes}.csv"
    with walker.page.expect_download() as download:
        walker.page.get_by_role("button", name="Emitir PDF").click()
    assert download.value.suggested_filename == f"sincronizacao-{network.unit.cnes}.pdf"
    assert Path(download.value.path()).read_bytes() == bytes(Paper.objects.get().content)
    # The page stays, to be narrowed and printed again.
    walker.sees("Não sincronizadas: 2")


def test_namesakes_are_chosen_from(people: Callable[[User], Walker], network: Network, switch: Switch) -> None:
    person = make_person(name="JOSÉ DA SILVA", mother="RITA LIMA")
    network.citizen(person)
    switch(cadsus_scenario="homonimos")
    walker = people(network.receptionist)
    search(walker, network, str(person.cpf))
    walker.press("Conferir com o CADSUS")
    walker.sees("Mais de um cadastro encontrado.")
    walker.page.get_by_label("mãe RITA LIMA").check(force=True)
    walker.press("Selecionar e conferir")
    walker.sees("EM CONFERÊNCIA ATÉ")
    walker.press("Não sincronizar")
    walker.sees("Pessoa em situação de rua")
