"""The rail «E se ninguém homologar?»: where the late 6º bimestre stands, and until when the clock goes next."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from common.rail import Rail
from sanctions.rail import NOBODY_HOMOLOGATES
from siops.models.scoped import TECHNICIAN
from tests.clock import Clock
from tests.factories import make_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting
from tests.in_room import below, inside
from tests.sanctions.support import go, homologate, midnight
from tests.siops.support import session_of

pytestmark = pytest.mark.django_db(databases=["default", "control"])
DAY = timedelta(days=1)


@pytest.fixture
def sender(db: None) -> Acting:
    for year in (2026, 2027):
        make_period(year, 6)
    return siops.make_acting(TECHNICIAN, make_entity())


class Walk:
    """The clock goes from day to day, as a trainer moves it, and the page is asked for at each stop."""

    def __init__(self, sender: Acting, clock: Clock) -> None:
        self.sender, self.clock, self.here = sender, clock, midnight(2026, 12, 1)
        clock.move_to(self.here)

    def stop(self, year: int, month: int, day: int) -> tuple[int, str]:
        target = midnight(year, month, day)
        self.here = go(self.here, target)
        self.clock.move_to(target)
        return self.now()

    def now(self) -> tuple[int, str]:
        rail = self.rail()
        return rail.done, rail.turn.sentence if rail.turn else ""

    def rail(self) -> Rail:
        """A session ends long before the next stop: the person enters again."""
        rail = session_of(self.sender).get(below(reverse("sanctions:monitoring"))).context["rail"]
        assert isinstance(rail, Rail)
        return rail


@pytest.fixture
def walk(sender: Acting, clock: Clock) -> Walk:
    return Walk(sender, clock)


def test_until_each_date_then_the_late_delivery_and_the_restoration(walk: Walk, sender: Acting) -> None:
    period = make_period(2026, 6)
    assert walk.now() == (0, "Quem conduz a sala anda o relógio até 10/01/2027")
    assert walk.stop(2027, 1, 10) == (1, "Quem conduz a sala anda o relógio até 31/01/2027")
    assert walk.stop(2027, 1, 31) == (2, "Quem conduz a sala anda o relógio até 02/03/2027")
    assert walk.stop(2027, 3, 2) == (3, "Quem conduz a sala anda o relógio até 10/03/2027")
    short = sender.name.split()[0]
    assert walk.stop(2027, 3, 10) == (4, f"{short} abre o 6º bimestre no painel e o transmite")
    sent = make_declaration(sender.entity, period, status="transmitted", tables={})
    rail = walk.rail()
    assert rail.turn is not None
    assert (rail.done, rail.turn.what, rail.turn.url.split("/")[-2]) == (5, "confere e homologa", "homologar")
    sent.homologate(by_id=sent.transmitted_by_id or 0, at=walk.here)
    sent.save(update_fields=["status", "homologated_by", "homologated_at"])
    assert walk.now() == (6, "Quem conduz a sala anda o relógio até 13/03/2027")
    walk.stop(2027, 3, 13)
    rail = walk.rail()
    assert (rail.done, rail.turn, len(rail.onward)) == (NOBODY_HOMOLOGATES.steps, None, 2)


def test_who_homologates_within_the_thirty_days_is_never_suspended(walk: Walk, sender: Acting) -> None:
    walk.stop(2027, 2, 1)
    homologate(sender.entity, walk.here)
    assert walk.now() == (4, "Quem conduz a sala anda o relógio até 02/02/2027")
    walk.stop(2027, 2, 2)
    assert [step.label for step in walk.rail().steps] == [
        "Envio aberto; ninguém envia (10/01)",
        "Notificado (31/01)",
        "Transmitida",
        "Homologada",
        "Regularizado (02/02)",
    ]
    assert walk.rail().turn is None


def test_who_homologates_before_the_decendio_meets_no_suspension_but_a_restoration(walk: Walk, sender: Acting) -> None:
    walk.stop(2027, 3, 4)
    homologate(sender.entity, walk.here)
    assert walk.now() == (6, "Quem conduz a sala anda o relógio até 07/03/2027")


def test_one_delivered_in_time_leaves_the_next_year(walk: Walk, sender: Acting) -> None:
    walk.stop(2027, 1, 12)
    homologate(sender.entity, walk.here)
    assert walk.now() == (0, "Quem conduz a sala anda o relógio até 10/01/2028")


def test_the_next_one_takes_the_place_once_it_opens(walk: Walk) -> None:
    walk.stop(2028, 1, 9)
    assert walk.rail().place.endswith("6º bimestre de 2026")
    walk.stop(2028, 1, 10)
    assert walk.rail().place.endswith("6º bimestre de 2027")


def test_the_button_leads_to_what_comes_until_the_stop(walk: Walk) -> None:
    """In a room only: the clock of the open world is the real one."""
    turn = walk.rail().turn
    assert turn is not None
    if not inside():
        assert (turn.url, turn.link) == ("", "")
        return
    assert turn.link == "Andar o relógio até 10/01/2027"
    assert f"how=data&date={date(2027, 1, 10)}&time=08%3A00&spares_people=on#previa" in turn.url
