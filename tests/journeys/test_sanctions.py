"""In a browser: «e se ninguém homologar?» – an entity late, and below the minimum, and who follows it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from config.personas import PERSONAS
from declarations.engine.declaration import Table
from declarations.models import ReportingPeriod
from sanctions.models import Deposit, Shortfall
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


class Story:
    """The 6º bimestre of two years ago, so that no other one is judged meanwhile on whatever day this is."""

    def __init__(self) -> None:
        self.entity = Entity.objects.get(municipality=SENDER.ibge)
        self.period: ReportingPeriod = make_period(today().year - 2, 6)
        self.first: datetime = first_instant(notification_day(self.period))
        self.here = self.first - timedelta(days=1)

    def goes_on(self, days: int) -> None:
        self.here = go(self.here, self.here + timedelta(days=days))

    def is_suspended(self) -> None:
        self.goes_on(46)

    def delivers_below_the_minimum(self) -> None:
        homologate(self.entity, self.here, period=self.period, percent=None, tables=below_minimum(self.period))

    def is_restored(self) -> None:
        self.goes_on(3)

    def receives_the_deposits(self) -> None:
        """Of what is missing a first part; the synthetic parcels would take years."""
        self.goes_on(30)
        Shortfall.objects.update(amount=sum(Deposit.objects.values_list("amount", flat=True)))
        self.goes_on(10)

    def proves(self) -> None:
        """In a later declaration Q4 leaves nothing to apply."""
        owed = Shortfall.objects.get().amount
        applied: dict[str, Table] = {"controles": {("Q4", str(self.period.year)): (owed, owed, owed, owed)}}
        later = make_period(self.period.year + 1, 2)
        homologate(self.entity, self.here, period=later, tables=applied, version=2)
        self.goes_on(2)


def test_suspended_restored_conditioned_and_proven(walker: Walker) -> None:
    story = Story()
    steps: list[tuple[Callable[[], None], tuple[str, ...]]] = [
        (story.is_suspended, ("SUSPENSO", "Transmitir e homologar o 6º bimestre")),
        (story.delivers_below_the_minimum, ("Nada: a homologação entra no arquivo do dia seguinte",)),
        (story.is_restored, ("RESTABELECIDO", "Transferências restabelecidas")),
        (story.receives_the_deposits, ("DEPÓSITO INTEGRAL", "Parcelas direcionadas à conta do fundo")),
        (story.proves, ("REGULARIZADO",)),
    ]
    walker.enter_as_technician(SENDER.cpf, SENDER.password)
    for happens, shown in steps:
        happens()
        walker.go("/siops/monitoramento/")
        for text in shown:
            walker.sees(text)
    walker.leave()
    ministry_follows(walker, str(story.entity))
    walker.go("/siops/consulta/sancoes/")


def ministry_follows(walker: Walker, entity: str) -> None:
    walker.enter_as_staff("siops", "Siops-2026", "/siops/ministerio/monitoramento/")
    walker.sees("MMTC-SIOPS")
    walker.press("Abaixo do mínimo")
    walker.press(entity)
    walker.sees("Parcelas direcionadas à conta do fundo (valores simulados)")
    walker.leave()
