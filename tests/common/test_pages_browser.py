"""The look in a real browser: no sideways scroll, no accessibility violation, keyboard and small scripts."""

import re
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from common.navigation import Link
from tests.browser import DESK, TELEPHONE, WIDTHS, in_width, look

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

PAGES = [
    *("/", "/fidelidade/", "/glossario/", "/rnds/infografico/", "/nao-existe/", "/sair/"),
    *("/galeria/?erros=1", "/admin/login/"),
]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The portal with its gallery. Nobody is signed in, so no page asks the database."""
    with override_settings(ROOT_URLCONF="tests.common.gallery"):
        server: WSGIServer = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=QuietHandler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def page(real_clock: None, browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="pt-BR", viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert problems == []
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_and_has_no_violation(page: Page, path: str) -> None:
    page.goto(path)
    assert page.evaluate("document.fonts.check('16px Rawline')")
    for width in WIDTHS:
        with in_width(page, width):
            look(page)


PAGE = '<html lang="pt-BR"><title>Prova</title><main><h1>Nota {}</h1>{}</main></html>'


def test_a_page_seen_before_is_not_judged_again_and_any_other_is(page: Page) -> None:
    page.set_content(PAGE.format(1, ""))
    look(page)
    page.evaluate("delete window.axe")
    page.set_content(PAGE.format(2, ""))
    look(page)
    assert page.evaluate("typeof axe") == "undefined"
    page.set_content(PAGE.format(2, '<img src="data:,">'))
    with pytest.raises(AssertionError, match="image-alt"):
        look(page)


@pytest.mark.parametrize(
    "covered",
    [
        pytest.param('<button>Ir</button><div style="position: fixed; inset: 0; background: #fff"></div>', id="under"),
        pytest.param('<button style="pointer-events: none">Ir</button>', id="let-through"),
        pytest.param('<a href="/" style="position: absolute; left: -999px">Ir</a>', id="off-the-screen"),
        pytest.param('<a href="/" style="clip-path: inset(50%)">Ir</a>', id="clipped-away"),
    ],
)
def test_a_control_that_cannot_be_touched_is_refused(page: Page, covered: str) -> None:
    page.set_content(PAGE.format("", covered))
    with pytest.raises(AssertionError, match="out of reach"):
        look(page)


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param('<p style="height: 300vh">Longe</p><button>Ir</button>', id="further-down"),
        pytest.param('<button disabled>Ir</button><div style="position: fixed; inset: 0"></div>', id="disabled"),
        pytest.param('<details><summary>Mais</summary><a href="/">Ir</a></details>', id="folded"),
        pytest.param(
            '<label><input type="checkbox" style="opacity: 0; pointer-events: none"> Aceito</label>', id="by-its-label"
        ),
        pytest.param(
            '<p style="width: 6em">Uma linha e <a href="/">um endereço que continua na outra</a></p>', id="over-lines"
        ),
        pytest.param(
            '<button>Atrás</button><dialog aria-label="Certeza"><button>Sim</button></dialog>', id="behind-a-question"
        ),
    ],
)
def test_what_can_be_touched_is_not_refused(page: Page, shown: str) -> None:
    page.set_content(PAGE.format("", shown))
    page.evaluate("document.querySelector('dialog')?.showModal()")
    look(page)
    assert page.evaluate("scrollY") == 0


def test_another_width_leaves_the_page_as_it_was(page: Page) -> None:
    """Focus, what is unfolded, how far it is scrolled: as before, though the other width hides and shortens."""
    style = "<style>@media (max-width: 400px) { .wide { display: none } }</style>"
    wide = '<input class="wide" aria-label="Nome"><p class="wide" style="height: 300vh">Longe</p>'
    page.set_content(PAGE.format("", f"{style}{wide}<details open><summary>Mais</summary>Texto</details>"))
    page.locator("input").fill("Ana")
    page.evaluate("scrollTo(0, 700)")
    with in_width(page, TELEPHONE):
        assert page.evaluate("[innerWidth, scrollY, document.activeElement.localName]") == [TELEPHONE, 0, "body"]
        page.evaluate("document.querySelector('details').open = false")
    found = page.evaluate("[innerWidth, scrollY, document.activeElement.value, document.querySelector('details').open]")
    assert found == [DESK, 700, "Ana", True]


GREY = "color: #aaa"


@pytest.mark.parametrize(
    ("seen", "shown"),
    [
        pytest.param("<p>Nota</p>", f'<p style="{GREY}">Nota</p>', id="another-colour"),
        pytest.param(
            f'<button disabled style="{GREY}">Ir</button>', f'<button style="{GREY}">Ir</button>', id="enabled"
        ),
        pytest.param(
            "<p>Nota</p>",
            '<div style="background: #333; height: 9em"></div><p style="position: absolute; top: 7em">Nota</p>',
            id="over-other-paint",
        ),
        pytest.param("<p>Nota</p>", '<div style="opacity: 0.3"><p>Nota</p></div>', id="faded"),
        pytest.param(
            f'<div style="clip-path: inset(50%)"><p style="{GREY}">Nota</p></div>',
            f'<div><p style="{GREY}">Nota</p></div>',
            id="no-longer-clipped",
        ),
    ],
)
def test_a_text_is_judged_where_its_contrast_may_be_another(page: Page, seen: str, shown: str) -> None:
    page.set_content(PAGE.format("", seen))
    look(page)
    page.set_content(PAGE.format("", shown))
    with pytest.raises(AssertionError, match="color-contrast"):
        look(page)


def test_the_first_tab_goes_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir para o conteúdo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_menu_of_a_telephone_opens_and_closes_by_keyboard(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    menu, button = page.locator("#menu"), page.get_by_role("button", name="Menu")
    expect(menu).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def test_without_script_the_menu_and_the_form_are_there(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/galeria/?erros=1")
    expect(page.locator("#menu")).to_be_visible()
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    expect(page.get_by_role("button", name="Mostrar senha")).to_be_hidden()
    expect(page.get_by_role("alert").get_by_text("campos a corrigir")).to_be_visible()
    context.close()


@pytest.fixture
def long_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of nine pages, the first three in a group."""
    groups = ["Grupo"] * 3 + [""] * 6
    links = [Link(f"Página {n}", f"/{n}/", False, n == 1, group) for n, group in enumerate(groups)]
    monkeypatch.setattr("common.templatetags.ensaio.menu", lambda request: links)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.usefixtures("long_menu")
