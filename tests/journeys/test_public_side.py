"""In a browser, without entering: from the home page to the Anexo 12 of a município, by keyboard on the map."""

import pytest
from playwright.sync_api import expect

from declarations.models import Declaration
from territory.models import Entity
from tests.clock import today
from tests.factories.declarations import make_declaration, make_period
from tests.journeys.walker import Walker
from tests.live import LivePortal

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
YEAR = today().year - 1


@pytest.fixture
def homologated(seeded_portal: LivePortal) -> LivePortal:
    """Rio Branco has homologated the 4º bimestre of last year, and corrected it."""
    entity = Entity.objects.get(municipality="1200401")
    Declaration.objects.filter(entity=entity, period__year=YEAR).delete()
    fourth = make_period(YEAR, 4)
    make_declaration(entity, fourth, status="rectified", version=1, tables={})
    make_declaration(entity, fourth, status="homologated", version=2, percent=1711)
    return seeded_portal


@pytest.mark.usefixtures("homologated")
def test_anybody_reads_what_was_homologated(walker: Walker) -> None:
    page = walker.page
    walker.go("/")
    walker.follow(page.get_by_role("link", name="Consulta pública do SIOPS"))
    page.locator("#ano").select_option(str(YEAR))
    page.locator("#bimestre").select_option("4")
    walker.press("Mostrar")
    tile = page.locator("[data-uf=AC] a")
    expect(tile).to_contain_text("Acre: 1 de")
    tile.focus()
    with page.expect_event("domcontentloaded"):
        page.keyboard.press("Enter")
    page.wait_for_load_state()
    walker.look()
    walker.fill("Buscar município, sem ou com acento", "rio bra")
    walker.press("Pesquisar")
    walker.sees("Homologado (retificado em")
    walker.press("Quadro")
    walker.follow(page.locator(".delivery-tile", has_text="Rio Branco"))
    walker.follow(page.get_by_role("link", name=f"Anexo 12 do 4º bimestre de {YEAR}"))
    walker.sees("EM VIGOR")
    walker.press("Versão 1")
    walker.sees("Esta versão foi corrigida")
    walker.press("Ver a versão em vigor")
    walker.press(f"Indicadores de {YEAR}")
    page.get_by_text("Tabela", exact=True).first.click()
    expect(page.locator("svg.chart").first).to_be_visible()
    walker.look()
    walker.go("/siops/consulta/sancoes/")
    assert [cookie for cookie in page.context.cookies() if "session" in str(cookie.get("name"))] == []
