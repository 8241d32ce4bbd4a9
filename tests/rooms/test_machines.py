"""Machines in rooms: a certificate is of one room, and of one world of it."""

import socket
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from OpenSSL import SSL

from common.exceptions import RuleBroken
from config.management.commands.room import obtain
from pki import services as pki
from pki.models import Certificate
from rnds.services import credentialing, credentials
from rooms import clockwork, services, worlds
from rooms.models import Room
from rooms.worlds import entered
from tests.actors import acting
from tests.clock import now
from tests.rooms.conftest import Rooms
from tests.switches import Switch

pytestmark = [pytest.mark.xdist_group("rooms"), pytest.mark.django_db(databases=["default", "control"])]
CNES = "9010017"


def test_each_credential_opens_its_own_room_and_no_other(rooms: Rooms, curl: Any) -> None:
    one, other = rooms.open(), rooms.open()
    keys = {each.room.code: obtain(each.room, CNES) for each in (one, other)}

    for code, credential in keys.items():
        assert curl(f"/s/{code}/api/token", credential)[0] == 200
        # Its own certificate says the room; the address without a room leads to the same one.
        assert curl("/api/token", credential)[0] == 200
    for code, foreign in ((one.room.code, keys[other.room.code]), (other.room.code, keys[one.room.code])):
        status, body = curl(f"/s/{code}/api/token", foreign)
        assert (status, body["error"]) == (403, "other_room")


def test_what_a_reset_forgot_opens_nothing(rooms: Rooms, curl: Any) -> None:
    opened = rooms.open()
    credential = obtain(opened.room, CNES)
    path = f"/s/{opened.room.code}/api/token"
    assert curl(path, credential)[0] == 200

    services.reset_room(code=opened.room.code, key=opened.key, at=now())

    status, body = curl(path, credential)
    assert (status, body["error_description"]) == (401, "Certificado não emitido por autoridade confiável.")
    assert "antes de a sala ser reiniciada" in body["simulador"]["explicacao"]


def test_a_certificate_of_the_open_room_opens_no_other(rooms: Rooms, curl: Any, tmp_path: Path) -> None:
    opened = rooms.open()
    with entered(worlds.open_world()):
        made = obtain_here(tmp_path)

    assert curl("/api/token", made)[0] == 200
    assert curl(f"/s/{opened.room.code}/api/token", made)[0] == 401


def obtain_here(folder: Path) -> dict[str, Any]:
    credential = credentialing.obtain(cnes="9010025", password="simulada-123", form="moderno", at=now())
    content = credentials.credential_file(
        credential_id=credential.pk, by=acting(credential.request.requested_by), at=now()
    )
    (folder / "aberta.pfx").write_bytes(content.content)
    return {"pfx": str(folder / "aberta.pfx"), "pfx_password": "simulada-123"}


def test_another_rooms_file_is_refused_where_it_is_brought(rooms: Rooms) -> None:
    one, other = rooms.open(), rooms.open()
    credential = obtain(one.room, CNES)

    with entered(worlds.find(other.room.code)), pytest.raises(RuleBroken, match="emitido em outra sala"):
        pki.inspect_pkcs12(
            content=Path(credential["pfx"]).read_bytes(),
            filename="client.pfx",
            password=credential["pfx_password"],
            at=now(),
        )
    with entered(worlds.find(one.room.code)):
        assert pki.inspect_pkcs12(
            content=Path(credential["pfx"]).read_bytes(),
            filename="client.pfx",
            password=credential["pfx_password"],
            at=now(),
        )


def test_lists_and_addresses_of_a_certificate_are_of_its_room(rooms: Rooms) -> None:
    opened = rooms.open()
    obtain(opened.room, CNES)
    with entered(worlds.find(opened.room.code)):
        pem = Certificate.objects.latest("pk").pem
    text = subprocess.run(["openssl", "x509", "-noout", "-text"], input=pem, capture_output=True, text=True, check=True)

    assert f"{rooms.url}/s/{opened.room.code}/pki/" in text.stdout


def test_x509_has_real_dates_and_the_room_judges_by_its_own(rooms: Rooms, curl: Any) -> None:
    """A certificate issued in a room that is a year ahead: in force today for OpenSSL, a year from now for the room."""
    opened = rooms.open()
    path = f"/s/{opened.room.code}/api/token"
    jump(opened, now() + timedelta(days=366))

    credential = obtain(worlds_room(opened), CNES)
    with entered(worlds.find(opened.room.code)):
        row = Certificate.objects.latest("pk")
        assert row.not_before <= now() < row.not_after
    certificate = x509.load_pem_x509_certificate(row.pem.encode())
    assert certificate.not_valid_before_utc <= now() < certificate.not_valid_after_utc
    assert row.not_before - certificate.not_valid_before_utc > timedelta(days=365)
    assert curl(path, credential)[0] == 200
    listed = subprocess.run(
        ["curl", "-s", f"{rooms.url}/s/{opened.room.code}/pki/lcr/egestor.crl"], capture_output=True, check=True
    )
    assert x509.load_der_x509_crl(listed.stdout).last_update_utc <= now()

    jump(opened, row.not_after)
    status, body = curl(path, credential)
    assert (status, body["error_description"]) == (401, "Certificado fora do período de vigência.")


def jump(opened: services.Opened, to: datetime) -> None:
    """Put the clock of the room there, and its people with it: the days between are walked in test_clock.py."""
    with worlds.control():
        Room.objects.filter(pk=opened.room.pk).update(ahead=to - now())
    with entered(worlds.find(opened.room.code)):
        clockwork.catch_up(at=now(), spares_people=True)


def worlds_room(opened: services.Opened) -> Any:
    """The row as it is now."""
    return services.find_room(code=opened.room.code, at=now())


@pytest.fixture
def strict(rooms: Rooms, settings: Any, switch: Switch) -> Iterator[None]:
    """AUTH_MODO_ERRO=tls."""
    before = settings.SWITCHES
    switch(auth_error_mode="tls")
    rooms.house.renew_trust(at=now())
    yield
    settings.SWITCHES = before
    rooms.house.renew_trust(at=now())


def test_in_tls_mode_the_handshake_asks_the_room_of_the_certificate(rooms: Rooms, strict: None, curl: Any) -> None:
    opened = rooms.open()
    credential = obtain(opened.room, CNES)
    assert curl(f"/s/{opened.room.code}/api/token", credential)[0] == 200

    with entered(worlds.find(opened.room.code)):
        credentialing.revoke(requester_id=credential["requester_id"], at=now())
    assert alert(rooms, credential) == "certificate revoked"


def alert(rooms: Rooms, credential: dict[str, Any]) -> str:
    """The alert that ends the handshake, as OpenSSL names it."""
    opened = pki.open_container(Path(credential["pfx"]).read_bytes(), credential["pfx_password"])
    assert opened.certificate is not None
    assert isinstance(opened.key, RSAPrivateKey)
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.use_certificate(opened.certificate)
    context.use_privatekey(opened.key)
    for above in opened.chain:
        context.add_extra_chain_cert(above)
    with socket.create_connection(("127.0.0.1", rooms.house.tls.port), timeout=10) as raw:
        raw.setblocking(True)
        connection = SSL.Connection(context, raw)
        connection.set_connect_state()
        try:
            connection.do_handshake()
            connection.recv(1)
        except SSL.Error as problem:
            return str(problem.args[0][0][2]).rpartition("alert ")[2]
    return ""
