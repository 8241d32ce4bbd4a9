"""What the clock of the room says before: the days and steps that are then recorded, entities alike in one line."""

from datetime import timedelta

import pytest

from common.house import Due
from sanctions.models import Shortfall
from sanctions.services import coming
from tests.clock import now
from tests.factories import make_entity, make_other_entity
from tests.factories.declarations import make_period
from tests.sanctions.support import go, homologate, make_shortfall, midnight, story

pytestmark = pytest.mark.django_db


def told(dues: list[Due]) -> list[str]:
    return [f"{due.at:%d/%m/%Y} {due.what}" for due in sorted(dues, key=lambda due: due.at)]


def test_entities_alike_are_one_line_and_one_alone_has_its_name() -> None:
    make_period(2026, 6)
    entity, _ = make_entity(), make_other_entity()
    assert told(list(coming.sanctions(now(), midnight(2027, 3, 10)))) == [
        "31/01/2027 Notificado: 6º bimestre não homologado; presume-se descumprido o mínimo: 2 entes",
        "03/03/2027 Suspensão comunicada ao banco: 2 entes",
        "10/03/2027 Transferências suspensas: 2 entes",
    ]
    here = go(now(), midnight(2027, 2, 1))
    homologate(entity, here)
    assert told(list(coming.sanctions(here, midnight(2027, 3, 3)))) == [
        "02/02/2027 Homologado dentro dos 30 dias da notificação: São Paulo/SP",
        "02/02/2027 Apuração do mínimo do 6º bimestre",
        "03/03/2027 Suspensão comunicada ao banco: Rio Branco/AC",
    ]


def test_what_is_said_before_is_what_happens() -> None:
    make_period(2026, 6)
    entity = make_entity()
    make_shortfall(entity, amount=60_000_00)
    first, last = midnight(2027, 2, 1), midnight(2028, 3, 1)
    before = [(f"{due.at:%d/%m/%Y}", due.what) for due in coming.sanctions(first, last)]
    go(first, last)
    happened = story(entity)
    assert [day for day, _ in before] == [day for day, _ in happened]
    assert Shortfall.objects.get().status == Shortfall.Status.SUSPENDED


def test_the_next_instant_is_strictly_after() -> None:
    make_period(2026, 6)
    make_entity()
    first = midnight(2027, 1, 31)
    assert coming.next_sanction(first - timedelta(microseconds=1)) == first
    assert coming.next_sanction(first) is None
    assert coming.next_reminder(midnight(2027, 1, 15)) == midnight(2027, 1, 23)
    assert told(list(coming.reminders(midnight(2027, 1, 15), midnight(2027, 1, 29)))) == [
        "23/01/2027 Aviso de prazo do 6º bimestre de 2026",
        "29/01/2027 Aviso de prazo do 6º bimestre de 2026",
    ]
