"""In a browser: the technician opens a bimestre, fills it by keyboard alone, and is led from a crítica to its cell."""

import pytest
from playwright.sync_api import expect

from config.personas import PERSONAS
from tests.clock import today
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]

SENDER = next(persona for persona in PERSONAS if persona.ibge == "1200401" and persona.key.endswith("-envio"))
BLOCK = "1.000,00\t1.000,00\t900,00\n2.000,00\t2.000,00\tmil\n"


def saved(walker: Walker) -> None:
    expect(walker.page.locator("[data-saved-at]")).to_contain_text("Salva às")


def test_the_technician_fills_by_keyboard_and_mends_what_blocks(walker: Walker) -> None:
    page = walker.page
    walker.go("/siops/entrar/")
    walker.fill("Login (Digite seu CPF)", SENDER.cpf)
    walker.fill("Digite sua senha", SENDER.password)
    walker.press("Entrar")
    # Opened already on whatever day this is: late, and it may be sent all the same.
    walker.go(f"/siops/painel/?ano={today().year - 1}")
    walker.press("Abrir declaração")
    walker.go(f"/siops/painel/?ano={today().year - 1}")
    walker.press("Continuar")

    first = page.get_by_label("Receita Resultante do IPTU, Previsão inicial")
    first.focus()
    page.evaluate("text => navigator.clipboard.writeText(text)", BLOCK)
    page.keyboard.press("Control+V")
    expect(page.locator("[data-saved-at]")).to_contain_text("1 não salvas")
    expect(page.locator(".is-wrong .cell-error")).to_have_text("Isto não é um valor em reais. Escreva como 1.234,56.")
    wrong = page.get_by_label("Receita Resultante do ITBI, Realizada até o bimestre (b)")
    wrong.fill("1500")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Receita Resultante do ISS, Realizada até o bimestre (b)")).to_be_focused()
    saved(walker)
    expect(wrong).to_have_value("1.500,00")
    expect(page.locator("[id='III:realizada']")).to_have_text("2.400,00")
    page.keyboard.press("ArrowUp")
    expect(wrong).to_be_focused()
    page.keyboard.press("Control+Z")
    expect(wrong).to_have_value("mil")
    wrong.fill("1.500,00")
    page.keyboard.press("Tab")
    saved(walker)
    walker.look()

    walker.go(page.url.replace("/receita/", "/despesa/"))
    page.get_by_label("Despesas correntes, Paga (f)").first.fill("10,00")
    page.keyboard.press("Enter")
    expect(page.locator(".is-wrong .cell-error").first).to_have_text("maior que a liquidada (0,00)")
    saved(walker)
    walker.press("Verificar críticas")
    walker.sees("ainda não pode transmitir")
    walker.press("Ir à célula")
    walker.look()
