"""A state joins by an ofício sent on 03/12/2025 and registered later, in a browser; then enrols its professional."""

from collections.abc import Callable
from datetime import datetime

import pytest

from common.legal_time import BRASILIA
from config.personas import PERSONAS
from gerencia.models import Offer, OfficialLetter
from gerencia.services.letters import file_of
from gerencia.services.windows import last_minute
from tests.journeys.walker import Walker

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]

PEOPLE = {persona.key: persona for persona in PERSONAS}
SECRETARY, PHYSICIAN = PEOPLE["bahia-secretaria"], PEOPLE["bahia-medica"]
REGISTERS, CHECKS = PEOPLE["ministerio-saps"], PEOPLE["ministerio-saps-conferencia"]
TOO_LATE = "Prazo para envio de ofício encerrado em"
ONLY_STATES = "A adesão por ofício é exclusiva de gestores estaduais."


def open_edition_of_2025(walker: Walker) -> None:
    walker.enter_as_person("bahia-gerencia")
    walker.press("GERENCIA APS")
    walker.follow(walker.page.get_by_role("link", name="Bahia em").filter(visible=True).last)


def enrol_physician(walker: Walker) -> None:
    walker.press("Profissionais")
    walker.press("Inscrever profissional")
    walker.fill("CPF do profissional", PHYSICIAN.cpf)
    walker.page.get_by_label("Nível de atenção").select_option("aes")
    walker.fill("Carga horária protegida", "4")
    walker.press("Inscrever")


def state_signs_and_cannot_send(walker: Walker) -> None:
    open_edition_of_2025(walker)
    enrol_physician(walker)
    walker.sees("A inscrição do profissional está condicionada à adesão formal do ente federado.")
    walker.follow(walker.page.get_by_role("link", name="Bahia", exact=True))
    walker.press("Gerar e assinar o ofício")
    walker.fill("Número do ofício", "120/2025")
    walker.page.get_by_label("Cargo do signatário").select_option("secretary")
    walker.fill("CPF do signatário", SECRETARY.cpf)
    walker.page.locator("input[name=pin]").fill(SECRETARY.pin)
    walker.press("Gerar e assinar")
    walker.sees("Ofício gerado e assinado.")
    walker.press("Enviar à SAPS o Ofício nº 120/2025")
    walker.sees(TOO_LATE)
    walker.leave()


def register(walker: Walker, *, entity: str, sent_at: datetime) -> None:
    page, sent = walker.page, sent_at.astimezone(BRASILIA)
    page.locator("select[name=entity]").select_option(label=entity)
    page.get_by_label("Como chegou").select_option("sei")
    walker.fill("Enviado em", f"{sent:%Y-%m-%d}")
    walker.fill("Hora (Brasília)", f"{sent:%H:%M}")
    walker.fill("Número do ofício", "120/2025")
    page.get_by_label("Cargo do signatário").select_option("secretary")
    walker.fill("Nome do signatário", SECRETARY.name)
    content = file_of(OfficialLetter.objects.earliest("pk"))
    page.locator("input[type=file]").set_input_files(
        {"name": "oficio.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    walker.press("Registrar ofício")


def saps_registers(walker: Walker) -> None:
    walker.enter_as_staff(REGISTERS.login, REGISTERS.password, "/gerencia-aps/saps/oficios/")
    walker.press("Registrar ofício: edição de 2025")
    limit = Offer.objects.get(notes__number=441).letters_until
    assert limit is not None
    register(walker, entity="Araçatuba/SP (Município)", sent_at=last_minute(limit))
    walker.sees(ONLY_STATES)
    register(walker, entity="Distrito Federal (Distrito Federal)", sent_at=last_minute(limit))
    walker.sees(ONLY_STATES)
    register(walker, entity="Bahia (Estado)", sent_at=limit)
    walker.sees(TOO_LATE)
    register(walker, entity="Bahia (Estado)", sent_at=last_minute(limit))
    walker.sees("outra pessoa da SAPS o confere")
    walker.leave()


def another_accepts(walker: Walker) -> None:
    walker.enter_as_staff(CHECKS.login, CHECKS.password, "/gerencia-aps/saps/oficios/")
    walker.press("Ofício nº 120/2025")
    walker.press("Conferir e aceitar")
    walker.sees("ACEITO")
    walker.leave()


def test_by_an_oficio_sent_in_time_and_registered_later(people: Callable[[], Walker]) -> None:
    walker = people()
    state_signs_and_cannot_send(walker)
    saps_registers(walker)
    another_accepts(walker)
    open_edition_of_2025(walker)
    walker.sees("ADERIDO")
    enrol_physician(walker)
    walker.sees(PHYSICIAN.name)
