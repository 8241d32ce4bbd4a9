"""In a browser: a professional asks for access to the CADSUS, corrects what a desk needs, and the link ends it."""

from datetime import timedelta

import pytest

from accounts.models import ProfessionalLink
from cadsus.models import Citizen, OperatorAccess
from config.personas import PERSONAS
from registry.population.case_list import CASES
from registry.population.cases import Case
from tests.clock import today
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]

PEOPLE = {persona.key.removeprefix("belohorizonte-"): persona for persona in PERSONAS if persona.ibge == "3106200"}
CASES_BY_KEY = {case.key: case for case in CASES}
WITHOUT_DEFINITIVE, TWO_DEFINITIVES = CASES_BY_KEY["so-provisorio"], CASES_BY_KEY["dois-definitivos-1"]
NEWCOMER, MANAGER, IT, RECEPTION = (PEOPLE[key] for key in ("sem-acesso", "gerente", "ti-municipal", "recepcao"))
DESK = f"/sisrede/unidade/{RECEPTION.cnes}/recepcao/"


def professional_asks(walker: Walker) -> None:
    walker.go("/cadsus/entrar/")
    walker.fill("CPF", NEWCOMER.cpf)
    walker.press("Entrar")
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
    walker.page.get_by_label("Cadastrador").check(force=True)
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
    walker.enter_sgop(MANAGER.cpf)
    walker.go("/cadsus/gestao/pendentes/")
    walker.sees("Acessos (1)")
    walker.press("Analisar")
    walker.sees("O que conferir")
    walker.press("Aprovar")
    walker.sees(f"Aprovado: acesso ao CADSUS como Cadastrador, {NEWCOMER.name}.")
    walker.go("/cadsus/gestao/pendentes/?tipo=maquinas")
    walker.press("Analisar")
    walker.press("Negar…")
    walker.fill("Motivo", "Use a da recepção.")
    walker.press("Negar")
    for address in ("realizadas", "operadores", "maquinas"):
        walker.go(f"/cadsus/gestao/{address}/")
    walker.leave()


def reception_asks(walker: Walker, case: Case) -> None:
    """At the desk, by the CPF that the person brings."""
    walker.fill("Nome, CPF, CNS ou prontuário", str(case.cpf))
    walker.press("Pesquisar")
    walker.press("Conferir com o CADSUS")


def reception_confirms(walker: Walker, case: Case) -> None:
    walker.page.get_by_label("RG").check(force=True)
    walker.press("Confirmar")
    assert Citizen.objects.get(cpf=case.cpf).status == Citizen.Status.SYNCHRONIZED


def professional_corrects(walker: Walker) -> None:
    walker.enter_sgop(NEWCOMER.cpf)
    walker.go("/cadsus/web/consulta/")
    walker.sees_in_the_rail("Nome no SISRede")
    walker.page.locator("#id_cpf").fill(str(WITHOUT_DEFINITIVE.cpf))
    walker.press("Pesquisar")
    walker.press("Abrir")
    walker.press("Cartões agregados")
    walker.press("Gerar CNS definitivo")
    walker.sees("CNS definitivo gerado")
    walker.go("/cadsus/operador/solicitacoes/")
    walker.sees("Use a da recepção.")
    walker.leave()


def it_ends_the_link(walker: Walker) -> None:
    walker.enter_sgop(IT.cpf)
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
    walker.enter_sisrede(RECEPTION.cpf, RECEPTION.password, to=DESK)
    reception_asks(walker, WITHOUT_DEFINITIVE)
    walker.sees("Não há CNS definitivo para sincronizar")
    walker.leave()
    professional_corrects(walker)
    walker.enter_sisrede(RECEPTION.cpf, RECEPTION.password, to=DESK)
    reception_asks(walker, WITHOUT_DEFINITIVE)
    reception_confirms(walker, WITHOUT_DEFINITIVE)
    walker.leave()
    it_ends_the_link(walker)
    walker.enter_sgop(NEWCOMER.cpf, to="/cadsus/operador/solicitacoes/")
    walker.sees("SUSPENSO")
    assert OperatorAccess.objects.get(operator__person__cpf=NEWCOMER.cpf).status == "suspended"


def test_two_definitives_are_unified_and_synchronized(walker: Walker) -> None:
    """From the desk to the cadastrador and back, by the buttons that go on as somebody else."""
    walker.go("/sisrede/entrar/")
    walker.press("Esqueceu a senha?")
    walker.go("/sisrede/entrar/")
    walker.fill("CPF", RECEPTION.cpf)
    walker.page.locator("input[type=password]").fill(RECEPTION.password)
    walker.press("Entrar")
    walker.sees("Centro de Saúde Vila Jatobá")
    walker.go(DESK)
    reception_asks(walker, TWO_DEFINITIVES)
    walker.sees("Há dois CNS definitivos: não dá para sincronizar")
    walker.press("Continuar como")
    walker.press("Entrar")
    walker.sees_in_the_rail("Nome no SISRede")
    walker.fill("Motivo", "Conferi os documentos de ambos")
    walker.press("Confirmar unificação")
    walker.sees("Unificação realizada.")
    walker.sees_in_the_rail("Continuar como")
    walker.press("Continuar como")
    walker.page.locator("input[type=password]").fill(RECEPTION.password)
    walker.press("Entrar")
    walker.press("Conferir com o CADSUS")
    reception_confirms(walker, TWO_DEFINITIVES)


def test_the_municipal_it_turns_the_consultation_off_and_on(walker: Walker) -> None:
    it = PEOPLE["ti-municipal-sisrede"]
    walker.enter_sisrede(it.cpf, it.password, to="/sisrede/cadsus/")
    walker.press("Desabilitar consulta")
    walker.page.get_by_label("2 horas").check(force=True)
    walker.press("Desabilitar consulta")
    walker.sees("DESABILITADA")
    walker.press("Habilitar agora")
    walker.sees("Consulta habilitada de novo.")