def test_a_group_of_the_menu_opens_and_closes_by_keyboard(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/glossario/")
    if width < 992:
        page.get_by_role("button", name="Menu").click()
    word, inside = page.locator("#menu summary"), page.get_by_role("link", name="Página 0")
    expect(inside).to_be_hidden()
    word.focus()
    page.keyboard.press("Enter")
    expect(inside).to_be_visible()
    look(page)
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    expect(word).to_be_focused()


@pytest.mark.usefixtures("long_menu")
def test_in_one_line_a_group_closes_behind_who_leaves_it(page: Page) -> None:
    page.goto("/glossario/")
    word, inside = page.locator("#menu summary"), page.get_by_role("link", name="Página 0")
    word.click()
    expect(inside).to_be_visible()
    page.locator("h1").click()
    expect(inside).to_be_hidden()
    word.click()
    expect(inside).to_be_visible()
    page.get_by_role("link", name="Ir para o conteúdo").focus()
    expect(inside).to_be_hidden()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/galeria/?erros=1")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name=re.compile("^CPF: ")).click()
    expect(page.get_by_label("CPF", exact=False).first).to_be_focused()
    page.get_by_role("link", name=re.compile("^Período: ")).click()
    expect(page.get_by_label("Manhã")).to_be_focused()


@pytest.mark.parametrize(
    ("field", "typed", "shown"),
    [
        ("id_cpf", "52998224725", "529.982.247-25"),
        ("id_cpf", "529.982.247-25", "529.982.247-25"),
        ("id_cpf", "529982247259", "529.982.247-259"),
        ("id_cpf", "52a", "52a"),
        ("id_cnpj", "12abc34501de35", "12.ABC.345/01DE-35"),
        ("id_phone", "1133334444", "(11) 3333-4444"),
        ("id_phone", "68999991234", "(68) 99999-1234"),
    ],
)
def test_a_mask_tidies_and_never_eats_what_was_typed(page: Page, field: str, typed: str, shown: str) -> None:
    page.goto("/galeria/")
    page.locator(f"#{field}").press_sequentially(typed)
    page.keyboard.press("Tab")
    expect(page.locator(f"#{field}")).to_have_value(shown)


def test_a_mask_leaves_the_caret_alone_in_the_middle(page: Page) -> None:
    page.goto("/galeria/")
    field = page.locator("#id_cpf")
    field.press_sequentially("5298224725")
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Backspace")
    page.keyboard.type("9")
    position = field.evaluate("field => field.selectionStart")
    assert position < len(field.input_value())


def test_a_password_is_revealed_and_hidden(page: Page) -> None:
    page.goto("/galeria/")
    field, button = page.locator("#id_password"), page.get_by_role("button", name="Mostrar senha")
    field.fill("Segredo-1")
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(field).to_have_attribute("type", "password")


def test_copying_says_so(page: Page) -> None:
    page.goto("/galeria/")
    page.get_by_role("button", name="Copiar Contra-chave").click()
    expect(page.locator("#avisos")).to_have_text("Copiado.")
    assert page.evaluate("navigator.clipboard.readText()") == "7QK4-0M2X-9TRA-11CB-7QK4-0M2X-9TRA-11CB"


def test_the_text_of_any_element_can_be_copied(page: Page) -> None:
    page.goto("/galeria/")
    page.evaluate("document.querySelector('[data-copy]').dataset.copy = 'titulo'")
    page.locator("h1").evaluate("title => { title.id = 'titulo'; }")
    page.locator("[data-copy]").click()
    expect(page.locator("#avisos")).to_have_text("Copiado.")
    assert page.evaluate("navigator.clipboard.readText()") == "Solicitar credencial"


def test_the_countdown_tells_what_is_left(page: Page) -> None:
    page.goto("/galeria/")
    expect(page.locator("[data-countdown-text]")).to_have_text("(faltam 39 min)", timeout=3000)


def test_a_dangerous_button_asks_first(page: Page) -> None:
    page.goto("/galeria/")
    button = page.get_by_role("button", name="Revogar")
    button.click()
    dialog = page.get_by_role("dialog", name="Confirmar")
    expect(dialog).to_contain_text("Revogar esta credencial?")
    expect(dialog.get_by_role("button", name="Cancelar")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_role("dialog").get_by_role("button", name="Revogar").click()


def test_a_second_click_sends_nothing(page: Page) -> None:
    page.goto("/galeria/")
    page.evaluate(
        """() => {
            document.addEventListener("submit", (event) => {
                window.prevented = event.defaultPrevented;
                event.preventDefault();
            });
        }"""
    )
    button = page.get_by_role("button", name="Salvar e Continuar")
    button.click()
    assert page.evaluate("window.prevented") is False
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    assert page.evaluate("window.prevented") is True


def test_a_message_is_closed(page: Page) -> None:
    page.goto("/galeria/")
    message = page.get_by_text("Este token expira em 30 minutos.")
    page.locator(".br-message", has=message).get_by_role("button", name="Fechar mensagem").click()
    expect(message).to_have_count(0)


def test_paper_has_the_notice_and_no_buttons(page: Page) -> None:
    page.goto("/galeria/")
    page.emulate_media(media="print")
    expect(page.locator(".simulation-banner")).to_be_visible()
    expect(page.get_by_role("button", name="Salvar e Continuar")).to_be_hidden()
    expect(page.locator("#menu")).to_be_hidden()


def test_a_telephone_shows_the_step_and_opens_the_list(page: Page) -> None:
    page.goto("/galeria/")
    steps, line = page.get_by_role("list", name="Etapas da solicitação"), page.get_by_text("Etapa 3 de 5 –")
    expect(steps).to_be_visible()
    expect(line).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(line).to_have_text("Etapa 3 de 5 – Estabelecimento e filhos")
    expect(steps).to_be_hidden()
    line.focus()
    page.keyboard.press("Enter")
    expect(steps).to_be_visible()


def test_fields_side_by_side_are_in_line(page: Page) -> None:
    page.goto("/galeria/")
    place = "control => [control.getBoundingClientRect().x, control.getBoundingClientRect().y]"
    (left, top), (right, beside) = (page.locator(field).evaluate(place) for field in ("#curta", "#longa"))
    assert left < right
    assert top == beside


@pytest.mark.parametrize("control", ["#texto-longo", "#contra-chave"])
def test_a_long_text_wraps_inside_its_box(page: Page, control: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/galeria/")
    needed, given = page.locator(control).evaluate("box => [box.scrollHeight, box.clientHeight]")
    assert needed <= given
    assert given > 40
    assert page.locator(control).evaluate("box => box.scrollWidth <= box.clientWidth")


def test_an_answered_look_up_forgets_the_old_error(page: Page) -> None:
    page.goto("/galeria/?erros=1")
    left = page.locator(".error-summary li").count()
    page.evaluate(
        """() => {
            document.querySelector(".error-summary ul").insertAdjacentHTML(
                "afterbegin", '<li><a href="#curta">Senha: Este campo é obrigatório.</a></li>');
            const elt = document.getElementById("curta");
            const detail = {requestConfig: {elt}};
            document.body.dispatchEvent(new CustomEvent("htmx:afterSwap", {bubbles: true, detail}));
        }"""
    )
    expect(page.locator(".error-summary li")).to_have_count(left)
    expect(page.locator(".error-summary .message-title")).to_have_text(f"Há {left} campos a corrigir")
    expect(page.locator("#lado-a-lado .has-error, #lado-a-lado .field-errors")).to_have_count(0)
    expect(page.locator("#curta")).not_to_have_attribute("aria-invalid", "true")


def test_pages_of_a_form_are_buttons_with_the_same_words(page: Page) -> None:
    page.goto("/galeria/")
    links, buttons = (page.get_by_role("navigation", name=n) for n in ("Páginas da tabela", "Páginas com marcas"))
    assert links.get_by_role("link").all_inner_texts() == buttons.get_by_role("button").all_inner_texts()
    buttons.get_by_role("button", name="Próxima página").click()
    expect(page).to_have_url(re.compile(r"ir=5"))
