"""A substitute of the secretary, in a browser: before, within and after the dates that the head gives and changes."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from common.legal_time import BRASILIA
from config.personas import PERSONAS
from siops.models import HealthManager, Technician
from tests.clock import today
from tests.journeys import steps
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

PEOPLE = {persona.key: persona for persona in PERSONAS}
HEAD, SENDER = PEOPLE["aracatuba-prefeita"], PEOPLE["aracatuba-envio"]
# Was the secretary, and still has a certificate.
SUBSTITUTE = PEOPLE["aracatuba-ex-secretaria"]
DAY = timedelta(days=1)
NEW_EMAIL = "envio.novo@aracatuba.example"


def head_registers_the_substitute(head: Walker, first: datetime) -> None:
    """For ten days, from the day after `first` on."""
    head.enter_by_virtual_token(HEAD.cpf, HEAD.pin)
    head.go("/siops/gestores/")
    head.press("CADASTRO DO SUBSTITUTO DO SECRETÁRIO DE SAÚDE")
    steps.fill_manager(
        head,
        SUBSTITUTE,
        position="Secretária Adjunta de Saúde",
        email="adjunta@aracatuba.example",
        act_date=first.date(),
        starts_on=(first + DAY).date(),
    )
    head.fill("Fim", (first + 10 * DAY).date().isoformat())
    head.press("Salvar")
    head.sees(f"{SUBSTITUTE.name} cadastrado(a) como Substituto do Secretário de Saúde.")
    head.sees("FORA DA VIGÊNCIA")


def head_changes_the_dates(head: Walker, first: datetime, last: datetime) -> None:
    head.go("/siops/gestores/")
    head.press(f"Vigência de {SUBSTITUTE.name}")
    head.fill("Início", first.date().isoformat())
    head.fill("Fim", last.date().isoformat())
    head.press("Salvar")
    head.sees("Vigência alterada.")


def substitute_acts(substitute: Walker) -> None:
    """Registers the technician, whom the change of secretary had stopped, and alters the e-mail."""
    substitute.enter_by_virtual_token(SUBSTITUTE.cpf, SUBSTITUTE.pin)
    substitute.sees("por substituição")
    steps.register_technician(substitute, SENDER, email="envio@aracatuba.example")
    registered_by = substitute.page.locator("dl.facts div", has_text="Cadastrado por")
    assert " ".join(registered_by.inner_text().split()).endswith("por substituição")
    assert SUBSTITUTE.name in registered_by.inner_text()
    substitute.press("ALTERAR")
    substitute.fill("E-mail", NEW_EMAIL)
    substitute.press("ALTERAR")
    substitute.sees("Cadastro alterado.")


def test_the_substitute_acts_only_within_the_dates(
    people: Callable[[], Walker], move_clock: Callable[[datetime], None]
) -> None:
    # Tomorrow, so that what was planted now is in force at any hour of that day.
    morning = datetime.combine(today() + DAY, time(10), tzinfo=BRASILIA)
    midnight = datetime.combine(morning.date() + DAY, time(0), tzinfo=BRASILIA)
    move_clock(morning)
    head, substitute = people(), people()
    head_registers_the_substitute(head, morning)
    substitute.try_virtual_token(SUBSTITUTE.cpf, SUBSTITUTE.pin)
    substitute.sees_refusal(f"Sua vigência por Araçatuba/SP começa em {midnight:%d/%m/%Y}.")

    head_changes_the_dates(head, morning, morning + 9 * DAY)
    substitute_acts(substitute)

    head_changes_the_dates(head, morning, morning)
    move_clock(midnight - timedelta(microseconds=1))
    substitute.go("/siops/gestores/")
    substitute.sees("Você age como Substituto do Secretário de Saúde, por substituição")
    move_clock(midnight)
    substitute.press("INCLUIR")
    substitute.sees("Você não responde mais por este ente neste papel. Entre novamente.")
    substitute.try_virtual_token(SUBSTITUTE.cpf, SUBSTITUTE.pin)
    substitute.sees_refusal(f"Sua vigência por Araçatuba/SP terminou em {morning:%d/%m/%Y}.")

    head_changes_the_dates(head, midnight, midnight)
    substitute.enter_by_virtual_token(SUBSTITUTE.cpf, SUBSTITUTE.pin)
    substitute.sees("Você age por Araçatuba/SP como Substituto do Secretário de Saúde, por substituição")

    technician = Technician.objects.current().get(entity__municipality="3502804")
    assert (technician.email, technician.status) == (NEW_EMAIL, Technician.Status.PASSWORD_SENT)
    assert technician.registered_by_substitution
    assert technician.secretary.role == HealthManager.Role.SECRETARY_SUBSTITUTE
