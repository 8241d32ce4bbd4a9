"""In a browser: a professional asks for access to the CADSUS, the manager approves it, and the link ends it."""

from datetime import timedelta

import pytest

from accounts.models import ProfessionalLink
from cadsus.models import OperatorAccess
from config.personas import PERSONAS
from tests.clock import today
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]

PEOPLE = {persona.key.removeprefix("belohorizonte-"): persona for persona in PERSONAS if persona.ibge == "3106200"}
NEWCOMER, MANAGER, IT, RECEPTION = (PEOPLE[key] for key in ("sem-acesso", "gerente", "ti-municipal", "recepcao"))


def enter_sgop(walker: Walker, cpf: str) -> None:
    walker.go("/cadsus/entrar/")
    walker.fill("CPF", cpf)
    walker.press("Entrar")


def professional_asks(walker: Walker) -> None:
    enter_sgop(walker, NEWCOMER.cpf)
    walker.press("Cadastrar-se como operador")
    walker.press("Cadastrar")
    walker.sees("Aceite o termo de uso para se cadastrar.")
    walker.fill("CPF", NEWCOMER.cpf)
    walker.fill("CNS", str(ProfessionalLink.objects.get(person__cpf=NEWCOMER.cpf).person.cns))
    walker.page.get_by_label("Li e aceito o termo de uso do operador").check(force=True)
    walker.press("Cadastrar")
    walker.sees("Solicitação de acesso a um estabelecimento")
    walker.fill("CNES", PEOPLE["gerente-buriti"].cnes)
    walker.press("Continuar")
    walker.sees("Você não está vinculado ao CNES")
    walker.fill("CNES", NEWCOMER.cnes)
    walker.press("Continuar")
    walker.page.get_by_label("Consultador").check(force=True)
    walker.press("Solicitar")
    walker.sees("Solicitação enviada ao gerente da unidade.")
    walker.press("Solicitar máquina")
    walker.fill("CNES", NEWCOMER.cnes)
    walker.fill("Identificação da máquina", "Recepção 2")
    walker.page.get_by_label("Máquina reconhecida").check(force=True)
    walker.press("Solicitar")
    walker.sees("RECEPÇÃO 2")
    walker.go("/cadsus/web/")
    walker.sees_refusal("Acesso ainda não aprovado pelo gerente da unidade.")
    walker.leave()


def manager_approves(walker: Walker) -> None:
    enter_sgop(walker, MANAGER.cpf)
    walker.go("/cadsus/gestao/pendentes/")
    walker.sees("Acessos (1)")
    walker.press("Analisar")
    walker.sees("O que conferir")
    walker.press("Aprovar")
    walker.sees(f"Aprovado: acesso ao CADSUS como Consultador, {NEWCOMER.name}.")
    walker.go("/cadsus/gestao/pendentes/?tipo=maquinas")
    walker.press("Analisar")
    walker.press("Negar…")
    walker.fill("Motivo", "Use a da recepção.")
    walker.press("Negar")
    for address in ("realizadas", "operadores", "maquinas"):
        walker.go(f"/cadsus/gestao/{address}/")
    walker.leave()


def professional_is_in(walker: Walker) -> None:
    enter_sgop(walker, NEWCOMER.cpf)
    walker.go("/cadsus/web/")
    walker.sees("Consultador")
    walker.go("/cadsus/operador/solicitacoes/")
    walker.sees("Use a da recepção.")
    walker.leave()


def it_ends_the_link(walker: Walker) -> None:
    enter_sgop(walker, IT.cpf)
    walker.go("/cadsus/vinculos/")
    walker.press("Novo vínculo")
    walker.go(f"/cadsus/vinculos/?q={NEWCOMER.name.split()[0]}")
    walker.press("Encerrar…")
    walker.fill("Último dia", (today() - timedelta(days=1)).isoformat())
    walker.press("Encerrar vínculo")
    walker.sees("Fim do vínculo de")
    walker.leave()


def test_from_the_request_to_the_end_of_the_link(walker: Walker) -> None:
    professional_asks(walker)
    manager_approves(walker)
    professional_is_in(walker)
    it_ends_the_link(walker)
    enter_sgop(walker, NEWCOMER.cpf)
    walker.go("/cadsus/operador/solicitacoes/")
    walker.sees("SUSPENSO")
    assert OperatorAccess.objects.get(operator__person__cpf=NEWCOMER.cpf).status == "suspended"


def test_the_reception_enters_the_sisrede(walker: Walker) -> None:
    walker.go("/sisrede/entrar/")
    walker.press("Esqueceu a senha?")
    walker.go("/sisrede/entrar/")
    walker.fill("CPF", RECEPTION.cpf)
    walker.page.locator("input[type=password]").fill(RECEPTION.password)
    walker.press("Entrar")
    walker.sees("Centro de Saúde Vila Jatobá")
