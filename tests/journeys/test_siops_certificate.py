"""Entering the SIOPS with a real client certificate, and with the virtual token, in a browser.

The certificate is the one `manage.py certificate` writes for a persona, imported into the store of a Chromium that does
the TLS handshake with the listener by itself (tests.journeys.own_browser).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Playwright, expect

from common.models import AuditEvent
from config.personas import PERSONAS
from pki import services as pki
from pki.models import Certificate
from siops.models import HealthManager
from tests.clock import now
from tests.journeys.own_browser import OwnBrowser
from tests.journeys.walker import Walker
from tests.live import LivePortal

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

PASSWORD = "uma-senha-de-ensaio"
PEOPLE = {persona.key: persona for persona in PERSONAS}


def open_with_certificate(playwright: Playwright, own: OwnBrowser, key: str) -> BrowserContext:
    """The persona's .p12, as a trainee gets it, in the store of the browser that opens."""
    call_command("certificate", "--persona", key, "--out", str(own.home), "--password", PASSWORD)
    own.import_certificate(own.home / f"{key}.p12", PASSWORD)
    return own.open(playwright)


@pytest.fixture
def own(seeded_portal: LivePortal, tmp_path: Path) -> OwnBrowser:
    """A home without any certificate of a person."""
    own = OwnBrowser(tmp_path / "home", seeded_portal)
    own.furnish()
    return own


@pytest.fixture
def mayor(playwright: Playwright, own: OwnBrowser) -> Iterator[Walker]:
    """The mayor of Araçatuba, whose browser has the certificate."""
    context = open_with_certificate(playwright, own, "aracatuba-prefeita")
    walker = Walker(context.pages[0])
    yield walker
    assert walker.problems == []
    context.close()


def walk_to_the_door(walker: Walker, door: str) -> None:
    walker.go("/siops/")
    walker.press("Acessar o Módulo do Gestor")
    walker.press(door)


def test_the_mayor_enters_with_the_certificate_of_the_browser(mayor: Walker, seeded_portal: LivePortal) -> None:
    persona = PEOPLE["aracatuba-prefeita"]
    walk_to_the_door(mayor, "Município")
    assert mayor.page.url.startswith(f"{seeded_portal.tls_url}/siops/entrar/certificado/")
    mayor.sees(persona.name)
    expect(mayor.page.get_by_label("Araçatuba/SP – Chefe do Poder Executivo")).to_be_checked()
    mayor.press("Entrar")

    expect(mayor.page.locator("header")).to_contain_text("Chefe do Poder Executivo · Araçatuba/SP")
    mayor.sees("Você age por Araçatuba/SP")
    event = AuditEvent.objects.get(verb="sign_in.succeeded")
    shown = Certificate.objects.get(serial=event.details["certificate"])
    assert (shown.holder_document, event.details["proof"]) == (persona.cpf, "certificado")
    mayor.go("/siops/gestores/")
    mayor.sees(PEOPLE["aracatuba-secretario"].name)

    # The session is of the browser, and the right is read anew at each request.
    record = HealthManager.objects.get(role=HealthManager.Role.HEAD, entity__municipality="3502804")
    record.substitute(at=now())
    record.save()
    mayor.go("/siops/gestores/")
    mayor.sees("Você não responde mais por este ente neste papel. Entre novamente.")


def test_the_certificate_leaves_by_sign_out_and_does_not_return_once_revoked(
    playwright: Playwright, own: OwnBrowser
) -> None:
    context = open_with_certificate(playwright, own, "bahia-governador")
    walker = Walker(context.pages[0])
    walk_to_the_door(walker, "Estado")
    walker.press("Entrar")
    expect(walker.page.locator("header")).to_contain_text("Chefe do Poder Executivo · Bahia")
    walker.turn_page(walker.page.get_by_role("button", name="Sair"))
    walker.go("/siops/")
    walker.sees("Acessar o Módulo do Gestor")
    assert walker.problems == []

    serial = AuditEvent.objects.get(verb="sign_in.succeeded").details["certificate"]
    certificate = Certificate.objects.get(serial=serial)
    pki.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=now())
    walk_to_the_door(walker, "Estado")
    walker.sees("Este certificado foi revogado.")
    context.close()


def test_a_browser_without_certificate_is_told_what_to_do(playwright: Playwright, own: OwnBrowser) -> None:
    context = own.open(playwright)
    walker = Walker(context.pages[0])
    page = walker.page
    walker.go(f"{own.portal.tls_url}/siops/entrar/certificado/?ente=municipio")
    walker.sees_refusal("O navegador não apresentou certificado algum.")
    page.get_by_role("link", name="use o token virtual").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Token virtual")
    context.close()


def take_token(walker: Walker, cpf: str) -> None:
    walker.go("/siops/entrar/")
    walker.press("Entre com o token virtual")
    walker.page.get_by_label("Município").check(force=True)
    walker.fill("CPF", cpf)
    walker.press("Continuar")


def type_pin(walker: Walker, pin: str) -> None:
    walker.page.locator("input[name=pin]").fill(pin)
    walker.press("Entrar")


def test_the_virtual_token_blocks_after_three_pins_and_the_puk_frees_it(walker: Walker) -> None:
    persona = PEOPLE["riobranco-substituta"]
    take_token(walker, persona.cpf)
    for answer in ("Restam 2 tentativas.", "Resta 1 tentativa.", "Certificado bloqueado. Desbloqueie-o com o PUK."):
        type_pin(walker, "0000")
        walker.sees(answer)
    walker.follow(walker.page.get_by_role("link", name="Usar o PUK", exact=True))
    walker.fill("CPF", persona.cpf)
    walker.page.locator("input[name=puk]").fill(persona.puk)
    walker.page.locator("input[name=new_pin]").fill("4826")
    walker.page.locator("input[name=repeated_pin]").fill("4826")
    walker.press("Desbloquear")
    walker.sees("Certificado desbloqueado. Entre com o novo PIN.")

    take_token(walker, persona.cpf)
    type_pin(walker, "4826")

    header = walker.page.locator("header")
    expect(header).to_contain_text("Substituto do Secretário de Saúde · Rio Branco/AC")
    expect(header).to_contain_text("(por substituição)")
