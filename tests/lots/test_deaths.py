"""What happens to a lot when a part of the portal is killed without a word: the web process, the database server."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Sum
from playwright.sync_api import Browser, Page, expect

from cadsus.models import Citizen
from config.embedded_postgres import Postgres, _binaries
from lots import tasks
from lots.models import Lot, Outcome, Slice, Visit
from lots.services import running
from tests.attacks.house import WebProcess
from tests.cadsus.sisrede import Network
from tests.clock import now
from tests.factories import make_person
from tests.factories.cadsus import sisrede_session
from tests.lots.night import begin, it_of, read, work
from tests.lots.test_running import counted, visits

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("real_clock"),
    pytest.mark.xdist_group("run"),
]


@pytest.fixture
def network(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Network:
    """The test itself is the worker."""
    monkeypatch.setattr(tasks.work, "delay", lambda lot_id: None)
    return Network()


@contextmanager
def serving(folder: Path, *, former: WebProcess | None = None) -> Iterator[WebProcess]:
    """A web process from its first moment on: it starts while the test goes on."""
    web = WebProcess(folder, former=former)
    try:
        yield web
    finally:
        web.stop()


def open_the_lot(browser: Browser, web: WebProcess, lot: Lot) -> Page:
    """Its page before who asked for it, in a browser whose clock the test moves."""
    context = browser.new_context(base_url=web.url, locale="pt-BR")
    cookie = sisrede_session(lot.asked_by).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": web.url}])
    page = context.new_page()
    page.clock.install()
    page.goto(f"/sisrede/lotes/{lot.pk}/")
    return page


def ask_again(page: Page) -> None:
    """Let the seconds pass after which the page asks how far the lot is."""
    page.clock.run_for(3_000)


@pytest.mark.journey
def test_a_lot_goes_on_while_the_web_process_is_dead_and_its_page_comes_back(
    network: Network, browser: Browser, tmp_path: Path
) -> None:
    with serving(tmp_path / "dados") as web:
        for _ in range(4):
            network.citizen(make_person())
        lot = begin(network, it_of(network), pace="class")
        web.wait_until_ready()
        page = open_the_lot(browser, web, lot)
        expect(page.get_by_text("Andamento: 0 %")).to_be_visible()
        web.kill()
        with page.expect_console_message(lambda line: "htmx:sendError" in line.text):
            ask_again(page)
    with serving(tmp_path / "dados", former=web) as successor:
        assert work(lot, slices=2) == 2
        expect(page.get_by_text("Andamento: 0 %")).to_be_visible()
        successor.wait_until_ready()
        ask_again(page)
        expect(page.get_by_text("Andamento: 50 %")).to_be_visible()
        work(lot)
        ask_again(page)
        expect(page.get_by_text("Conferência final: 4 visitas, 4 pessoas, 4 no plano.")).to_be_visible()
        page.context.close()


class OwnServer:
    """A PostgreSQL of this test alone, with a copy of its database: it may be killed. `default` is there meanwhile."""

    def __init__(self, folder: Path) -> None:
        # The memory of the machine outlives its processes; what is committed must too.
        self.server = Postgres(folder, options="-c fsync=off")

    def take_over(self) -> None:
        self.server.launch()
        dump = subprocess.run([str(_binaries() / "pg_dump"), _address()], check=True, capture_output=True).stdout
        load = [str(_binaries() / "psql"), "-q", "-v", "ON_ERROR_STOP=1", self.server.url]
        subprocess.run(load, input=dump, check=True, capture_output=True)

    def kill(self) -> None:
        """All of it, with whatever it was doing."""
        postmaster = psutil.Process(int(self.server.pid_file.read_text().split()[0]))
        dying = [postmaster, *postmaster.children(recursive=True)]
        for process in dying:
            process.kill()
        psutil.wait_procs(dying, timeout=20)

    def start_again(self) -> None:
        self.server.launch()
        connection.close()


def _address() -> str:
    given = connection.get_connection_params()
    return f"postgresql://postgres@/{given['dbname']}?host={given['host']}"


@contextmanager
def own_server(folder: Path) -> Iterator[OwnServer]:
    own = OwnServer(folder)
    usual = dict(connection.settings_dict)
    own.take_over()
    connection.close()
    connection.settings_dict |= {"NAME": "postgres", "HOST": str(own.server.socket_folder)}
    try:
        yield own
    finally:
        connection.close()
        connection.settings_dict |= usual
        own.server.stop()


def test_a_server_killed_in_mid_slice_at_full_speed_leaves_no_half_and_repeats_nothing(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked, unlinked = ([network.citizen(make_person()) for _ in range(3)] for _ in range(2))
    for citizen in linked:
        network.synchronize(citizen)
    # Who was synchronized just now is left for the closing slice.
    Citizen.objects.exclude(synchronized_at=None).update(synchronized_at=now() - timedelta(hours=1))
    lot = begin(network, it_of(network))
    classify = running.classify

    with own_server(tmp_path / "postgres") as own:

        def and_die(lot: Lot, claimed: Slice, at: Any) -> int:
            people = classify(lot, claimed, at)
            if claimed.kind == Slice.Kind.CHART:
                assert people == len(unlinked)
                own.kill()
            return people

        monkeypatch.setattr(running, "classify", and_die)
        with pytest.raises(DatabaseError):
            tasks.work(lot.pk)
        monkeypatch.setattr(running, "classify", classify)
        own.start_again()
        # Of the second slice nothing is left: no visit, no counter, no chart.
        assert list(lot.slices.order_by("number").values_list("is_done", flat=True)) == [True, False, False]
        assert visits(lot) == {citizen.pk: 1 for citizen in linked}
        assert counted(lot) == {Outcome.EQUAL: len(linked)}
        assert not Citizen.objects.filter(pk__in=[citizen.pk for citizen in unlinked], found_at__isnull=False).exists()

        assert tasks.work(lot.pk) == len(unlinked)
        after = read(lot)
        assert (after.status, after.visits, after.visited) == (Lot.Status.DONE_PENDING, 6, 6)
        assert visits(lot) == {citizen.pk: 1 for citizen in [*linked, *unlinked]}
        assert counted(lot) == rows_by_outcome(lot) == {Outcome.EQUAL: 3, Outcome.TO_SYNCHRONIZE: 3}
        assert lot.slices.aggregate(people=Sum("people"))["people"] == 6


def rows_by_outcome(lot: Lot) -> dict[int, int]:
    rows = Visit.objects.filter(lot=lot).order_by().values_list("outcome").annotate(people=Count("citizen"))
    return dict(rows)
