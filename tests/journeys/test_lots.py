"""A lot of the night in a real browser: started, watched, paused, resumed, compared."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import User
from cadsus.models import Posting
from lots import tasks
from lots.models import Lot
from tests.cadsus.sisrede import Network
from tests.factories import PASSWORD, make_person
from tests.journeys.walker import Walker
from tests.live import LivePortal
from tests.lots.night import work

pytestmark = pytest.mark.journey


@pytest.fixture
def seeded_portal(live_portal: LivePortal) -> LivePortal:
    """Nobody of the demonstration is needed."""
    return live_portal


@pytest.fixture
def network(live_portal: LivePortal) -> Network:
    return Network()


@pytest.fixture
def walker(people: Callable[[], Walker], network: Network, monkeypatch: pytest.MonkeyPatch) -> Walker:
    """The TI of the municipality; the test itself is the worker."""
    monkeypatch.setattr(tasks.work, "delay", lambda lot_id: None)
    it: User = network.worker(Posting.Function.MUNICIPAL_IT)
    it.set_password(PASSWORD)
    it.save(update_fields=["password"])
    someone = people()
    someone.enter_sisrede(it.login, PASSWORD)
    return someone


def start(walker: Walker) -> Lot:
    walker.go("/sisrede/lotes/")
    walker.press("Iniciar lote")
    walker.press("Iniciar lote")
    walker.sees("EM EXECUÇÃO")
    return Lot.objects.order_by("-pk")[0]


@contextmanager
def unanswered(walker: Walker) -> Iterator[None]:
    """The browser reaches no portal, as while its process is killed, until the page has asked in vain."""
    page = walker.page
    with says(page, "ERR_INTERNET_DISCONNECTED"), says(page, "htmx:sendError"):
        page.context.set_offline(True)
        yield
    page.context.set_offline(False)
    walker.problems.clear()


def says(page: Page, text: str) -> Any:
    """Wait until the console of the browser says so."""
    return page.expect_console_message(lambda line: text in line.text)


def test_watched_paused_resumed_and_compared(walker: Walker, network: Network) -> None:
    citizens = [network.citizen(make_person()) for _ in range(4)]
    lot = start(walker)
    with unanswered(walker):
        work(lot, slices=1)
    # Nobody presses anything: the page asks again by itself, also after the portal was away.
    walker.sees("Andamento: 25 %")
    walker.press("Pausar")
    walker.sees("PAUSADO")
    assert work(lot) == 0
    walker.press("Retomar")
    work(lot)
    walker.sees("CONCLUÍDO COM PENDÊNCIAS")
    walker.sees("Conferência final: 4 visitas, 4 pessoas, 4 no plano.")
    walker.press("Relatório por microárea")
    walker.press("Pessoas de 0101/01")
    walker.sees("Pronto para sincronizar")

    network.synchronize(citizens[0])
    second = start(walker)
    work(second)
    walker.sees("CONCLUÍDO COM PENDÊNCIAS")
    walker.press("Comparar")
    walker.sees("Igual ao CADSUS")
    walker.sees("+1")


def test_cancelled_after_the_question(walker: Walker, network: Network) -> None:
    network.citizen(make_person())
    lot = start(walker)
    walker.press("Cancelar…")
    walker.press("Cancelar lote")
    walker.sees("CANCELADO")
    assert Lot.objects.get(pk=lot.pk).status == Lot.Status.CANCELLED
