"""A new secretary without certificate, in a browser: registered by the head, through the etapas, to the technician."""

import pytest

from common.models import AuditEvent, OutboxMessage
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
DESK = 1280


def head_registers_the_secretary(walker: Walker) -> None:
    walker.enter_by_virtual_token(HEAD.cpf, HEAD.pin)
    steps.replace_secretary(walker, SECRETARY, former=FORMER, email="secretaria@aracatuba.example")
    walker.leave()


def secretary_finds_every_door_closed(walker: Walker) -> None:
    """Without a certificate there is no way in, but the one to the etapas."""
    walker.enter_by_virtual_token(SECRETARY.cpf, PIN)
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
    size = walker.page.viewport_size
    kind = "A3" if size and size["width"] == DESK else "A1"
    head_registers_the_secretary(walker)
    secretary_finds_every_door_closed(walker)
    secretary_is_corrected_in_the_2a_etapa(walker)
    protocol = steps.request_certificate(
        walker, SECRETARY, certifier="AC Jatobá (simulada)", point="Alameda das Jaqueiras", kind=kind
    )
    secretary_books(walker)
    puk = steps.issue_certificate(walker, AGENT, protocol, kind=kind, pin=PIN)
    steps.activate(walker, SECRETARY, protocol, kind=kind, pin=PIN)
    steps.register_technician(walker, SENDER, email="envio@aracatuba.example")
    walker.leave()

    row = CertificationRequest.objects.get(protocol=protocol)
    assert row.status == CertificationRequest.Status.ACTIVATED
    assert row.medium is not None
    assert row.medium.kind == kind
    record = HealthManager.objects.current().get(entity=row.entity, role=HealthManager.Role.SECRETARY)
    assert record.person == row.person
    assert record.is_in_office_at(now())
    technician = Technician.objects.current().get(entity=row.entity)
    assert (technician.person.cpf, technician.status) == (SENDER.cpf, Technician.Status.PASSWORD_SENT)
    told = [message.body for message in OutboxMessage.objects.all()]
    told += [f"{event.target_label}{event.details}" for event in AuditEvent.objects.all()]
    assert not [text for text in told for secret in (PIN, puk, steps.FILE_PASSWORD) if secret in text]
