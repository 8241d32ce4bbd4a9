"""What people of several journeys do: gestores registered, the etapas of the certificate, the technician registered."""

import re
from datetime import date

from playwright.sync_api import expect

from accounts.personas import Persona
from common.models import AuditEvent, OutboxMessage
from tests.clock import today
from tests.journeys.walker import Walker

FILE_PASSWORD = "senha do arquivo 9"


def fill_manager(
    walker: Walker, person: Persona, *, position: str, email: str, act_date: date, starts_on: date
) -> None:
    """T6, but for the last day of a substitute."""
    walker.fill("CPF", person.cpf)
    walker.press("BUSCAR")
    expect(walker.page.get_by_label("Nome").first).to_have_value(person.name)
    walker.fill("E-mail institucional", email)
    walker.fill("Telefone", "1836361234")
    walker.fill("Cargo", position)
    walker.fill("Número do ato", "120/2026")
    walker.fill("Data do ato", act_date.isoformat())
    walker.fill("Início", starts_on.isoformat())


def replace_secretary(walker: Walker, person: Persona, *, former: Persona, email: str) -> None:
    """The new record overwrites the present one, after the question."""
    walker.go("/siops/gestores/cadastrar/secretario/")
    fill_manager(
        walker, person, position="Secretária Municipal de Saúde", email=email, act_date=today(), starts_on=today()
    )
    walker.press("Salvar")
    walker.sees(
        f"O novo cadastro substituirá {former.name}. "
        "O responsável pelo envio deverá ser cadastrado novamente. Confirmar?"
    )
    walker.press("Confirmar")
    walker.sees(f"{person.name} ainda não tem um certificado digital válido")


def request_certificate(walker: Walker, person: Persona, *, certifier: str, point: str, kind: str) -> str:
    """2ª etapa, with no account; returns the protocol."""
    page = walker.page
    walker.go("/siops/certificado/")
    walker.press("2ª ETAPA")
    walker.fill("CPF", person.cpf)
    walker.press("Buscar")
    page.get_by_label("Certificadora").select_option(label=certifier)
    points = page.get_by_label("Posto de atendimento")
    points.select_option(value=points.locator("option", has_text=point).get_attribute("value"))
    page.locator(f"input[name=kind][value={kind}]").check(force=True)
    walker.press("Enviar")
    walker.sees("Solicitação enviada.")
    return page.locator("h1").inner_text().removeprefix("Solicitação ").strip()


def book(walker: Walker) -> None:
    """3ª etapa, on the first day that is offered; the protocol is put aside."""
    day = walker.page.get_by_label("Data do atendimento")
    day.fill(day.get_attribute("min") or "")
    walker.press("Agendar")
    walker.sees("Atendimento agendado para")
    walker.press("Consultar outro protocolo")


def issue_certificate(walker: Walker, agent: Persona, protocol: str, *, kind: str, pin: str) -> str:
    """The certifier's staff: documents checked, PIN typed by the holder; returns the PUK that the page shows."""
    page = walker.page
    walker.enter_as_staff(agent.login, agent.password, "/siops/certificadora/")
    walker.press("Próximos dias")
    walker.sees(protocol)
    walker.press("Atender")
    walker.press("Emitir certificado")
    walker.sees("Confira todos os documentos antes de emitir.")
    for box in page.locator("input[name=documents]").all():
        box.check(force=True)
    page.locator("input[name=pin]").fill(pin)
    page.locator("input[name=repeated_pin]").fill(pin)
    if kind == "A1":
        page.locator("input[name=password]").fill(FILE_PASSWORD)
        page.locator("input[name=repeated_password]").fill(FILE_PASSWORD)
    walker.press("Emitir certificado")
    expect(page.get_by_role("heading", level=1)).to_have_text("Certificado emitido")
    puk = page.get_by_label("PUK", exact=True).input_value()
    assert re.fullmatch(r"[0-9]{8}", puk)
    walker.leave()
    return puk


def activate(walker: Walker, person: Persona, protocol: str, *, kind: str, pin: str) -> None:
    """4ª etapa: status by CPF and protocol, then the first entry."""
    walker.go("/siops/certificado/acompanhar/")
    walker.fill("CPF", person.cpf)
    walker.fill("Protocolo", protocol.lower())
    walker.press("Consultar")
    walker.sees("EMITIDO")
    if kind == "A1":
        with walker.page.expect_download() as download:
            walker.page.get_by_role("button", name="Baixar o arquivo .p12").click()
        assert download.value.suggested_filename == "certificado-e-cpf.p12"
    walker.press("Ativar (4ª etapa)")
    walker.sees("Três PINs errados bloqueiam a mídia.")
    walker.enter_by_virtual_token(person.cpf, pin)
    walker.sees("Certificado ativado.")
    expect(walker.page.get_by_role("link", name="Agora cadastre o responsável pelo envio de dados.")).to_be_visible()


def register_technician(walker: Walker, person: Persona, *, email: str) -> None:
    """Even the one who stays must be registered again."""
    walker.go("/siops/gestores/")
    walker.sees("o responsável pelo envio deve ser cadastrado novamente")
    walker.press("INCLUIR")
    walker.fill("CPF", person.cpf)
    walker.press("BUSCAR")
    expect(walker.page.get_by_label("Nome").first).to_have_value(person.name)
    walker.fill("E-mail", email)
    walker.fill("Telefone", "18990001234")
    walker.page.get_by_label("Servidor").check(force=True)
    walker.press("INCLUIR")
    walker.sees("SENHA ENVIADA")


def told_of(*secrets: str) -> list[str]:
    """What mail and audit events say of them."""
    told = [message.body for message in OutboxMessage.objects.all()]
    told += [f"{event.target_label}{event.details}" for event in AuditEvent.objects.all()]
    return [text for text in told if any(secret in text for secret in secrets)]
