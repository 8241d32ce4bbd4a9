"""Two rooms of one portal in two browsers, at another address than 127.0.0.1.

The portal is the real `make run HOST=…`; the second loopback address stands for that of a local network.
"""

import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from playwright.sync_api import Browser, expect

from rooms import marks
from tests.journeys import test_credentialing as credentialing
from tests.journeys.walker import Walker, arriving
from tests.runs import Run

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("run"),
    pytest.mark.usefixtures("real_clock"),
]

HOST = "127.0.0.2"
FUND = credentialing.PEOPLE["aracatuba-fundo"]


@dataclass
class Party:
    """Who trains in one room: the browser, the room's code, PIN and key, and the credential that came of it."""

    walker: Walker
    code: str
    pin: str
    key: str
    file: Path = Path()
    requester_id: str = ""

    def tls(self, run: Run) -> str:
        return f"{run.tls_url}/s/{self.code}"


@pytest.fixture
def portal(furnished: Path) -> Iterator[Run]:
    run = Run(furnished, host=HOST)
    try:
        run.wait_until_ready()
        yield run
    finally:
        run.end(signal.SIGTERM)


@pytest.fixture
def parties(portal: Run, browser: Browser) -> Iterator[list[Party]]:
    """Each opens a room of their own, in a browser of their own; the second sees the pages that the first looked at."""
    with arriving(browser, portal.url) as arrive:
        first, second = arrive(), arrive()
        second.looks = False
        yield [open_room(first, "Turma da manhã"), open_room(second, "Turma da tarde")]


def open_room(walker: Walker, title: str) -> Party:
    """By the page, and then inside."""
    walker.go("/sala/abrir/")
    walker.fill("Título da sala", title)
    walker.press("Abrir sala")
    walker.sees("Guarde agora")
    page = walker.page
    code = page.locator(".share-code").inner_text().strip()
    pin = re.search(r"PIN da sala: (\d{6})", page.locator("main").inner_text())
    assert pin
    party = Party(walker, code, pin[1], page.locator("#chave").input_value())
    walker.press("Entrar na sala")
    walker.sees(title)
    walker.room = f"/s/{code}"
    return party


def test_two_browsers_in_two_rooms(portal: Run, parties: list[Party], browser: Browser, tmp_path: Path) -> None:
    ca = portal.data / "ca.pem"
    one, other = parties
    for party in parties:
        walk_the_whole(party, tmp_path)
    assert one.requester_id == other.requester_id, "each room counts from its own beginning"
    for party, foreign in ((one, other), (other, one)):
        assert credentialing.claims_of(credentialing.curl(party.tls(portal), party.file, ca=ca))["cnes"] == FUND.cnes
        # Without the room in the address the certificate says it.
        assert "access_token" in credentialing.curl(portal.tls_url, party.file, ca=ca)
        assert credentialing.curl(party.tls(portal), foreign.file, ca=ca)["error"] == "other_room"
        assert_names_its_room(party, portal)

    midnight_in_the_first(one, other)

    begun = monotonic()
    own = {"Authorization": f"Bearer {one.key}"}
    answer = requests.post(f"{portal.url}/sim/salas/{one.code}/reiniciar", headers=own, timeout=30)
    # The figure itself (0.1 s) is measured by bench_h1_rooms.
    assert (answer.status_code, monotonic() - begun < 2) == (200, True)
    assert "access_token" not in credentialing.curl(one.tls(portal), one.file, ca=ca)
    assert "access_token" in credentialing.curl(other.tls(portal), other.file, ca=ca)
    other.walker.enter_as_person("aracatuba-programa", to="/rnds/")
    other.walker.sees("ATIVO")
    # The session of the former world is none in the new one; the browser is still let in.
    one.walker.go("/rnds/")
    assert f"/s/{one.code}/entrar/" in one.walker.page.url

    a_visitor_needs_the_pin(portal, other, browser)


def walk_the_whole(party: Party, folder: Path) -> None:
    """From the deployment token to the tested connection of the PEC."""
    walker, own = party.walker, folder / party.code
    own.mkdir()
    token = credentialing.token_of_the_fund(walker)
    counter_key = credentialing.counter_key_of_the_pec(walker)
    party.requester_id, party.file = credentialing.credential_of_the_manager(walker, token, counter_key, own)
    credentialing.enable_in_the_pec(walker, party.requester_id, party.file)
    walker.leave()


def assert_names_its_room(party: Party, portal: Run) -> None:
    """The addresses in the certificate are under the room's, at the name by which the portal is reached."""
    _, certificate, _ = pkcs12.load_key_and_certificates(party.file.read_bytes(), credentialing.PFX_PASSWORD.encode())
    assert certificate is not None
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    addresses = [name.value for point in points for name in point.full_name or ()]
    assert all(address.startswith(f"{portal.url}/s/{party.code}/") for address in addresses)
    assert marks.CODE.match(addresses[0])


def midnight_in_the_first(one: Party, other: Party) -> None:
    """The token of the day dies with the day of its own room."""
    for party in (one, other):
        credentialing.token_of_the_fund(party.walker)
    owner = Walker(one.walker.page.context.new_page(), room="")
    owner.go(f"/sala/{one.code}/painel/")
    owner.page.get_by_label("1 dia").check(force=True)
    owner.press("Ver o que vai acontecer")
    owner.follow(owner.page.get_by_role("button", name=re.compile("Avançar até")))
    owner.sees("O relógio da sala marca agora")
    assert owner.problems == []
    for party, status in ((one, "EXPIRADO"), (other, "GERADO")):
        party.walker.enter_as_fund(FUND.login, FUND.password, to="/e-gestor/tokens/")
        expect(party.walker.page.locator("tbody tr").first).to_contain_text(status)
        party.walker.leave()


def a_visitor_needs_the_pin(portal: Run, party: Party, browser: Browser) -> None:
    """Somebody with the invitation."""
    with arriving(browser, portal.url) as arrive:
        visitor = arrive()
        visitor.go(f"/s/{party.code}/siops/")
        assert visitor.page.url.startswith(f"{portal.url}/sala/{party.code}/")
        visitor.fill("PIN da sala", "000000" if party.pin != "000000" else "111111")
        visitor.press("Entrar na sala")
        visitor.sees("PIN incorreto.")
        visitor.fill("PIN da sala", party.pin)
        visitor.press("Entrar na sala")
        assert visitor.page.url == f"{portal.url}/s/{party.code}/siops/"
