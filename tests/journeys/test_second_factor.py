"""The team enters with the second factor, shown again after 15 minutes to reset a colleague's, who enrols anew."""

import pytest

from tests.journeys.walker import Walker
from tests.sessions import grow_old

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("asks_factor", "seeded_portal"),
]


def enter(walker: Walker, login: str) -> None:
    """By the list of the demonstration, with what it fills."""
    walker.go(f"/admin/login/?persona={login}")
    walker.follow(walker.page.locator("input[type=submit]"))


def test_entry_reset_and_another_enrolment(walker: Walker) -> None:
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
