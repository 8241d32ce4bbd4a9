"""In a browser: the class hour «Transmitir e homologar», by its rail.

The technician brings the file that fails, is led to what blocks, corrects, transmits; the secretary homologates;
anybody reads. The second half, «e se ninguém homologar?», is in `test_sanctions`, its stops in the tests of its rail.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from config.personas import PERSONAS
from declarations.models import ReportingPeriod
from tests.clock import today
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]
PEOPLE = {persona.key: persona for persona in PERSONAS}
SECRETARY = PEOPLE["riobranco-secretaria"]


def late_year() -> int:
    """Of the bimestre that Rio Branco has not begun: over on whatever day this is, and it may be sent all the same."""
    over = ReportingPeriod.objects.filter(closes_on__lt=today()).last()
    assert over is not None
    return over.year


def test_from_the_file_that_fails_to_the_public_page(walker: Walker, tmp_path: Path) -> None:
    begins_as_the_technician(walker)
    brings_the_file_that_fails(walker, tmp_path)
    corrects_what_blocks(walker)
    transmits(walker)
    continues_as_the_secretary(walker)
    homologates(walker)
    reads_it_without_entering(walker)


def begins_as_the_technician(walker: Walker) -> None:
    walker.go("/")
    card = walker.page.locator(".path-card", has_text="Transmitir e homologar")
    walker.follow(card.get_by_role("button", name="Começar como Josué"))
    walker.press("Entrar")
    walker.sees("Painel do ente")
    # What is late may be of another year than the panel begins with.
    late = f"{walker.room}/siops/painel/?ano={late_year()}"
    walker.page.goto(late)
    walker.press("Abrir declaração")
    walker.page.goto(late)
    walker.press("Continuar")


def brings_the_file_that_fails(walker: Walker, folder: Path) -> None:
    page = walker.page
    walker.press("Importar ou exemplo")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Baixar o arquivo do exemplo Pago maior que liquidado").click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    page.set_input_files("input[type=file]", file)
    walker.press("Ver o que muda")
    walker.press("Confirmar")
    walker.sees("Dados trazidos")


def corrects_what_blocks(walker: Walker) -> None:
    page = walker.page
    walker.press("Ver as críticas")
    walker.press("Verificar críticas")
    walker.sees("1 impeditiva")
    walker.press("Ir à primeira impeditiva")
    settled = page.get_by_label("Despesas correntes, Liquidada (e)").first.input_value()
    page.get_by_label("Despesas correntes, Paga (f)").first.fill(settled)
    page.keyboard.press("Enter")
    expect(page.locator("[data-saved-at]")).to_contain_text("Salva às")
    walker.press("Verificar críticas")
    walker.sees("0 impeditivas")


def transmits(walker: Walker) -> None:
    page = walker.page
    for step in ("Gravar arquivo", "Transmitir"):
        walker.press(step)
        page.get_by_label("Conferi os dados").check(force=True)
        walker.press(step)
    walker.sees("Falta a homologação pelo gestor do SUS.")
    receipt = page.url
    walker.follow(page.locator("main a[href*='/recibo/SIM-']"))
    walker.sees("Recibo válido")
    for address in ("transmissor/", "download/", "certificado/drivers/"):
        walker.go(f"/siops/{address}")
    walker.page.goto(receipt)


def continues_as_the_secretary(walker: Walker) -> None:
    walker.sees("Raimunda confere e homologa")
    walker.follow(walker.page.locator(".next-step").get_by_role("button", name="Continuar como Raimunda"))
    walker.press("Continuar")
    walker.sees(f"O PIN com que {SECRETARY.name} começa: {SECRETARY.pin}.")
    walker.page.locator("input[type=password]").fill(SECRETARY.pin)
    walker.press("Entrar")


def homologates(walker: Walker) -> None:
    """A double click, as a hand that is used to icons does it: one homologation, told once."""
    page = walker.page
    walker.sees("Homologar o ")
    page.get_by_label("Declaro, na condição").check(force=True)
    page.get_by_label("PIN do certificado").fill(SECRETARY.pin)
    with page.expect_event("domcontentloaded"):
        page.get_by_role("button", name="Homologar").dblclick()
    page.wait_for_load_state()
    walker.look()
    walker.sees("homologada.")


def reads_it_without_entering(walker: Walker) -> None:
    walker.unfold_rail()
    walker.sees("Ninguém: o percurso foi até o fim.")
    period = walker.page.locator("h1").inner_text().removeprefix("Homologação do ")
    public = walker.page.get_by_role("link", name="Ver na consulta pública").evaluate("link => link.href")
    walker.follow(walker.page.get_by_role("link", name="E se ninguém homologar o 6º?"))
    walker.unfold_rail()
    walker.sees("quem conduz a sala")
    walker.leave()
    walker.go(str(public))
    walker.follow(walker.page.get_by_role("link", name=f"Anexo 12 do {period}"))
    walker.sees("EM VIGOR")
