"""In a browser, at both widths: from the written version to the receipt, its public page, and the pages around it."""

import pytest
from playwright.sync_api import Browser

from siops.models.scoped import TECHNICIAN
from tests.clock import today
from tests.declarations.sending import packed
from tests.factories import make_entity, siops
from tests.factories.declarations import make_period
from tests.in_room import let_in
from tests.journeys.walker import Walker
from tests.live import LivePortal

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
PASSWORD = "Envio-Ensaio-2026"
WIDTHS = (1280, 390)


def look(walker: Walker) -> None:
    """The present page at both widths."""
    for width in WIDTHS:
        walker.page.set_viewport_size({"width": width, "height": 900})
        walker.look()


def test_the_technician_transmits_and_anybody_checks_the_receipt(browser: Browser, live_portal: LivePortal) -> None:
    sender = siops.make_acting(TECHNICIAN, make_entity())
    sender.user.set_password(PASSWORD)
    sender.user.save()
    declaration = packed(sender, make_period(today().year - 1, 3))
    context = browser.new_context(base_url=live_portal.url, locale="pt-BR")
    let_in(context, live_portal.url)
    walker = Walker(context.new_page())
    page = walker.page

    page.goto(f"{walker.room}/siops/entrar/tecnico/")
    page.locator("input[name=cpf]").fill(sender.user.login)
    page.locator("input[type=password]").fill(PASSWORD)
    walker.turn_page(page.get_by_role("button", name="Entrar"))
    page.goto(f"{walker.room}/siops/declaracoes/{declaration.pk}/gravar/")
    walker.turn_page(page.get_by_role("link", name="Transmitir"))
    look(walker)
    page.get_by_label("Conferi os dados").check(force=True)
    walker.turn_page(page.get_by_role("button", name="Transmitir"))
    walker.sees("Falta a homologação pelo gestor do SUS.")
    look(walker)
    walker.turn_page(page.locator("main a[href*='/recibo/SIM-']"))
    walker.sees("Recibo válido")
    look(walker)
    for address in ("transmissor/", "download/", "certificado/drivers/"):
        page.goto(f"{walker.room}/siops/{address}")
        look(walker)
    assert walker.problems == []
    context.close()
