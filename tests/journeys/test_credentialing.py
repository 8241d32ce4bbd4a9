"""The whole flow in a browser: from the same-day token to a certificate that opens the RNDS."""

import base64
import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.personas import Persona
from config.personas import PERSONAS
from documents.models import Paper
from pki import services as pki
from registry.models import Person
from rnds.services import terms_paper
from tests.clock import now, today
from tests.journeys.walker import Walker
from tests.live import LivePortal

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

PFX_PASSWORD = "uma-senha-de-ensaio"
PIN, PUK = "518372", "27351864"
PEOPLE = {persona.key: persona for persona in PERSONAS}


def token_of_the_fund(walker: Walker) -> str:
    """The fund signs in and generates the token for the programme manager."""
    fund, manager = PEOPLE["aracatuba-fundo"], PEOPLE["aracatuba-programa"]
    walker.enter_as_fund(fund.login, fund.password)
    walker.press("TOKEN PARA IMPLANTAÇÃO e-SUS APS")
    walker.press("Gerar Token")
    walker.sees("Este campo é obrigatório.")
    walker.fill("CPF", manager.login)
    walker.press("Buscar")
    walker.sees(manager.name)
    expect(walker.page.locator(".has-error")).to_have_count(1)
    expect(walker.page.locator(".error-summary")).to_contain_text("Há 1 campo a corrigir")
    walker.page.locator("select").select_option(fund.cnes)
    walker.press("Gerar Token")
    walker.sees("Token gerado com sucesso.")
    shown = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", walker.page.locator("main").inner_text())
    assert shown
    walker.leave()
    return shown.group()


def counter_key_of_the_pec(walker: Walker) -> str:
    """The municipal administrator copies the contra-chave."""
    walker.enter_as_person("aracatuba-pec-municipal")
    walker.go("/pec/")
    walker.follow(walker.page.get_by_role("link", name=re.compile("Certificados")))
    walker.page.get_by_role("button", name="Copiar").first.click()
    expect(walker.page.locator("#avisos")).to_have_text("Copiado.")
    copied: str = walker.page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"[0-9A-F]{4}(-[0-9A-F]{4}){7}", copied)
    walker.leave()
    return copied


def fill_the_form(walker: Walker) -> None:
    """Steps A to F of «Solicitar Credencial», each one saved as it is left."""
    page = walker.page
    walker.fill("Senha", PFX_PASSWORD)
    walker.fill("Confirme a senha", PFX_PASSWORD)
    walker.press("Salvar e Continuar")
    walker.fill("Telefone", "1836361234")
    walker.fill("E-mail", "central@aracatuba.ensaio.example")
    walker.press("Salvar e Continuar")
    walker.sees("selecionados")
    walker.press("Próxima página")
    walker.press("Salvar e Continuar")
    walker.fill("Informe o CPF", PEOPLE["aracatuba-gestor-ab"].login)
    page.get_by_label("Informe o CPF").blur()
    walker.sees(PEOPLE["aracatuba-gestor-ab"].name)
    walker.fill("Telefone", "18991234567")
    walker.fill("E-mail", "gestora@aracatuba.ensaio.example")
    walker.press("Salvar e Continuar")
    walker.press("Salvar e Continuar")
    walker.sees("Este campo é obrigatório.")
    walker.fill("IP Inicial", "200.160.2.3")
    walker.fill("IP Final", "200.160.2.9")
    walker.fill("Quantidade de atendimentos registrados no sistema", "12000")
    walker.fill("Mínimo de atendimento previstos/Dia", "10")
    walker.fill("Máximo de atendimento previstos/Dia", "80")
    walker.fill("Quantidade acessos no período de pico", "40")
    walker.fill("Data início", today().isoformat())
    walker.fill("Data fim", (today() + timedelta(days=364)).isoformat())
    walker.press("Salvar e Continuar")


def give_virtual_token(manager: Persona) -> None:
    """A simulated e-CPF, with PIN, as a certifier hands it over."""
    person = Person.objects.get(cpf=manager.cpf)
    holder = pki.PersonHolder(name=person.name, cpf=person.cpf_text, birth_date=person.birth_date)
    pki.issue_on_medium(holder=holder, authority_slug="icp", kind="A3", pin=PIN, puk=PUK, at=now())


def credential_of_the_manager(
    walker: Walker, token: str, counter_key: str, folder: Path, *, pin: str = ""
) -> tuple[str, Path]:
    """The programme manager pairs, fills, accepts and downloads; returns the ID and the .pfx.

    With a PIN, the own virtual token signs the termo.
    """
    walker.enter_as_person("aracatuba-programa")
    walker.go("/rnds/")
    walker.sees("Nenhuma credencial gerada.")
    walker.press("SOLICITAR NOVA CREDENCIAL")
    walker.press("Validar")
    walker.sees("Este campo é obrigatório.")
    walker.fill("Token e-Gestor", token.lower())
    walker.fill("Informe a contra-chave de instalação do e-SUS APS:", counter_key)
    walker.press("Validar")
    fill_the_form(walker)
    walker.press("Salvar e Continuar")
    expect(walker.page.get_by_role("heading", level=1)).to_contain_text("Termo de Uso")
    walker.page.get_by_label("Aceito os termos de uso").check(force=True)
    if pin:
        walker.fill("PIN do seu token virtual", pin)
    walker.press("Confirmar e avançar")
    walker.sees("Sua credencial foi gerada com sucesso!")
    shown = re.search(r"\b1\d{4}\b", walker.page.locator("main").inner_text())
    assert shown
    with walker.page.expect_download() as download:
        walker.page.get_by_role("button", name=re.compile("Credencial")).first.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    walker.go("/rnds/")
    walker.sees("ATIVO")
    walker.leave()
    return shown.group(), file


