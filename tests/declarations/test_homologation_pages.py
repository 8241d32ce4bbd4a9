"""The pages of the gestor: from «Homologar dados» to the signature, with every refusal in words."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from declarations.models import Declaration
from declarations.services.calendar import keep_calendar
from declarations.services.homologating import CHANGED
from declarations.services.panel import OVERTAKEN
from tests.clock import now
from tests.declarations.delivery import Town, make_town
from tests.factories.declarations import make_declaration, make_period
from tests.in_room import below
from tests.siops.doors import PIN, WRONG
from tests.siops.support import enter

pytestmark = pytest.mark.django_db(databases=["default", "control"])
REASON = "O ISS de agosto foi lançado em duplicidade."


@pytest.fixture
def town(db: None) -> Town:
    keep_calendar(at=now())
    return make_town()


@pytest.fixture
def secretary(client: Client, town: Town) -> Client:
    return enter(client, town.secretary)


def at(name: str, *arguments: Any) -> str:
    return below(reverse(f"declarations:{name}", args=arguments))


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_from_the_year_and_bimestre_to_the_receipt(secretary: Client, town: Town) -> None:
    assert "Não há dados transmitidos para 4º bimestre de 2026." in words(choose(secretary))
    declaration = town.sent()
    page = choose(secretary)
    assert page["Location"] == at("homologate", declaration.pk)
    text = words(secretary.get(page["Location"]))
    assert "Homologar o 4º bimestre de 2026" in text
    assert "FALTAM 24 h" in text
    assert f"Assina {town.secretary.name}, Secretário de Saúde" in text
    assert declaration.content_hash in text
    assert "Apuração do cumprimento do limite mínimo" in text
    answer = sign(secretary, declaration)
    assert answer["Location"] == at("homologation", declaration.pk)
    text = words(secretary.get(answer["Location"]))
    assert "Declaro, na condição de gestor do SUS" in text
    assert "Abrir retificação…" in text
    act = Declaration.objects.get().homologation
    assert secretary.get(at("statement_file", declaration.pk)).content == act.statement.encode()
    signature = secretary.get(at("signature_file", declaration.pk))
    assert signature.content == bytes(act.signature)
    assert signature["Content-Disposition"] == f'attachment; filename="declaracao-{declaration.pk}.txt.p7s"'
    # The button «Voltar» of the browser and its form sent again.
    assert sign(secretary, declaration)["Location"] == at("homologation", declaration.pk)
    assert secretary.get(at("homologate", declaration.pk))["Location"] == at("homologation", declaration.pk)


def choose(client: Client) -> Any:
    return client.post(at("homologation_choose"), {"year": "2026", "bimester": "4"})


def sign(client: Client, declaration: Declaration, **fields: str) -> Any:
    given = {"shown_hash": declaration.content_hash, "has_declared": "on", "pin": PIN}
    return client.post(at("homologate", declaration.pk), given | fields)


def test_the_declaration_of_responsibility_is_asked(secretary: Client, town: Town) -> None:
    declaration = town.sent()
    answer = sign(secretary, declaration, has_declared="")
    assert "Marque a declaração de responsabilidade." in words(secretary.get(answer["Location"]))
    assert Declaration.objects.homologated().count() == 0


def test_reloading_the_answer_to_a_wrong_pin_tries_none(secretary: Client, town: Town) -> None:
    declaration = town.sent()
    answer = sign(secretary, declaration, pin=WRONG)
    assert "PIN incorreto. Restam 2 tentativas." in words(secretary.get(answer["Location"]))
    assert "PIN incorreto" not in words(secretary.get(answer["Location"]))


def test_one_that_was_overtaken_is_said_so(secretary: Client, town: Town) -> None:
    former = make_declaration(town.entity, make_period(2026, 4), status="substituted")
    page = secretary.get(at("homologate", former.pk), follow=True)
    assert CHANGED in words(page)


def test_returned_it_is_the_turn_of_the_technician(secretary: Client, town: Town) -> None:
    declaration = town.sent()
    page = secretary.post(at("send_back", declaration.pk), {"reason": "curto"})
    assert "Descreva o motivo da devolução (mínimo de 20 caracteres)." in words(page)
    page = secretary.post(at("send_back", declaration.pk), {"reason": REASON}, follow=True)
    text = words(page)
    assert "DEVOLVIDA" in text
    assert REASON in text
    assert f"Responsável pelo envio: {town.sender.name}" in text


def test_the_panel_says_whose_turn_it_is_along_the_rectification(client: Client, town: Town) -> None:
    first = town.sent()
    enter(client, town.secretary)
    panel = at("panel")
    assert f'Homologar <span class="note">Secretário de Saúde: {town.secretary.name}' in words(client.get(panel))
    town.homologate(first)
    page = client.post(at("rectify", first.pk), {"reason": "curto"})
    assert "Descreva o motivo da retificação (mínimo de 20 caracteres)." in words(page)
    text = words(client.post(at("rectify", first.pk), {"reason": REASON}, follow=True))
    assert "Declaração do 4º bimestre de 2026, versão 2 aberta para a retificação." in text
    assert "continua oficial" in text
    assert "Preencher e verificar as críticas" in text
    text = words(client.get(at("homologation", first.pk)))
    assert "Retificação aberta" in text
    assert "Abrir retificação…" not in text


def test_one_opened_before_the_homologation_waits_for_the_secretary(client: Client, town: Town) -> None:
    town.homologate(town.sent())
    make_declaration(town.entity, make_period(2026, 4), version=2, tables={})
    text = words(enter(client, town.secretary).get(at("panel")))
    assert OVERTAKEN in text
    assert "Abrir retificação" in text
