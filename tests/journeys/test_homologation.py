"""In a browser: one that was returned and sent again, signed by the substitute, and corrected by the secretary."""

import pytest
from playwright.sync_api import expect

from config.personas import PERSONAS
from declarations.models import Declaration, ReportingPeriod
from declarations.services.opening import open_declaration
from siops.models import HealthManager, Technician
from tests.clock import now, today
from tests.declarations.sending import deliver
from tests.factories.siops import Acting, acting_of
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]
PEOPLE = {persona.key: persona for persona in PERSONAS}
SECRETARY, SUBSTITUTE = PEOPLE["riobranco-secretaria"], PEOPLE["riobranco-substituta"]
SENDER = PEOPLE["riobranco-envio"]
WRONG = "0000"
RETURNED = "A receita do ISS de agosto não confere com a contabilidade."
CORRECTED = "O ISS de agosto foi lançado em duplicidade."


@pytest.fixture
def sender(seeded_portal: object) -> Acting:
    record = HealthManager.objects.current().get(person__cpf=SECRETARY.cpf)
    return acting_of(Technician.objects.current().get(entity=record.entity))


@pytest.fixture
def sent(sender: Acting) -> Declaration:
    """The last bimestre that is over, which the município had not begun, transmitted."""
    period = ReportingPeriod.objects.filter(closes_on__lt=today()).latest("year", "bimester")
    return deliver(begun(sender, period), sender)


def begun(sender: Acting, period: ReportingPeriod) -> Declaration:
    return open_declaration(entity_id=sender.entity.pk, period_id=period.pk, by=sender, at=now())


def test_returned_sent_again_signed_by_the_substitute_and_corrected(
    sent: Declaration, sender: Acting, walker: Walker
) -> None:
    secretary_returns(walker, sent)
    technician_reads_why(walker, sent)
    again = deliver(begun(sender, sent.period), sender, more=1_00)
    substitute_homologates(walker, again)
    third = secretary_opens_the_correction(walker, again)
    deliver(third, sender, more=2_00)
    secretary_homologates_the_correction(walker, third, former=again)


def secretary_returns(walker: Walker, sent: Declaration) -> None:
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
    walker.press("Devolver ao técnico…")
    walker.fill("Motivo", RETURNED)
    walker.press("Devolver")
    walker.leave()


def technician_reads_why(walker: Walker, sent: Declaration) -> None:
    walker.enter_as_technician(SENDER.cpf, SENDER.password)
    walker.go(f"/siops/painel/?ano={sent.period.year}")
    walker.sees("DEVOLVIDA")
    walker.sees(RETURNED)
    walker.leave()


def substitute_homologates(walker: Walker, again: Declaration) -> None:
    walker.enter_by_virtual_token(SUBSTITUTE.cpf, SUBSTITUTE.pin)
    walker.go(f"/siops/declaracoes/{again.pk}/homologar/")
    walker.sees(f"Assina {SUBSTITUTE.name}")
    sign(walker, SUBSTITUTE.pin)
    walker.sees(f"{again} homologada.")
    walker.sees("por substituição")
    walker.leave()


def secretary_opens_the_correction(walker: Walker, again: Declaration) -> Declaration:
    walker.enter_by_virtual_token(SECRETARY.cpf, SECRETARY.pin, to=f"/siops/declaracoes/{again.pk}/homologacao/")
    walker.press("Abrir retificação…")
    walker.fill("Motivo", CORRECTED)
    walker.press("Abrir retificação")
    walker.sees("aberta para a retificação")
    walker.sees("continua oficial")
    return Declaration.objects.select_related("entity", "period").get(version=again.version + 1, period=again.period)


def secretary_homologates_the_correction(walker: Walker, third: Declaration, *, former: Declaration) -> None:
    walker.go(f"/siops/declaracoes/{third.pk}/homologar/")
    walker.sees(f"A versão {former.version} passa a RETIFICADA.")
    sign(walker, SECRETARY.pin)
    walker.sees("O que mudou")
    expect(walker.page.get_by_role("row", name="ISS").first).to_contain_text("1,00")


def sign(walker: Walker, pin: str) -> None:
    walker.page.get_by_label("Declaro, na condição").check(force=True)
    walker.page.get_by_label("PIN do certificado").fill(pin)
    walker.press("Homologar")