def assert_signed_by_own_key(walker: Walker) -> None:
    """The termo of the only credential, as «Conferência de autenticidade» tells anybody."""
    paper = Paper.objects.issued().get(kind=terms_paper.KIND)
    walker.go(f"/conferencia/{paper.code}/{paper.crc}/")
    walker.sees("com a própria chave")


def enable_in_the_pec(walker: Walker, requester_id: str, file: Path) -> None:
    """The installation's administrator puts the file in the folder; the municipal one enables it and tests."""
    walker.enter_as_person("aracatuba-pec-instalacao")
    walker.go("/pec/")
    walker.turn_page(walker.page.get_by_role("link", name=re.compile("chaves")))
    walker.page.locator("input[type=file]").set_input_files(file)
    walker.press("Incluir")
    walker.sees(file.name)
    walker.leave()
    walker.enter_as_person("aracatuba-pec-municipal", to="/pec/")
    walker.turn_page(walker.page.get_by_role("link", name=re.compile("Certificados")))
    page = walker.page
    page.get_by_label("RNDS", exact=True).check(force=True)
    page.get_by_label("CADSUS", exact=True).check(force=True)
    page.get_by_label("Certificado", exact=False).last.select_option(label=file.name)
    page.locator("input[type=password]").fill(PFX_PASSWORD)
    walker.fill("Identificador solicitante", requester_id)
    walker.press("Habilitar")
    walker.press("Testar conexão")
    walker.sees("Conexão bem-sucedida")


def search_in_the_pec(walker: Walker, cpf: str) -> None:
    """«Cidadão», by the tab of the installation in which the walker is."""
    walker.follow(walker.page.locator("nav.tabs").get_by_role("link", name="Cidadão"))
    walker.fill("CPF", cpf)
    walker.press("Buscar")


def revoke_the_credential(walker: Walker, requester_id: str) -> None:
    walker.enter_as_person("aracatuba-programa", to="/rnds/")
    walker.follow(walker.page.locator("main").get_by_role("link", name=re.compile(requester_id)))
    walker.press("Revogar credencial…")
    walker.fill("Motivo", "Troca do certificado")
    walker.press("Revogar credencial")
    walker.sees("REVOGADA")
    walker.leave()


def calls_of_the_pec(walker: Walker) -> None:
    """«RNDS»: each call that was made, and the report of those that failed."""
    walker.follow(walker.page.locator("nav.tabs").get_by_role("link", name="RNDS"))
    walker.sees("6 chamadas, 1 com erro")
    walker.sees("Certificado revogado.")
    with walker.page.expect_download() as download:
        walker.page.get_by_role("button", name="Gerar relatório CSV").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert [line.split(";")[1:4:2] for line in lines[2:]] == [["Token do barramento (CADSUS)", "401"]]


def curl(address: str, file: Path, *, ca: Path) -> dict[str, Any]:
    """What `/api/token` under that address answers to the file, whose server certificate is verified."""
    command = ["curl", "-sS", "--cacert", str(ca), "--cert-type", "P12", "--cert", f"{file}:{PFX_PASSWORD}"]
    done = subprocess.run([*command, f"{address}/api/token"], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def claims_of(answer: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(answer["access_token"].split(".")[1] + "==")))


def test_from_the_token_to_the_citizen_and_back(walker: Walker, seeded_portal: LivePortal, tmp_path: Path) -> None:
    token = token_of_the_fund(walker)
    counter_key = counter_key_of_the_pec(walker)
    manager = PEOPLE["aracatuba-programa"]
    give_virtual_token(manager)
    requester_id, file = credential_of_the_manager(walker, token, counter_key, tmp_path, pin=PIN)
    assert_signed_by_own_key(walker)
    enable_in_the_pec(walker, requester_id, file)

    answer = curl(seeded_portal.tls_url, file, ca=seeded_portal.ca_bundle)
    assert answer["expires_in"] == 1_800_000
    claims = claims_of(answer)
    assert (claims["requester_id"], claims["cnes"]) == (int(requester_id), PEOPLE["aracatuba-fundo"].cnes)

    search_in_the_pec(walker, manager.cpf)
    expect(walker.page.locator("#resultado ~ *").first).to_contain_text(manager.name.upper(), ignore_case=True)
    walker.leave()
    revoke_the_credential(walker, requester_id)
    walker.enter_as_person("aracatuba-pec-municipal", to="/pec/")
    walker.turn_page(walker.page.get_by_role("link", name=re.compile("Certificados")))
    search_in_the_pec(walker, manager.cpf)
    walker.sees("A base nacional não respondeu ao PEC")
    walker.sees("Token do barramento (CADSUS): Certificado revogado.")
    calls_of_the_pec(walker)
