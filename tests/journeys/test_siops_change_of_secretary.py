"""The secretary is replaced, in a browser: the technician is refused until the new secretary registers them again."""

from collections.abc import Callable

import pytest

from config.personas import PERSONAS
from siops.models import CertificationRequest, HealthManager, Technician
from siops.services import technician_access
from tests.journeys import steps
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

PEOPLE = {persona.key: persona for persona in PERSONAS}
HEAD, AGENT = PEOPLE["riobranco-prefeito"], PEOPLE["certificadora"]
FORMER, SENDER = PEOPLE["riobranco-secretaria"], PEOPLE["riobranco-envio"]
NEW = PEOPLE["riobranco-gestor-ab"]
PIN, PASSWORD = "518372", "Depois-da-Troca-2026"


def enter_by_password(technician: Walker, password: str) -> None:
    technician.go("/siops/entrar/")
    technician.fill("Login (Digite seu CPF)", SENDER.cpf)
    technician.fill("Digite sua senha", password)
    technician.press("Entrar")


def new_secretary_gets_a_certificate(secretary: Walker, agent: Walker) -> None:
    """Etapas 2 to 4, for an A3."""
    protocol = steps.request_certificate(
        secretary, NEW, certifier="AC Jatobá (simulada)", point="Praça das Samaúmas", kind="A3"
    )
    secretary.press("Agendar (3ª etapa)")
    steps.book(secretary)
    puk = steps.issue_certificate(agent, AGENT, protocol, kind="A3", pin=PIN)
    steps.activate(secretary, NEW, protocol, kind="A3", pin=PIN)
    row = CertificationRequest.objects.get(protocol=protocol)
    assert row.status == CertificationRequest.Status.ACTIVATED
    assert row.medium is not None
    assert row.medium.kind == "A3"
    assert steps.told_of(PIN, puk) == []


def technician_sets_a_password(technician: Walker) -> None:
    """By the link in the newest message of the own mailbox."""
    technician.go("/caixa-de-correio/")
    technician.fill("Endereço de e-mail", SENDER.email)
    technician.press("Abrir a caixa")
    technician.follow(technician.page.locator("article").first.locator("a[href*='/entrar/senha/']"))
    technician.fill("Nova senha", PASSWORD)
    technician.fill("Confirme a nova senha", PASSWORD)
    technician.press("Definir senha")
    technician.sees("Senha definida. Entre com a nova senha.")


def test_the_technician_is_refused_until_registered_again(people: Callable[[], Walker]) -> None:
    technician, head, former, secretary = people(), people(), people(), people()
    enter_by_password(technician, SENDER.password)
    technician.sees(SENDER.email)
    former.enter_by_virtual_token(FORMER.cpf, FORMER.pin)

    head.enter_by_virtual_token(HEAD.cpf, HEAD.pin)
    steps.replace_secretary(head, NEW, former=FORMER, email="gabinete@saude.riobranco.example")

    technician.press("Chamados")
    technician.sees("Você não responde mais por este ente neste papel. Entre novamente.")
    enter_by_password(technician, SENDER.password)
    technician.sees(technician_access.TO_REGISTER_AGAIN)
    former.go("/siops/gestores/")
    former.sees("Você não responde mais por este ente neste papel. Entre novamente.")
    former.try_virtual_token(FORMER.cpf, FORMER.pin)
    former.sees_refusal("Seu cadastro por Rio Branco/AC foi encerrado em")

    new_secretary_gets_a_certificate(secretary, people())
    enter_by_password(technician, SENDER.password)
    technician.sees(technician_access.TO_REGISTER_AGAIN)
    steps.register_technician(secretary, SENDER, email=SENDER.email)

    enter_by_password(technician, SENDER.password)
    technician.sees(technician_access.FIRST_SET_ANOTHER)
    technician_sets_a_password(technician)
    enter_by_password(technician, PASSWORD)
    technician.sees(SENDER.email)
    secretary.go("/siops/gestores/")
    secretary.sees("ATIVO")

    record = Technician.objects.current().get(person__cpf=SENDER.cpf)
    assert (record.status, record.secretary.person.cpf) == (Technician.Status.ACTIVE, NEW.cpf)
    assert record.secretary.role == HealthManager.Role.SECRETARY
    closed = Technician.objects.exclude(pk=record.pk).get(person__cpf=SENDER.cpf)
    assert (closed.status, closed.secretary.person.cpf) == (Technician.Status.SUBSTITUTED, FORMER.cpf)
