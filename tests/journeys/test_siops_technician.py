"""In a browser: the secretary alters the technician's e-mail, and the technician recovers the password by it."""

import re

import pytest

from common.models import OutboxMessage
from config.personas import PERSONAS
from siops.models import Technician
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]

IN_OFFICE = [persona for persona in PERSONAS if persona.ibge == "1200401"]
SECRETARY = next(persona for persona in IN_OFFICE if persona.key.endswith("-secretaria"))
SENDER = next(persona for persona in IN_OFFICE if persona.key.endswith("-envio"))
FUND = next(persona for persona in IN_OFFICE if persona.cnpj)
NEW_EMAIL = "envio.novo@saude.riobranco.example"
NEW_PASSWORD = "Depois-do-Link-2026"


def secretary_alters_the_e_mail(walker: Walker) -> None:
    walker.enter_by_virtual_token(SECRETARY.cpf, SECRETARY.pin)
    walker.go("/siops/gestores/")
    walker.press("ALTERAR")
    walker.fill("E-mail", NEW_EMAIL)
    walker.press("ALTERAR")
    walker.sees("Cadastro alterado.")
    walker.leave()


def enter(walker: Walker, password: str) -> None:
    walker.go("/siops/entrar/")
    walker.fill("Login (Digite seu CPF)", SENDER.cpf)
    walker.fill("Digite sua senha", password)
    walker.press("Entrar")


def link_in_the_mailbox(email: str) -> str:
    """The address in the newest message; who has no session yet reads it in the own mailbox."""
    message = OutboxMessage.objects.filter(to_email=email, body__contains="/entrar/senha/").latest("pk")
    found = re.search(r"http\S+/entrar/senha/\w+/", message.body)
    assert found
    return found.group()


def technician_recovers_the_password(walker: Walker) -> str:
    walker.press("Esqueceu a senha?")
    walker.press("Enviar")
    walker.sees("Este campo é obrigatório.")
    walker.fill("CPF", SENDER.cpf)
    walker.press("Enviar")
    walker.sees("Se o CPF estiver cadastrado, as instruções foram enviadas ao e-mail do cadastro.")
    address = link_in_the_mailbox(NEW_EMAIL)
    walker.go(address)
    assert walker.page.url.endswith("/entrar/senha/nova/"), "the secret left the address bar"
    walker.fill("Nova senha", "curta")
    walker.fill("Confirme a nova senha", "curta")
    walker.press("Definir senha")
    walker.sees("muito curta")
    walker.fill("Nova senha", NEW_PASSWORD)
    walker.fill("Confirme a nova senha", NEW_PASSWORD)
    walker.press("Definir senha")
    walker.sees("Senha definida. Entre com a nova senha.")
    return address


def test_the_altered_e_mail_recovers_the_password(walker: Walker) -> None:
    enter(walker, SENDER.password)
    walker.sees("A declaração do bimestre")
    walker.leave()

    secretary_alters_the_e_mail(walker)
    enter(walker, SENDER.password.lower())
    walker.sees("CPF ou senha inválidos.")
    address = technician_recovers_the_password(walker)
    walker.fill("Login (Digite seu CPF)", SENDER.cpf)
    walker.fill("Digite sua senha", NEW_PASSWORD)
    walker.press("Entrar")
    walker.sees(NEW_EMAIL)
    walker.press("Chamados")
    walker.go("/caixa-de-saida/")
    walker.sees("Sua senha foi redefinida")
    walker.leave()

    enter(walker, SENDER.password)
    walker.sees("CPF ou senha inválidos.")
    walker.go(address)
    walker.sees("Este link não vale mais: ele dura 30 minutos")
    technician = Technician.objects.current().get(person__cpf=SENDER.cpf)
    assert (technician.email, technician.status) == (NEW_EMAIL, Technician.Status.ACTIVE)


def test_the_fund_recovers_its_password(walker: Walker) -> None:
    walker.go("/entrar/")
    walker.press("Esqueci minha senha")
    walker.sees("Gestor da Atenção Básica")
    walker.go("/entrar/fundo/")
    walker.press("Esqueci minha senha")
    walker.sees("DICON")
    walker.fill("CNPJ do FMS/FES (Matriz)", FUND.cnpj)
    walker.press("Enviar")
    walker.sees("Se o CNPJ estiver cadastrado")
    walker.go(link_in_the_mailbox(OutboxMessage.objects.latest("pk").to_email))
    walker.fill("Nova senha", NEW_PASSWORD)
    walker.fill("Confirme a nova senha", NEW_PASSWORD)
    walker.press("Definir senha")
    walker.sees("Senha definida. Entre com a nova senha.")
    walker.enter_as_fund(FUND.cnpj, NEW_PASSWORD)
    walker.sees("TOKEN PARA IMPLANTAÇÃO e-SUS APS")
