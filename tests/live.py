"""The real web process of `make run` (both listeners, real sockets) over the test database, for journeys and TLS tests.

Use the fixture `live_portal` in a test, or `noon_portal` when its clock may stand still; both make the test
transactional. The servers run in threads of the worker's own pytest process and keep their ports for the whole
session; authorities and server certificate are made anew for each test, because the database is emptied after each one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.servers.web import House, TrustState, open_house
from pki import services as pki
from tests.clock import now
from tests.in_room import inside, write_row


@dataclass(frozen=True)
class LivePortal:
    """Addresses of the running portal, or of its room with --in-room.

    `ca_bundle` is a PEM file with every simulated authority.
    """

    url: str
    tls_url: str
    ca_bundle: Path
    house: House

    def renew_trust(self) -> None:
        """Make the TLS context anew, as a restart would: after a change of AUTH_MODO_ERRO or of the authorities."""
        self.house.trust = TrustState()
        self.house.renew_trust(at=now())


@pytest.fixture(scope="session")
def _listeners() -> Iterator[House]:
    from config.wsgi import application  # noqa: PLC0415 -- the apps must be loaded first

    house = open_house(application, port=0, tls_port=0)
    yield house
    house.stop()


@pytest.fixture
def noon_portal(_listeners: House, transactional_db: None, settings: Any, tmp_path: Path) -> LivePortal:
    """The portal at the frozen clock of the test, for plain HTTP only: a handshake or a browser needs `live_portal`."""
    origin, tls_origin = f"http://127.0.0.1:{_listeners.portal.port}", f"https://127.0.0.1:{_listeners.tls.port}"
    portal = LivePortal(
        url=f"{origin}{inside()}",
        tls_url=f"{tls_origin}{inside()}",
        ca_bundle=tmp_path / "ca.pem",
        house=_listeners,
    )
    settings.PORT, settings.TLS_PORT = _listeners.portal.port, _listeners.tls.port
    settings.PORTAL_URL, settings.TLS_URL = origin, tls_origin
    write_row()
    portal.renew_trust()
    portal.ca_bundle.write_bytes(pki.trusted_bundle_pem())
    return portal


@pytest.fixture
def live_portal(real_clock: None, noon_portal: LivePortal) -> LivePortal:
    """The portal and the TLS listener, answering for this test in the present."""
    return noon_portal
