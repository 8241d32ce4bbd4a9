"""The change of dirigente at the FNS/SECON in a browser: Anexo I signed, returned once, corrected and approved."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from common.models import OutboxMessage
from config.personas import PERSONAS
from siops.models import Attachment, FundUpdate
from tests.journeys.walker import Walker
from tests.live import LivePortal
from tests.siops import papers

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

PEOPLE = {persona.key: persona for persona in PERSONAS}
SECRETARY, CHECKER = PEOPLE["riobranco-secretaria"], PEOPLE["ministerio-fns"]
COORDINATION = PEOPLE["ministerio-siops"]
REASON = "O ofício não traz o CNPJ da entidade."


def confirm(walker: Walker, name: str) -> None:
    """Press a button that asks first, and say yes."""
    walker.page.get_by_role("button", name=name).first.click()
    walker.follow(walker.page.get_by_role("dialog").get_by_role("button", name=name))


def write(walker: Walker, message: str) -> None:
    """The field, and not the button that closes a message."""
    walker.page.get_by_role("textbox", name="Mensagem").fill(message)


def fill_the_form(walker: Walker) -> None:
    walker.fill("E-mail institucional", "saude.riobranco@gmail.com")
    walker.fill("CEP", "69900-901")
    walker.fill("Endereço", "Rua do Ensaio, 100")
    walker.fill("Documento de identidade", "123456 SSP/AC")
    walker.press("Salvar")
    walker.sees("gmail.com é um provedor público")
    walker.fill("E-mail institucional", "gabinete@riobranco.ensaio.example")
    walker.press("Salvar")
    walker.sees("Anexo I salvo.")


def sign_in_the_portal(walker: Walker) -> None:
    """Anexo I, by the key of the virtual token: no sheet to print, sign and scan."""
    walker.press("Assinar Anexo I no portal")
    walker.fill("PIN", SECRETARY.pin)
    walker.press("Assinar o Anexo I")
    walker.sees("Anexo I assinado e anexado.")


def attach_everything(walker: Walker, folder: Path) -> None:
    disguised = folder / "oficio.pdf"
    disguised.write_bytes(papers.EXE)
    walker.press("Anexar documentos")
    walker.page.locator("input[type=file]").set_input_files(disguised)
    walker.press("Anexar")
    walker.sees("Tipo de arquivo não aceito")
    for kind in Attachment.FOR_FUND_UPDATE[1:]:
        paper = folder / f"{kind.value}.pdf"
        paper.write_bytes(papers.pdf(kind.label))
        expect(walker.page.get_by_label("Documento", exact=False).first).to_have_value(kind.value)
        walker.page.locator("input[type=file]").set_input_files(paper)
        # The same page five times over: one look, before the loop, is enough.
        walker.turn_page(walker.page.get_by_role("button", name="Anexar"))
        walker.sees(f"Documento anexado: {kind.label}.")
    walker.look()


def check(walker: Walker) -> None:
    """The analyst opens what was sent and starts."""
    walker.enter_as_staff(CHECKER.login, CHECKER.password, "/siops/ministerio/fns/")
    walker.follow(walker.page.get_by_role("link", name=re.compile("Atualização cadastral nº")))
    walker.press("Iniciar conferência")
    walker.sees("EM CONFERÊNCIA")


def test_returned_once_and_approved(walker: Walker, seeded_portal: LivePortal, tmp_path: Path) -> None:
    walker.enter_by_virtual_token(SECRETARY.login, SECRETARY.pin)
    walker.sees("Sua sessão")
    walker.go("/siops/fns/")
    walker.press("Preencher Anexo I")
    fill_the_form(walker)
    sign_in_the_portal(walker)
    attach_everything(walker, tmp_path)
    walker.press("Imprimir Anexo I")
    walker.sees("DOCUMENTO SIMULADO – SEM VALOR LEGAL")
    walker.press("Voltar")
    walker.press("Enviar para conferência")
    walker.sees("enviada para conferência")
    walker.leave()

    check(walker)
    with walker.page.expect_download() as download:
        walker.page.get_by_role("link", name="letter.pdf").click()
    assert Path(download.value.path()).read_bytes() == (tmp_path / "letter.pdf").read_bytes()
    walker.press("Devolver")
    walker.page.get_by_label("Motivo").select_option(label="Outro")
    walker.fill("O que falta ou está errado", REASON)
    walker.press("Devolver")
    walker.sees("Atualização devolvida ao ente.")
    walker.leave()

    walker.enter_by_virtual_token(SECRETARY.login, SECRETARY.pin, to="/siops/fns/")
    walker.follow(walker.page.get_by_role("link", name=re.compile("Atualização cadastral nº")))
    walker.sees(REASON)
    walker.follow(walker.page.get_by_role("link", name="Substituir Ofício"))
    corrected = tmp_path / "oficio-corrigido.png"
    corrected.write_bytes(papers.png())
    walker.page.locator("input[type=file]").set_input_files(corrected)
    walker.press("Anexar")
    walker.press("Enviar para conferência")
    walker.leave()

    check(walker)
    confirm(walker, "Aprovar")
    walker.sees("Atualização aprovada.")
    update = FundUpdate.objects.get()
    assert update.status == "approved"
    assert "/entrar/senha/" in OutboxMessage.objects.get(to_email=update.institutional_email).body


def test_a_ticket_is_answered_reopened_and_solved(walker: Walker, seeded_portal: LivePortal, tmp_path: Path) -> None:
    archive = tmp_path / "ops.zip"
    archive.write_bytes(papers.zipped())
    walker.enter_by_virtual_token(SECRETARY.login, SECRETARY.pin, to="/siops/chamados/")
    walker.sees("Nenhum chamado aberto.")
    walker.press("Abrir chamado")
    walker.fill("Assunto", "Crítica que não sai")
    walker.fill("Código da crítica", "SIM-I07")
    write(walker, "O quadro Q2 já foi corrigido e a crítica continua.")
    walker.page.locator("input[type=file]").set_input_files(archive)
    walker.press("Abrir chamado")
    walker.sees("Prazo de 72 horas")
    walker.sees("Responder até")
    walker.leave()

    walker.enter_as_staff(COORDINATION.login, COORDINATION.password, "/siops/ministerio/chamados/")
    walker.follow(walker.page.get_by_role("link", name=re.compile("Chamado nº")))
    walker.press("Liberar crítica")
    walker.fill("Ano", "2026")
    walker.fill("Motivo", "Regra com defeito reconhecido.")
    walker.press("Liberar")
    walker.sees("Crítica SIM-I07 liberada.")
    write(walker, "Liberada só para esta versão; transmita de novo.")
    walker.press("Responder")
    walker.sees("respondido")
    walker.leave()

    walker.enter_by_virtual_token(SECRETARY.login, SECRETARY.pin, to="/siops/chamados/")
    walker.follow(walker.page.get_by_role("link", name=re.compile("Chamado nº")))
    walker.sees("Liberada só para esta versão; transmita de novo.")
    walker.press("Reabrir")
    write(walker, "Ainda aparece outra crítica.")
    walker.press("Reabrir")
    walker.sees("REABERTO")
