"""A message of a credential: found, sent again, and its evidence opened by somebody who never entered."""

from collections.abc import Callable

import pytest

from config.personas import PERSONAS
from interop import journal
from interop.models import Message
from rnds.models import PecInstallation
from tests.cadsus import wire
from tests.cadsus.wire import by_id, query
from tests.clock import now
from tests.factories.certificates import grant_credential, make_pfx
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
NUMBER = "52998224725"


def test_evidence_of_a_message(people: Callable[[], Walker]) -> None:
    # What earlier tests left to be written: beside so many lines no message would be kept.
    journal._waiting.clear()
    manager, tester = people(), people()
    fund = next(persona for persona in PERSONAS if persona.key == "aracatuba-fundo")
    installation = PecInstallation.objects.filter(establishment_id=fund.cnes)[0]
    credential = grant_credential(make_pfx(at=now()), at=now(), installation=installation)
    wire.post(query(by_id(NUMBER)), shown=f"jwt {wire.token(sha256=credential.certificate.sha256)}")
    manager.enter_as_person("aracatuba-programa")
    manager.go(f"/rnds/credencial/{credential.pk}/")
    manager.press("Mensagens")
    manager.sees("ATENDIDA")
    manager.sees("Nenhum cadastro tem todos os números pedidos.")
    manager.follow(manager.page.get_by_role("table").get_by_role("link").first)
    assert NUMBER not in manager.page.content()
    evidence = manager.page.get_by_label("Endereço da prova").input_value()
    manager.press("Enviar de novo")
    manager.sees("Resposta ao reenvio")
    manager.sees("os mesmos bytes, com um token novo.")

    tester.go(evidence)
    tester.sees("Mensagem atendida")
    tester.sees("Token decodificado")
    assert NUMBER not in tester.page.content()
    assert Message.objects.count() >= 2
