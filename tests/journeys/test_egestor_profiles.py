"""Who gives profiles and gives them back: the fund, the Gestor da AB, the programme manager, and ninety days."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from common import switches
from config.personas import PERSONAS
from tests.clock import now
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys"), pytest.mark.usefixtures("seeded_portal")]
PEOPLE = {persona.key: persona for persona in PERSONAS}
FUND, FORMER = PEOPLE["aracatuba-fundo"], PEOPLE["aracatuba-gestor-ab"]
HEAD, MANAGER = PEOPLE["aracatuba-sem-perfil"], PEOPLE["aracatuba-enfermeiro"]
INACTIVE = "está INATIVO por falta de acesso. Quem reativa:"


def fund_names_the_gestor_da_ab(walker: Walker) -> None:
    """In the place of the present one, after the question."""
    walker.enter_as_fund(FUND.login, FUND.password)
    walker.go("/e-gestor/gestor-da-ab/")
    walker.fill("CPF", HEAD.cpf)
    walker.press("Buscar")
    walker.press("Salvar")
    walker.sees(FORMER.name)
    walker.press("Substituir")
    walker.sees(HEAD.name)
    walker.leave()


def gestor_da_ab_names_the_programme_manager(walker: Walker) -> None:
    walker.enter_as_person(HEAD.key)
    walker.go("/e-gestor/usuarios/novo/")
    walker.fill("CPF", MANAGER.cpf)
    walker.press("Buscar")
    walker.page.get_by_label("Programa").select_option("implantacao_esus_aps")
    walker.page.get_by_label("Perfis de Acesso").select_option("programme_manager")
    walker.press("Adicionar perfil")
    walker.sees(MANAGER.name)
    walker.leave()


def is_refused_as_inactive(walker: Walker, key: str) -> None:
    walker.enter_as_person(key)
    walker.sees(INACTIVE)


def fund_reactivates_the_gestor_da_ab_and_nobody_else(walker: Walker) -> None:
    walker.enter_as_fund(FUND.login, FUND.password, to="/e-gestor/gestor-da-ab/")
    row = walker.page.locator("tr", has_text=HEAD.name)
    walker.follow(row.get_by_role("button", name="Reativar"))
    assert walker.page.get_by_text(MANAGER.name).count() == 0
    walker.leave()


def gestor_da_ab_reactivates_the_programme_manager(walker: Walker) -> None:
    walker.enter_as_person(HEAD.key, to="/e-gestor/usuarios/")
    walker.press(MANAGER.name)
    walker.sees("INATIVO")
    walker.press("Reativar")
    walker.sees("ATIVO")
    walker.leave()


def test_ninety_days_and_back_by_the_level_above(
    people: Callable[[], Walker], move_clock: Callable[[datetime], None]
) -> None:
    walker, start = people(), now()
    move_clock(start)
    fund_names_the_gestor_da_ab(walker)
    gestor_da_ab_names_the_programme_manager(walker)
    move_clock(start + timedelta(days=switches.now().membership_idle_days))
    for person in (HEAD, MANAGER):
        is_refused_as_inactive(walker, person.key)
    fund_reactivates_the_gestor_da_ab_and_nobody_else(walker)
    is_refused_as_inactive(walker, MANAGER.key)
    gestor_da_ab_reactivates_the_programme_manager(walker)
    walker.enter_as_person(MANAGER.key, to="/rnds/")
    walker.sees("Credenciais")
