"""In a browser: an entity that delivered late and below the minimum, and the ministry that follows it."""

from datetime import timedelta

import pytest

from config.personas import PERSONAS
from sanctions.models import Omission, Shortfall
from sanctions.services.facts import first_instant, notification_day
from territory.models import Entity
from tests.clock import today
from tests.factories.declarations import make_period
from tests.journeys.walker import Walker
from tests.sanctions.support import below_minimum, go, homologate

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]
SENDER = next(persona for persona in PERSONAS if persona.ibge == "1200401" and persona.key.endswith("-envio"))


def _late_and_below_the_minimum() -> str:
    """The 6º bimestre of two years ago: suspended, delivered at last with less than the minimum, and conditioned."""
    entity = Entity.objects.get(municipality=SENDER.ibge)
    period = make_period(today().year - 2, 6)
    first = first_instant(notification_day(period))
    delivered = go(first - timedelta(days=1), first + timedelta(days=45))
    homologate(entity, delivered, period=period, percent=None, tables=below_minimum(period))
    go(delivered, delivered + timedelta(days=60))
    assert Omission.objects.get(entity=entity).status == Omission.Status.RESTORED
    assert Shortfall.objects.get(entity=entity).status == Shortfall.Status.CONDITIONED
    return str(entity)


def test_the_entity_and_the_ministry_read_the_same_story(walker: Walker) -> None:
    entity = _late_and_below_the_minimum()
    walker.go("/siops/entrar/")
    walker.fill("Login (Digite seu CPF)", SENDER.cpf)
    walker.fill("Digite sua senha", SENDER.password)
    walker.press("Entrar")
    walker.go("/siops/monitoramento/")
    walker.sees("CONDICIONADO")
    walker.sees("RESTABELECIDO")
    walker.sees("Transferências restabelecidas")
    walker.leave()

    walker.enter_as_staff("siops", "Siops-2026", "/siops/ministerio/monitoramento/")
    walker.sees("MMTC-SIOPS")
    walker.press("Abaixo do mínimo")
    walker.press(entity)
    walker.sees("Parcelas direcionadas à conta do fundo (valores simulados)")
