"""In a browser: the technician opens a bimestre, fills it by keyboard alone, and brings a spreadsheet; is led from a
crítica to its cell, mends it, and validates the file without the portal."""

import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, expect

from config.personas import PERSONAS
from declarations import validate
from declarations.models import ReportingPeriod
from tests.clock import today
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]

SENDER = next(persona for persona in PERSONAS if persona.ibge == "1200401" and persona.key.endswith("-envio"))
# A million cells, each a formula, dropped on the first one.
HUGE = """input => {
    const data = new DataTransfer();
    const line = Array(1000).fill("=SOMA(A1:A9)").join("\\t");
    data.setData("text/plain", Array(1000).fill(line).join("\\n"));
    input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
BLOCK = "1.000,00\t1.000,00\t900,00\n2.000,00\t2.000,00\tmil\n"


def enter(walker: Walker) -> None:
    walker.go("/siops/entrar/")
    walker.fill("Login (Digite seu CPF)", SENDER.cpf)
    walker.fill("Digite sua senha", SENDER.password)
    walker.press("Entrar")


def saved(walker: Walker) -> None:
    expect(walker.page.locator("[data-saved-at]")).to_contain_text("Salva às")


def late_year() -> int:
    """Of the bimestre that Rio Branco has not begun: over on whatever day this is, and it may be sent all the same."""
    over = ReportingPeriod.objects.filter(closes_on__lt=today()).last()
    assert over
    return over.year


def spreadsheet() -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (["Receita", "Previsão inicial", "Realizado"], ["ISS", 3000, 2500.5], ["Total", 3000, "=C2"]):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def downloaded(walker: Walker, link: str, folder: Path) -> Path:
    with walker.page.expect_download() as waiting:
        walker.page.get_by_role("link", name=link).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_the_technician_fills_by_keyboard_and_mends_what_blocks(
    walker: Walker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = walker.page
    enter(walker)
    walker.go(f"/siops/painel/?ano={late_year()}")
    walker.press("Abrir declaração")
    walker.go(f"/siops/painel/?ano={late_year()}")
    walker.press("Continuar")
    declaration = page.url.partition("/pasta/")[0]

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
    for key, column in (("ArrowLeft", "Previsão atualizada (a)"), ("ArrowRight", "Realizada até o bimestre (b)")):
        page.keyboard.press("Home" if key == "ArrowLeft" else "End")
        page.keyboard.press(key)
        expect(page.get_by_label(f"Receita Resultante do ITBI, {column}")).to_be_focused()
    page.keyboard.press("Control+Z")
    expect(wrong).to_have_value("mil")
    wrong.fill("1.500,00")
    page.keyboard.press("Tab")
    saved(walker)
    walker.look()

    takes_what_fits_of_a_million_formulas(walker, first)
    is_told_what_another_tab_saved(walker, first)
    keeps_what_was_not_confirmed(walker)
    goes_on_after_a_session_that_ended(walker)
    brings_a_spreadsheet(walker)
    mends_and_validates(walker, declaration, tmp_path)
    told = json.loads(capsys.readouterr().out)
    assert (told["pode_transmitir"], told["so_o_portal_confere"]) == (True, [])


def takes_what_fits_of_a_million_formulas(walker: Walker, first: Locator) -> None:
    """None of them is an amount: each cell says so, no total changes, and they can be undone."""
    page = walker.page
    first.focus()
    first.evaluate(HUGE)
    expect(page.locator("[data-saved-at]")).to_contain_text("30 não salvas")
    expect(page.locator("[aria-live]").filter(has_text="O que não coube na grade ficou de fora.")).to_be_attached()
    expect(page.locator("[id='III:realizada']")).to_have_text("2.400,00")
    page.keyboard.press("Control+Z")
    saved(walker)
    expect(first).to_have_value("1.000,00")


def is_told_what_another_tab_saved(walker: Walker, first: Locator) -> None:
    """Both tabs have the cell as it was; the second to save is told, and does not write over the first."""
    page = walker.page
    other = page.context.new_page()
    other.goto(page.url)
    there = other.get_by_label("Receita Resultante do IPTU, Previsão inicial")
    for field, text in ((first, "1.111,00"), (there, "1.222,00")):
        field.fill(text)
        field.press("Tab")
        expect(field.page.locator("[data-saved-at]")).to_contain_text("alva")
        expect(field.page.locator(".is-waiting")).to_have_count(0)
    expect(there.locator("xpath=ancestor::td").locator(".cell-error")).to_contain_text("gravou 1.111,00 às")
    other.close()


def keeps_what_was_not_confirmed(walker: Walker) -> None:
    """The server dies, the page is loaded again: what it has not confirmed is still there, and is sent."""
    page = walker.page
    wrong = page.get_by_label("Receita Resultante do ITBI, Realizada até o bimestre (b)")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/celulas/", lambda route: route.abort())
    wrong.fill("1.777,00")
    page.keyboard.press("Tab")
    expect(page.locator("[data-saved-at]")).to_contain_text("Sem resposta do servidor")
    # The page adds up by itself meanwhile.
    expect(page.locator("[id='III:realizada']")).to_have_text("2.677,00")
    page.reload()
    walker.problems = [each for each in walker.problems if "ERR_FAILED" not in each]
    expect(wrong).to_have_value("1.777,00")
    # Nothing of whoever was in this tab before.
    page.evaluate(
        "sessionStorage.setItem('ensaio-grade:outra', JSON.stringify([['receitas/ISS/realizada', '9,00', '']]))"
    )
    page.unroute("**/celulas/")
    page.reload()
    expect(page.locator("[id='III:realizada']")).to_have_text("2.677,00")
    # That total is the page's own: the server has it all when nothing waits.
    expect(page.locator(".is-waiting")).to_have_count(0)
    expect(wrong).to_have_value("1.777,00")
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('ensaio-grade:'))") == []
    walker.problems = [each for each in walker.problems if "ERR_FAILED" not in each]


def goes_on_after_a_session_that_ended(walker: Walker) -> None:
    """Who enters again in another tab finds the cell saved: the page waited, and took the new session's token."""
    page = walker.page
    wrong = page.get_by_label("Receita Resultante do ITBI, Realizada até o bimestre (b)")
    page.context.clear_cookies(name=re.compile("sessionid$"))
    wrong.fill("1.888,00")
    page.keyboard.press("Tab")
    expect(page.locator("[data-saved-at]")).to_contain_text("Entre de novo em outra aba")
    other = Walker(page.context.new_page(), walker.room)
    enter(other)
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(walker)
    expect(page.locator(".is-waiting")).to_have_count(0)
    other.page.close()
    walker.problems = [each for each in walker.problems if "403" not in each]


