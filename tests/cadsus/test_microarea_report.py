"""«Relatório por microárea»: both groups with their reasons, for whom, and in which forms."""

from io import BytesIO
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadsus.models import MicroArea, Posting
from cadsus.services.justifying import justify
from common.sheets import harmless
from documents.models import Paper
from pki import services as pki
from tests.cadsus.sisrede import Network
from tests.cadsus.test_desk_pages import enter, text
from tests.clock import now
from tests.factories import make_person
from tests.switches import Switch

pytestmark = pytest.mark.django_db(databases=["default", "control"])


def streamed(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def fill(network: Network, switch: Switch) -> None:
    """One of each group in the agent's microarea, and one in a microarea without agent."""
    network.synchronize(network.citizen(make_person(name="Ana Sincronizada")))
    network.consult(network.citizen(make_person(cpf=None, name="Bia Sem Cpf")))
    switch(cadsus_scenario="cpf-suspenso")
    network.consult(network.citizen(make_person(name="Caio Receita")), scenario="cpf-suspenso")
    switch(cadsus_available=False)
    down = network.citizen(make_person(name="Davi Fora"))
    network.consult(down)
    justify(citizen_id=down.pk, code="J03", place=network.reception, by=network.actor(), at=now())
    switch(cadsus_available=True)
    network.citizen(name="=2+5", microarea=MicroArea.objects.create(area=network.low_risk, code="01"))


def test_the_manager_sees_both_groups_and_what_is_at_risk(network: Network, switch: Switch) -> None:
    fill(network, switch)
    manager = enter(network.worker(Posting.Function.MANAGER))
    page = text(manager.get(f"/sisrede/relatorio/{network.unit.cnes}/"))
    assert "Não sincronizadas: 4" in page
    for words in (
        "20,0 % de 5",
        "J03 CADSUSWEB indisponível",
        "M17 Situação do CPF na Receita Federal: Suspensa",
        "M14 CPF obrigatório",
        "Ainda não conferido",
        "sem agente",
        network.agent.name,
    ):
        assert words in page, words
    only = text(manager.get(f"/sisrede/relatorio/{network.unit.cnes}/", {"grupo": "synchronized"}))
    assert "Sincronizadas: 1" in only
    assert "ANA SINCRONIZADA" in only.upper()


def test_the_agent_sees_the_own_microarea_and_reception_none(network: Network, switch: Switch) -> None:
    fill(network, switch)
    address = f"/sisrede/relatorio/{network.unit.cnes}/"
    assert "=2+5" not in text(enter(network.agent).get(address))
    assert enter(network.receptionist).get(address).status_code == 403
    stranger = enter(network.worker(Posting.Function.MANAGER, cnes=network.other_unit.cnes))
    assert stranger.get(address).status_code == 404
    assert enter(network.worker(Posting.Function.MUNICIPAL_IT)).get(address).status_code == 200


def test_the_csv_has_everybody_and_no_formula(network: Network, switch: Switch) -> None:
    fill(network, switch)
    manager = enter(network.worker(Posting.Function.MANAGER))
    lines = streamed(manager.get(f"/sisrede/relatorio/{network.unit.cnes}/csv/")).splitlines()
    assert "SEM VALOR LEGAL" in lines[0]
    assert lines[1].startswith("Microárea;Prontuário;Nome")
    assert len(lines) == 2 + 5
    assert any(";'=2+5;" in line for line in lines)
    assert not any(person.isdecimal() and len(person) == 11 for line in lines for person in line.split(";"))


def test_the_pdf_is_a_paper_each_time_a_new_one(network: Network, switch: Switch) -> None:
    pki.ensure_authorities(at=now())
    fill(network, switch)
    person = network.worker(Posting.Function.MANAGER)
    manager, agent = enter(person), enter(network.agent)
    answer = manager.post(f"/sisrede/relatorio/{network.unit.cnes}/pdf/")
    other = agent.post(f"/sisrede/relatorio/{network.unit.cnes}/pdf/")
    first, second = Paper.objects.issued().order_by("edition")
    assert (first.content, second.content) == (answer.content, other.content)
    assert [paper.edition for paper in (first, second)] == [1, 2]
    assert first.process == second.process
    assert (first.signatures.get().name, first.signatures.get().role) == (person.name, "Gerente da unidade")
    words = " ".join(pypdf.PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    assert "SEM VALOR LEGAL" in words
    assert "Em risco de glosa: 4 de 5" in words


@pytest.mark.parametrize("cell", ["=1+1", "+55", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless([cell, "ANA"]) == [f"'{cell}", "ANA"]


def test_the_page_costs_the_same_with_one_and_with_ten(network: Network) -> None:
    manager = enter(network.worker(Posting.Function.MANAGER))
    costs = []
    for count in (1, 9):
        for _ in range(count):
            network.citizen(make_person())
        with CaptureQueriesContext(connection) as captured:
            manager.get(f"/sisrede/relatorio/{network.unit.cnes}/")
        costs.append(len(captured))
    assert costs[0] == costs[1]
