"""In a browser: the Conselho enters by the link of its mailbox and gives its opinion; the Tribunal, by certificate,
reads it beside the declaration and registers what it found."""

import pytest

from config.personas import PERSONAS
from declarations.models import Declaration
from siops.models import HealthManager
from siops.services.council_access import send_links
from tests.clock import now, today
from tests.journeys.walker import Walker
from tests.siops.test_council_access import link_to

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]
PEOPLE = {persona.key: persona for persona in PERSONAS}
MEMBER, AUDITOR = PEOPLE["riobranco-conselho"], PEOPLE["riobranco-tribunal"]
TEXT = "O Conselho examinou o demonstrativo e considera que a aplicação atende à lei complementar."


@pytest.fixture
def official(seeded_portal: object) -> Declaration:
    """A bimestre of last year, with an opinion to give."""
    rows = Declaration.objects.homologated().filter(entity__municipality=MEMBER.ibge, period__bimester=4)
    return rows.select_related("period").earliest("pk")


def test_the_conselho_gives_its_opinion_and_the_tribunal_reads_it(official: Declaration, walker: Walker) -> None:
    conselho_gives_its_opinion(official, walker)
    walker.leave()
    walker.enter_by_virtual_token(AUDITOR.cpf, AUDITOR.pin, door="estado")
    walker.go("/siops/controle/")
    walker.go(f"/siops/controle/{official.pk}/")
    walker.sees(TEXT)
    walker.press("Registrar apuração")
    walker.page.get_by_label("Confirmado: é o percentual declarado").check(force=True)
    walker.fill("Número da decisão", "12/2026")
    walker.press("Registrar")
    walker.sees("CONFIRMADO")


def conselho_gives_its_opinion(official: Declaration, walker: Walker) -> None:
    record = HealthManager.objects.current().get(person__cpf=MEMBER.cpf)
    walker.go("/siops/entrar/conselho/")
    walker.sees("um link enviado ao e-mail do cadastro")
    assert send_links(cpf=record.person.cpf_text, at=now()) == 1
    walker.go("/siops/" + link_to(record).split("/siops/", 1)[1])
    walker.press("Entrar")
    walker.go("/siops/controle/")
    walker.sees("PENDENTE")
    walker.go(f"/siops/controle/{official.pk}/")
    walker.press("Iniciar análise")
    walker.press("Dar o parecer")
    walker.page.get_by_label("Favorável", exact=True).check(force=True)
    walker.fill("Texto do parecer", TEXT)
    walker.fill("Data da reunião", today().isoformat())
    walker.fill("Número da resolução", "7/2026")
    walker.press("Publicar parecer")
    walker.sees("Parecer publicado.")
    walker.sees(TEXT)
