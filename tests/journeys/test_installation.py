"""The 24-hour code of the fund, the contra-chave of the Gestor Técnico, and the PEC that takes it: five pages."""

import re

import pytest
from playwright.sync_api import expect

from config.personas import PERSONAS
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]
PEOPLE = {persona.key: persona for persona in PERSONAS}
FUND, TECHNICIAN = PEOPLE["aracatuba-fundo"], PEOPLE["aracatuba-tecnico"]


def code_of_the_fund(walker: Walker) -> str:
    walker.enter_as_fund(FUND.login, FUND.password)
    walker.press("INSTALAÇÃO/ATUALIZAÇÃO PEC E-SUS APS")
    walker.page.get_by_label("Gestor").select_option(label=TECHNICIAN.name)
    walker.page.get_by_label("Motivo").select_option(label="Atualização")
    walker.press("Gerar Código")
    walker.sees("Código de autenticação gerado com sucesso.")
    walker.press("Cancelar o código")
    walker.sees("O código não pode mais ser usado para gerar a contra-chave.")
    walker.press("Voltar")
    shown: str = walker.page.locator("data.code-value").inner_text()
    walker.leave()
    return shown


def open_the_pec(walker: Walker) -> None:
    walker.enter_as_person("aracatuba-pec-instalacao")
    walker.go("/pec/")
    walker.follow(walker.page.get_by_role("link", name=re.compile("Instalação")).first)


def test_from_the_code_to_the_pec(walker: Walker) -> None:
    code = code_of_the_fund(walker)
    open_the_pec(walker)
    key = walker.page.locator("#chave").input_value()
    walker.leave()

    walker.enter_as_person(TECHNICIAN.key)
    walker.go("/e-gestor/instalacao/contra-chave/")
    walker.fill("Código", code)
    walker.press("Liberar Acesso")
    walker.sees("Acesso liberado.")
    walker.fill("Chave de instalação", key)
    walker.press("Gerar contra-chave")
    walker.sees("Contra-chave gerada.")
    counter_key: str = walker.page.locator("data.code-value").inner_text()
    walker.leave()

    open_the_pec(walker)
    walker.fill("Contra-chave", counter_key)
    walker.press("Liberar instalação")
    walker.sees("Instalação liberada.")
    # The next key is another one.
    expect(walker.page.locator("#chave")).not_to_have_value(key)
