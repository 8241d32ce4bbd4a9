"""In a browser: the secretary signs what the technician sent, by certificate and PIN, and opens its correction."""

import pytest
from playwright.sync_api import expect

from config.personas import PERSONAS
from declarations.models import Declaration, ReportingPeriod
from siops.models import HealthManager, Technician
from tests.clock import today
from tests.declarations.delivery import Town
from tests.factories.siops import acting_of
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]
PEOPLE = {persona.key: persona for persona in PERSONAS}
SECRETARY = PEOPLE["riobranco-secretaria"]
WRONG = "0000"


@pytest.fixture
def sent(seeded_portal: object) -> Declaration:
    """The last bimestre that is over, which the município had not begun, transmitted."""
    record = HealthManager.objects.current().get(person__cpf=SECRETARY.cpf)
    sender = Technician.objects.current().get(entity=record.entity)
    period = ReportingPeriod.objects.filter(closes_on__lt=today()).latest("year", "bimester")
    return Town(record.entity, acting_of(sender), acting_of(record)).sent(period=period)


def test_the_secretary_signs_and_later_opens_the_correction(sent: Declaration, walker: Walker) -> None:
    page = walker.page
    walker.enter_by_virtual_token(SECRETARY.cpf, SECRETARY.pin)
    walker.go("/siops/homologacao/")
    walker.fill("Ano", str(sent.period.year))
    other = 1 if sent.period.bimester != 1 else 2
    page.get_by_label("Bimestre").select_option(str(other))
    walker.press("Enviar")
    walker.sees(f"Não há dados transmitidos para {other}º bimestre de {sent.period.year}.")
    page.get_by_label("Bimestre").select_option(str(sent.period.bimester))
    walker.press("Enviar")

    walker.sees(f"Homologar o {sent.period}")
    page.get_by_text("Ver o Anexo 12 inteiro").click()
    walker.sees("Total das Receitas (III)")
    page.get_by_text("Ver o Anexo 12 inteiro").click()
    walker.press("Homologar")
    walker.sees("Marque a declaração de responsabilidade.")
    page.get_by_label("Declaro, na condição").check(force=True)
    page.get_by_label("PIN do certificado").fill(WRONG)
    walker.press("Homologar")
    walker.sees("PIN incorreto. Restam 2 tentativas.")
    page.get_by_label("PIN do certificado").fill(SECRETARY.pin)
    walker.press("Homologar")

    walker.sees(f"{sent} homologada.")
    expect(page.get_by_text("HOMOLOGADA", exact=True)).to_be_visible()
    walker.press("Abrir retificação…")
    walker.fill("Motivo", "O ISS de agosto foi lançado em duplicidade.")
    walker.press("Abrir retificação")
    walker.sees("aberta para a retificação")
    walker.sees("continua oficial")
