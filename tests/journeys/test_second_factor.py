"""The team enters with the second factor, shown again after 15 minutes to reset a colleague's, who enrols anew."""

import pytest
from playwright.sync_api import Browser

from tests.in_room import let_in
from tests.journeys.walker import Walker
from tests.live import LivePortal
from tests.sessions import grow_old

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("asks_factor"),
]


def enter(walker: Walker, login: str) -> None:
    """By the list of the demonstration, with what it fills."""
    walker.go(f"/admin/login/?persona={login}")
    walker.follow(walker.page.locator("input[type=submit]"))


def test_entry_reset_and_another_enrolment(browser: Browser, seeded_portal: LivePortal) -> None:
    for width in (1280, 390):
        context = browser.new_context(
            base_url=seeded_portal.url, locale="pt-BR", viewport={"width": width, "height": 900}
        )
        let_in(context, seeded_portal.url)
        walker = Walker(context.new_page())
        enter(walker, "ministerio-administrador")
        walker.sees("Ninguém precisa de telefone")
        walker.press("Confirmar")
        walker.go("/equipe/")
        grow_old()
        walker.press("Zerar o segundo fator de Hermínia Duarte Pau-Ferro")
        walker.sees("Confirme de novo o segundo fator e repita a ação.")
        walker.press("Confirmar")
        walker.press("Zerar o segundo fator de Hermínia Duarte Pau-Ferro")
        walker.sees("cadastra outro segundo fator na próxima entrada")
        walker.leave()

        enter(walker, "ministerio-siops")
        walker.sees("aponte um aplicativo autenticador")
        walker.press("Cadastrar")
        walker.sees("não aparecem de novo")
        walker.look()
        walker.press("Continuar")
        walker.sees("Chamados dos entes")
        assert walker.problems == []
        context.close()
