"""A new secretary without certificate, in a browser: registered by the head, through the etapas, to the technician."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from common import clock
from common.legal_time import BRASILIA
from common.models import AuditEvent, OutboxMessage
from config.personas import PERSONAS
from siops.models import CertificationRequest, HealthManager, Technician
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]

PEOPLE = {persona.key: persona for persona in PERSONAS}
HEAD, AGENT = PEOPLE["aracatuba-prefeita"], PEOPLE["certificadora"]
SECRETARY, SENDER = PEOPLE["aracatuba-gestor-ab"], PEOPLE["aracatuba-envio"]
PIN, PASSWORD = "739105", "senha do arquivo 9"
DESK = 1280


def head_registers_the_secretary(walker: Walker) -> None:
    """The new record overwrites the present one, after the question."""
    today = datetime.now(BRASILIA).date().isoformat()
    walker.enter_by_virtual_token(HEAD.cpf, HEAD.pin)
    walker.go("/siops/gestores/cadastrar/secretario/")
    walker.fill("CPF", SECRETARY.cpf)
    walker.fill("Nome", SECRETARY.name)
    walker.fill("E-mail institucional", "secretaria@aracatuba.example")
    walker.fill("Telefone", "1836361234")
    walker.fill("Cargo", "Secretária Municipal de Saúde")
    walker.fill("Número do ato", "120/2026")
    walker.fill("Data do ato", today)
    walker.fill("Início", today)
    walker.press("Salvar")
    walker.sees("O novo cadastro substituirá")
    walker.press("Confirmar")
    walker.sees(SECRETARY.name)
    walker.leave()


def secretary_finds_every_door_closed(walker: Walker) -> None:
    """Without a certificate there is no way in, but the one to the etapas."""
    walker.enter_by_virtual_token(SECRETARY.cpf, PIN)
    walker.sees("PIN incorreto.")


def secretary_asks_for_the_certificate(walker: Walker, kind: str) -> str:
    """2ª and 3ª etapas, with no account; returns the protocol."""
    page = walker.page
    walker.go("/siops/certificado/")
    walker.press("2ª ETAPA")
    walker.fill("CPF", SENDER.cpf)
    walker.press("BUSCAR")
    walker.sees("CPF não localizado entre os chefes do Poder Executivo ou gestores cadastrados.")
    walker.fill("CPF", SECRETARY.cpf)
    walker.press("BUSCAR")
    walker.sees("Município: Araçatuba")
    walker.press("Enviar")
    walker.sees("Selecione a certificadora e o posto de atendimento.")
    page.get_by_label("Certificadora").select_option(label="AC Jatobá (simulada)")
    posto = page.get_by_label("Posto de atendimento")
    posto.select_option(value=posto.locator("option", has_text="Alameda das Jaqueiras").get_attribute("value"))
    page.locator(f"input[name=kind][value={kind}]").check(force=True)
    walker.press("Enviar")
    walker.sees("Solicitação enviada.")
    protocol = page.locator("h1").inner_text().removeprefix("Solicitação ").strip()
    walker.press("Agendar (3ª etapa)")
    day = page.get_by_label("Data do atendimento")
    first = day.get_attribute("min")
    day.fill(datetime.now(BRASILIA).date().isoformat())
    walker.press("Agendar")
    walker.sees("A data do agendamento deve ser um dia útil futuro.")
    day.fill(first or "")
    walker.press("Agendar")
    walker.sees("Atendimento agendado para")
    walker.press("Consultar outro protocolo")
    return protocol


def certifier_issues(walker: Walker, protocol: str, kind: str) -> str:
    """Documents checked, PIN typed by the holder; returns the PUK that the page shows."""
    page = walker.page
    walker.enter_as_staff(AGENT.login, AGENT.password, "/siops/certificadora/")
    walker.press("Próximos dias")
    walker.sees(protocol)
    walker.press("Atender")
    walker.press("Emitir certificado")
    walker.sees("Confira todos os documentos antes de emitir.")
    for box in page.locator("input[name=documents]").all():
        box.check(force=True)
    page.locator("input[name=pin]").fill(PIN)
    page.locator("input[name=repeated_pin]").fill(PIN)
    if kind == "A1":
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=repeated_password]").fill(PASSWORD)
    walker.press("Emitir certificado")
    expect(page.get_by_role("heading", level=1)).to_have_text("Certificado emitido")
    puk = page.get_by_label("PUK", exact=True).input_value()
    assert re.fullmatch(r"[0-9]{8}", puk)
    walker.leave()
    return puk


def secretary_activates(walker: Walker, protocol: str, kind: str) -> None:
    """4ª etapa: status by CPF and protocol, then the first entry."""
    walker.go("/siops/certificado/acompanhar/")
    walker.fill("CPF", SECRETARY.cpf)
    walker.fill("Protocolo", protocol.lower())
    walker.press("Consultar")
    walker.sees("EMITIDO")
    if kind == "A1":
        with walker.page.expect_download() as download:
            walker.page.get_by_role("button", name="Baixar o arquivo .p12").click()
        assert download.value.suggested_filename == "certificado-e-cpf.p12"
    walker.press("Ativar (4ª etapa)")
    walker.sees("Três PINs errados bloqueiam a mídia.")
    walker.enter_by_virtual_token(SECRETARY.cpf, PIN)
    walker.sees("Araçatuba")


def secretary_registers_the_technician(walker: Walker) -> None:
    """Even the one who stays must be registered again."""
    walker.go("/siops/gestores/")
    walker.sees("o responsável pelo envio deve ser cadastrado novamente")
    walker.press("INCLUIR")
    walker.fill("CPF", SENDER.cpf)
    walker.fill("Nome", SENDER.name)
    walker.fill("E-mail", "envio@aracatuba.example")
    walker.fill("Telefone", "18990001234")
    walker.page.get_by_label("Servidor").check(force=True)
    walker.press("INCLUIR")
    walker.sees("SENHA ENVIADA")
    walker.leave()


def test_from_the_registration_to_the_technician(walker: Walker) -> None:
    size = walker.page.viewport_size
    kind = "A3" if size and size["width"] == DESK else "A1"
    head_registers_the_secretary(walker)
    secretary_finds_every_door_closed(walker)
    protocol = secretary_asks_for_the_certificate(walker, kind)
    puk = certifier_issues(walker, protocol, kind)
    secretary_activates(walker, protocol, kind)
    secretary_registers_the_technician(walker)

    row = CertificationRequest.objects.get(protocol=protocol)
    assert row.status == CertificationRequest.Status.ACTIVATED
    assert row.medium is not None
    assert row.medium.kind == kind
    record = HealthManager.objects.current().get(entity=row.entity, role=HealthManager.Role.SECRETARY)
    assert record.person == row.person
    assert record.is_in_office_at(clock.now())
    technician = Technician.objects.current().get(entity=row.entity)
    assert (technician.person.cpf, technician.status) == (SENDER.cpf, Technician.Status.PASSWORD_SENT)
    told = [message.body for message in OutboxMessage.objects.all()]
    told += [f"{event.target_label}{event.details}" for event in AuditEvent.objects.all()]
    assert not [text for text in told for secret in (PIN, puk, PASSWORD) if secret in text]
