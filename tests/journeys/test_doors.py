"""Each door of the portal by hand, as every other journey passes it without its pages; and «Sair»."""

import pytest

from accounts.personas import Persona
from config.personas import PERSONAS
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]
PEOPLE = {persona.key: persona for persona in PERSONAS}
FUND, ANALYST = PEOPLE["aracatuba-fundo"], PEOPLE["ministerio-fns"]


def sign_out(walker: Walker, who: Persona) -> None:
    walker.sees(who.name)
    walker.press("Sair")
    walker.sees("Você saiu do portal.")


def test_the_fund_a_person_and_the_team_enter_and_leave(walker: Walker) -> None:
    page = walker.page
    walker.go("/entrar/fundo/")
    walker.fill("CNPJ do FMS/FES", FUND.cnpj)
    page.locator("input[type=password]").fill(FUND.password)
    page.get_by_label("Não sou um robô").check(force=True)
    walker.press("Acessar")
    sign_out(walker, FUND)

    walker.go("/entrar/govbr/")
    page.locator("select[name=persona]").select_option("aracatuba-programa")
    walker.follow(page.locator("form[method=post] button[type=submit]").last)
    sign_out(walker, PEOPLE["aracatuba-programa"])

    walker.go("/siops/ministerio/fns/")
    page.locator("input[name=username]").fill(ANALYST.login)
    page.locator("input[name=password]").fill(ANALYST.password)
    walker.follow(page.locator("input[type=submit]"))
    assert page.url.endswith("/siops/ministerio/fns/")
    sign_out(walker, ANALYST)