def brings_a_spreadsheet(walker: Walker) -> None:
    page = walker.page
    walker.press("Importar ou exemplo")
    page.set_input_files("input[type=file]", {"name": "receita.xlsx", "mimeType": "", "buffer": spreadsheet()})
    walker.press("Ver o que muda")
    page.get_by_label("Realizada até o bimestre (b)").select_option(label="C: Realizado")
    walker.press("Ver o que muda")
    walker.sees("2.500,50")
    walker.press("Confirmar")
    walker.sees("Dados trazidos")


def mends_and_validates(walker: Walker, declaration: str, folder: Path) -> None:
    page = walker.page
    walker.go(f"{declaration}/pasta/despesa/")
    page.get_by_label("Despesas correntes, Paga (f)").first.fill("10,00")
    # While it is typed, and as the server says it afterwards.
    expect(page.locator(".is-wrong .cell-error").first).to_have_text("maior que a liquidada (0,00)")
    expect(page.locator("[id='IV:paga']")).to_have_text("10,00")
    page.keyboard.press("Enter")
    saved(walker)
    expect(page.locator(".is-wrong .cell-error").first).to_have_text("maior que a liquidada (0,00)")
    # Which crítica of the folder is the first depends on what the bimestre before had: it leads to its cell.
    walker.follow(page.locator("dl.counters a"))
    expect(page).to_have_url(re.compile(r"/pasta/despesa/\?fonte=2#301\.C\.2:\w+$"))
    anchor = page.url.partition("#")[2]
    assert page.evaluate("(id) => document.getElementById(id).contains(document.activeElement)", anchor)
    # That of the cell just typed is there, itself a cause or following from what the bimestre before had.
    walker.press("Verificar críticas")
    walker.sees("Atenção Básica (IV), despesas correntes: pago (10,00) maior que liquidado (0,00).")

    walker.go(f"{declaration}/exemplo/coerente/")
    walker.press("Confirmar")
    walker.go(f"{declaration}/pasta/despesa/")
    paid = page.get_by_label("Despesas correntes, Paga (f)").first
    right = paid.input_value()
    paid.fill("99.999.999.999,00")
    page.keyboard.press("Enter")
    saved(walker)
    walker.press("Verificar críticas")
    walker.sees("1 impeditiva")
    walker.press("Ir à célula")
    expect(paid).to_be_focused()
    paid.fill(right)
    page.keyboard.press("Enter")
    saved(walker)
    walker.press("Verificar críticas")
    walker.sees("0 impeditivas")
    walker.press("Gravar arquivo")
    page.get_by_label("Conferi os dados").check(force=True)
    walker.press("Gravar arquivo")
    file = downloaded(walker, "Baixar o arquivo", folder)
    known = downloaded(walker, "Baixar o contexto", folder)
    assert validate.main([str(file), "--context", str(known), "--json"]) == 0
