"""A new secretary without certificate, in a browser: registered by the head, through the etapas, to the technician.

With an A1 in a file; the A3 is that of the new secretary in `test_siops_change_of_secretary`.
"""

import pytest

from config.personas import PERSONAS
from siops.models import CertificationRequest, HealthManager, Technician
from tests.clock import now, today
from tests.journeys import steps
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]

PEOPLE = {persona.key: persona for persona in PERSONAS}
HEAD, AGENT, FORMER = PEOPLE["aracatuba-prefeita"], PEOPLE["certificadora"], PEOPLE["aracatuba-secretario"]
SECRETARY, SENDER = PEOPLE["aracatuba-gestor-ab"], PEOPLE["aracatuba-envio"]
PIN = "739105"


def head_registers_the_secretary(walker: Walker) -> None:
    walker.enter_by_virtual_token(HEAD.cpf, HEAD.pin)
    steps.replace_secretary(walker, SECRETARY, former=FORMER, email="secretaria@aracatuba.example")
    walker.leave()


def secretary_finds_every_door_closed(walker: Walker) -> None:
    """Without a certificate there is no way in, but the one to the etapas."""
    walker.try_virtual_token(SECRETARY.cpf, PIN)
    walker.sees("PIN incorreto.")


def secretary_is_corrected_in_the_2a_etapa(walker: Walker) -> None:
    walker.go("/siops/certificado/")
    walker.press("2ª ETAPA")
    walker.fill("CPF", SENDER.cpf)
    walker.press("Buscar")
    walker.sees("CPF não localizado entre os chefes do Poder Executivo ou gestores cadastrados.")
    walker.fill("CPF", SECRETARY.cpf)
    walker.press("Buscar")
    walker.sees("Município: Araçatuba")
    walker.press("Enviar")
    walker.sees("Selecione a certificadora e o posto de atendimento.")


def secretary_books(walker: Walker) -> None:
    """Not for today."""
    walker.press("Agendar (3ª etapa)")
    walker.page.get_by_label("Data do atendimento").fill(today().isoformat())
    walker.press("Agendar")
    walker.sees("A data do agendamento deve ser um dia útil futuro.")
    steps.book(walker)


def test_from_the_registration_to_the_technician(walker: Walker) -> None:
    head_registers_the_secretary(walker)
    secretary_finds_every_door_closed(walker)
    secretary_is_corrected_in_the_2a_etapa(walker)
    protocol = steps.request_certificate(
        walker, SECRETARY, certifier="AC Jatobá (simulada)", point="Alameda das Jaqueiras", kind="A1"
    )
    secretary_books(walker)
    puk = steps.issue_certificate(walker, AGENT, protocol, kind="A1", pin=PIN)
    steps.activate(walker, SECRETARY, protocol, kind="A1", pin=PIN)
    steps.register_technician(walker, SENDER, email="envio@aracatuba.example")
    walker.leave()

    row = CertificationRequest.objects.get(protocol=protocol)
    assert row.status == CertificationRequest.Status.ACTIVATED
    assert row.medium is not None
    assert row.medium.kind == "A1"
    record = HealthManager.objects.current().get(entity=row.entity, role=HealthManager.Role.SECRETARY)
    assert record.person == row.person
    assert record.is_in_office_at(now())
    technician = Technician.objects.current().get(entity=row.entity)
    assert (technician.person.cpf, technician.status) == (SENDER.cpf, Technician.Status.PASSWORD_SENT)
    assert steps.told_of(PIN, puk, steps.FILE_PASSWORD) == []
