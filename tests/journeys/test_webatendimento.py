"""A chamado of the Gerencia APS, and the day of the SAPS at its desk: queue, assume, give back, next, answer."""

import pytest

from config.personas import PERSONAS
from territory.models import Entity
from tests.factories.tickets import make_ticket
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]
SAPS = next(persona for persona in PERSONAS if persona.key == "ministerio-saps")


def write(walker: Walker, text: str) -> None:
    walker.page.locator("textarea").fill(text)


def test_asked_answered_and_reopened(walker: Walker) -> None:
    make_ticket(Entity.objects.get(municipality="1200401"), subject="Perfil inativo")
    walker.enter_as_person("bahia-gerencia")
    walker.press("GERENCIA APS")
    walker.press("Abrir chamado")
    walker.fill("Assunto", "Termo em branco")
    walker.press("Abrir chamado")
    walker.sees("Há 1 campo a corrigir")
    write(walker, "O termo fica em branco depois de «Aceitar».")
    walker.press("Abrir chamado")
    walker.sees("Prazo de 72 horas")
    walker.leave()

    walker.enter_as_staff(SAPS.login, SAPS.password, "/ministerio/filas/chamados-egestor/")
    walker.press("Próximo da fila")
    walker.sees("Perfil inativo")
    walker.press("Devolver à fila")
    walker.sees("O item voltou à fila.")
    walker.go("/e-gestor/saps/chamados/")
    walker.press("Chamado nº")
    write(walker, "O perfil se reativa pelo Gestor da AB.")
    walker.press("Responder")
    walker.go("/ministerio/filas/chamados-egestor/")
    walker.press("Próximo da fila")
    walker.sees("Termo em branco")
    write(walker, "Limpe os dados do navegador e tente outra vez.")
    walker.press("Responder")
    walker.sees("respondido.")
    walker.leave()

    walker.enter_as_person("bahia-gerencia", to="/e-gestor/chamados/")
    walker.press("Chamado nº")
    walker.sees("Limpe os dados do navegador")
    walker.press("Reabrir")
    write(walker, "Continua em branco aqui.")
    walker.press("Reabrir chamado")
    walker.sees("REABERTO")
