"""Where a fictional person, long data or a document is needed, the form helps: «Buscar», hints, samples (DEMO only)."""

import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client

from accounts.personas import Persona
from common import uploads
from siops.models import Technician
from siops.services import attachments, sample_papers
from tests.factories import make_entity, make_person
from tests.siops.managers_support import Town, make_town
from tests.siops.support import session_of

FORMS = {
    "head": ("/siops/gestores/cadastrar/secretario/", "/siops/gestores/oficio/novo/"),
    "secretary": ("/siops/gestores/responsavel/", "/siops/gestores/cadastrar/conselho/"),
}
PAGES = [(who, address) for who, addresses in FORMS.items() for address in addresses]


def people() -> list[Persona]:
    person = Persona(
        key="ana",
        role="Ninguém",
        name="Ana Ipê Roxo",
        login_kind="pf",
        login="52998224725",
        cpf="52998224725",
        ibge="3550308",
    )
    return [person]


@pytest.fixture
def town(db: None) -> Town:
    return make_town(make_entity())


@pytest.fixture
def demo(settings: Any) -> Any:
    settings.DEMO, settings.DEMO_PERSONAS = True, "tests.siops.test_help_in_forms.people"
    return settings


def enter(town: Town, who: str) -> Client:
    return session_of(town.as_head if who == "head" else town.as_secretary)


def value_of(text: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', text)
    assert tag, name
    found = re.search(r'value="([^"]*)"', tag[0])
    return found[1] if found else ""


@pytest.mark.parametrize(("who", "address"), PAGES)
class TestEveryFormThatNamesSomebody:
    def test_buscar_fills_the_name_and_keeps_the_rest(self, town: Town, noon: Any, who: str, address: str) -> None:
        person = make_person(name="Joana Cedro Lima")
        typed = {"cpf": person.cpf, "email": "meio digitado", "buscar": "1"}
        text = enter(town, who).post(address, typed).content.decode()
        assert value_of(text, "name") == "Joana Cedro Lima"
        assert value_of(text, "email") == "meio digitado"
        assert "a corrigir" not in text

    def test_the_name_is_for_reading_and_asked_again(self, town: Town, noon: Any, who: str, address: str) -> None:
        person, client = make_person(name="Joana Cedro Lima"), enter(town, who)
        blank = client.get(address).content.decode()
        assert re.search(r'<input[^>]*name="name"[^>]*\breadonly\b', blank)
        unsearched = client.post(address, {"cpf": person.cpf}).content.decode()
        assert "Clique em Buscar para conferir quem tem este CPF." in unsearched

    def test_buscar_judges_only_the_cpf(self, town: Town, noon: Any, who: str, address: str) -> None:
        client = enter(town, who)
        unknown = client.post(address, {"cpf": "390.533.447-05", "buscar": "1"}).content.decode()
        assert "Pessoa não encontrada no CADSUS." in unknown
        assert "Há 1 campo a corrigir" in unknown
        wrong = client.post(address, {"cpf": "123", "buscar": "1"}).content.decode()
        assert "Há 1 campo a corrigir" in wrong

    def test_the_demonstration_hints_at_somebody_and_fills(
        self, town: Town, noon: Any, demo: Any, who: str, address: str
    ) -> None:
        client = enter(town, who)
        plain = client.get(address).content.decode()
        assert "529.982.247-25 (Ana Ipê Roxo)" in plain
        assert "Preencher com dados de exemplo" in plain
        filled = client.get(f"{address}?exemplo=1").content.decode()
        assert (value_of(filled, "cpf"), value_of(filled, "name")) == ("529.982.247-25", "Ana Ipê Roxo")
        demo.DEMO = False
        closed = client.get(f"{address}?exemplo=1").content.decode()
        assert value_of(closed, "name") == ""
        assert "Ana Ipê Roxo" not in closed
        assert "Preencher com dados de exemplo" not in closed


def test_the_sample_of_a_technician_is_accepted(town: Town, noon: Any, demo: Any) -> None:
    make_person(name="Ana Ipê Roxo", cpf="52998224725")
    client = session_of(town.as_secretary)
    text = client.get("/siops/gestores/responsavel/?exemplo=1").content.decode()
    data = {name: value_of(text, name) for name in ("cpf", "name", "phone")}
    data |= {"bond": Technician.Bond.EMPLOYEE, "email": "ana@saude.example", "replaces": str(town.technician.pk)}
    assert client.post("/siops/gestores/responsavel/", data).status_code == 302


class TestSampleDocuments:
    @pytest.mark.parametrize("name", sample_papers.PAPERS)
    def test_a_paper_is_accepted_and_says_what_it_is(self, db: None, settings: Any, name: str) -> None:
        settings.DEMO = True
        answer = Client().get(f"/siops/exemplos/{name}")
        content = answer.content
        assert answer["Content-Type"] == "application/pdf"
        assert uploads.inspect(content, accept=attachments.DOCUMENTS)
        assert content == sample_papers.paper(name)

    def test_the_archive_is_accepted_and_says_what_it_is(self, db: None, settings: Any) -> None:
        settings.DEMO = True
        content = Client().get(f"/siops/exemplos/{sample_papers.ARCHIVE}").content
        assert uploads.inspect(content, accept=attachments.ARCHIVES)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert sample_papers.MARK in archive.read("LEIA-ME.txt").decode()

    def test_only_in_a_demonstration_and_only_these(self, db: None, settings: Any) -> None:
        settings.DEMO = True
        assert Client().get("/siops/exemplos/outro.pdf").status_code == 404
        settings.DEMO = False
        assert Client().get("/siops/exemplos/documento-simulado.pdf").status_code == 404
