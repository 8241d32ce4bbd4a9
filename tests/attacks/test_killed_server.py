"""The web process dies, or its database goes, between «Confirmar e avançar» and the answer."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.db import connection, transaction

from egestor.models import DeploymentToken
from pki import services as pki
from rnds.models import Credential, CredentialRequest
from rnds.services.terms import ensure_terms_text
from territory.models import Establishment
from tests.attacks.house import WebProcess, at_the_server
from tests.attacks.people import Browser, assert_whole
from tests.clock import now
from tests.factories.credentials import make_awaiting_terms

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300), pytest.mark.xdist_group("run")]

# Shares of the time that a whole confirmation takes.
MOMENTS = (0.1, 0.5, 0.75, 0.9, 1.0)
Start = Callable[[], WebProcess]


@pytest.fixture
def start(real_clock: None, tmp_path: Path, transactional_db: None) -> Iterator[Start]:
    """Web processes over the database of the test; whatever is left is stopped."""
    processes: list[WebProcess] = []

    def start_one() -> WebProcess:
        processes.append(WebProcess(tmp_path / "dados"))
        return processes[-1]

    yield start_one
    for process in processes:
        process.stop()


@pytest.fixture
def awaiting(start: Start) -> Callable[[], CredentialRequest]:
    """Requests with the termo on the screen, by the clock of the process, whose token outlives this test."""
    at = now()
    pki.ensure_authorities(at=at)
    ensure_terms_text(at=at)

    def make_one() -> CredentialRequest:
        request = make_awaiting_terms(at=now())
        DeploymentToken.objects.filter(pk=request.token_id).update(expires_at=now() + timedelta(hours=1))
        return request

    return make_one


def confirm(browser: Browser, request: CredentialRequest, sent: dict[str, str]) -> requests.Response | None:
    """The answer, or None when the server died before giving one."""
    try:
        return browser.post(f"/rnds/solicitacao/{request.pk}/termo/", sent, allow_redirects=False)
    except requests.RequestException:
        return None


def test_a_server_killed_while_confirming_grants_once_or_not_at_all(
    start: Start, awaiting: Callable[[], CredentialRequest]
) -> None:
    web = start()
    web.wait_until_ready()
    # Of two, the second one measures: everything is loaded by then.
    whole = [time_of_a_confirmation(web, awaiting()) for _ in range(2)][1]
    for moment in MOMENTS:
        request, successor = awaiting(), start()
        successor.wait_until_ready()
        click = Click(web, request)
        click.start()
        time.sleep(whole * moment)
        web.kill()
        click.join(timeout=30)
        after, web = assert_whole(request.pk), successor
        # Who got an answer got a true one.
        assert click.answer is None or after.status == CredentialRequest.Status.GRANTED
        page_tells_which(web, after)
    killed_in_the_middle_of_the_transaction(web, start(), awaiting())
    assert Credential.objects.active().count() == 2 + len(MOMENTS) + 1


def killed_in_the_middle_of_the_transaction(web: WebProcess, successor: WebProcess, request: CredentialRequest) -> None:
    """The termo is written and the token consumed, the certificate not yet made: the test holds the establishment."""
    click = Click(web, request)
    with transaction.atomic():
        Establishment.objects.select_for_update().get(pk=request.establishment_id)
        click.start()
        web.wait_for_a_lock()
        web.die()
    web.wait_for_the_database_to_notice()
    click.join(timeout=30)
    assert click.answer is None
    after = assert_whole(request.pk)
    assert after.status == CredentialRequest.Status.AWAITING_TERMS
    successor.wait_until_ready()
    page_tells_which(successor, after)


def time_of_a_confirmation(web: WebProcess, request: CredentialRequest) -> float:
    browser = Browser(web.url, request.requested_by)
    sent = browser.read_terms(request)
    begun = time.monotonic()
    assert confirm(browser, request, sent) is not None
    assert assert_whole(request.pk).status == CredentialRequest.Status.GRANTED
    return time.monotonic() - begun


class Click(threading.Thread):
    """«Confirmar e avançar», whose answer may never come."""

    answer: requests.Response | None = None

    def __init__(self, web: WebProcess, request: CredentialRequest) -> None:
        super().__init__()
        browser = Browser(web.url, request.requested_by)
        self.given = (browser, request, browser.read_terms(request))

    def run(self) -> None:
        self.answer = confirm(*self.given)


def page_tells_which(web: WebProcess, request: CredentialRequest) -> None:
    """In the next process the request's page shows the credential; or the termo, which confirmed again grants it."""
    browser = Browser(web.url, request.requested_by)
    address = f"/rnds/solicitacao/{request.pk}/"
    page = browser.get(address)
    if request.status == CredentialRequest.Status.GRANTED:
        assert page.url.endswith(address)
        assert str(request.credential.requester_id) in page.text
        again = {"shown_hash": "0" * 64, "accepted": "on"}
    else:
        assert page.url.endswith(f"{address}termo/")
        again = browser.read_terms(request)
    answer = confirm(browser, request, again)
    assert answer is not None
    assert answer.headers["Location"] == address
    assert assert_whole(request.pk).status == CredentialRequest.Status.GRANTED


def hang_up() -> None:
    """End every connection of the database but that of the test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def lost_between_two_requests(web: WebProcess, request: CredentialRequest) -> None:
    browser = Browser(web.url, request.requested_by)
    sent = browser.read_terms(request)
    hang_up()
    assert browser.get("/rnds/").status_code == 200
    hang_up()
    answer = confirm(browser, request, sent)
    assert answer is not None
    assert answer.status_code == 302
    assert assert_whole(request.pk).status == CredentialRequest.Status.GRANTED


def test_a_database_that_goes_and_comes_back(start: Start, awaiting: Callable[[], CredentialRequest]) -> None:
    """While it is away: 503 with JSON for machines, an error page for people, nothing half-made; then all by itself.

    Connections lost between two requests, as when its server was started anew, nobody notices.
    """
    web = start()
    web.wait_until_ready()
    lost_between_two_requests(web, awaiting())
    request = awaiting()
    browser = Browser(web.url, request.requested_by)
    sent = browser.read_terms(request)
    database = connection.settings_dict["NAME"]
    try:
        at_the_server(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
        hang_up()
        for _ in range(2):
            status, health = web.health()
            assert (status, health["status"], health["database"], health["worker"]) == (503, "down", "down", "unknown")
            token = requests.get(web.url + "/api/token", timeout=15)
            assert token.status_code in {401, 503}
            answer = confirm(browser, request, sent)
            assert answer is not None
            assert answer.status_code in {500, 503}
            assert "Traceback" not in answer.text
            assert "psycopg" not in answer.text
    finally:
        at_the_server(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')
    assert assert_whole(request.pk).status == CredentialRequest.Status.AWAITING_TERMS
    assert web.health()[0] == 200
    answer = confirm(browser, request, sent)
    assert answer is not None
    assert answer.status_code == 302
    assert assert_whole(request.pk).status == CredentialRequest.Status.GRANTED
