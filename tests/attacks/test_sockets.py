"""Both listeners, spoken to as no browser would: no internal error, no file of somebody else, no endless wait."""

import json
import math
import socket
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from config.servers import listener
from tests.attacks.wire import CLOSE, HOST, Door
from tests.clock import now
from tests.factories import certificates, make_cnpj
from tests.live import LivePortal
from tests.runs import wait_for

LOW = "\x00\x01\x1f\x7f"


@pytest.fixture(params=["plain", "tls"])
def door(request: pytest.FixtureRequest, live_portal: LivePortal) -> Iterator[Door]:
    """Each listener; after what was done to it, it still answers."""
    door = Door.plain(live_portal) if request.param == "plain" else Door.tls(live_portal)
    yield door
    assert door.ask(b"/healthz").status in {200, 503}


def chunked(*parts: bytes) -> bytes:
    head = b"POST /pki/ocsp/egestor/ HTTP/1.1\r\n" + HOST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(parts)


def test_broken_requests_are_refused(door: Door) -> None:
    expected = {
        b"\x00\x01\x02\r\n\r\n": 400,
        b"\r\n\r\n\r\n": 400,
        b"GET /\r\n\r\n": 400,
        b"GET / HTTP/9.9\r\n\r\n": 505,
        b"get / HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n": 400,
        b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n": 400,
        b"GET / HTTP/1.1\r\n continues nothing\r\n" + HOST + CLOSE + b"\r\n": 400,
        b"GET / HTTP/1.1\r\nno colon\r\n" + HOST + CLOSE + b"\r\n": 400,
        b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n" + CLOSE + b"\r\n": 400,
        b"GET / HTTP/1.1\r\n" + HOST + b"Host: elsewhere.example\r\n" + CLOSE + b"\r\n": 400,
        b"GET http://elsewhere.example/ HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n": 400,
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n": 414,
        b"POST /pki/ocsp/egestor/ HTTP/1.1\r\n" + HOST + CLOSE + b"Content-Length: x\r\n\r\nabc": 400,
        b"POST /entrar/fundo/ HTTP/1.1\r\n" + HOST + CLOSE + b"Content-Length: 99999999999\r\n\r\nabc": 413,
    }
    assert {request[:60]: door.say(request).status for request in expected} == {
        request[:60]: status for request, status in expected.items()
    }


def test_huge_headers_are_refused(door: Door) -> None:
    # Refused while still sending: the answer may be lost with the connection, but is never an acceptance.
    for headers in ([b"X-A: " + b"a" * 200_000], [b"X-%d: a" % number for number in range(20_000)]):
        assert door.ask(b"/healthz", *headers).status in {0, 413}


@pytest.mark.parametrize("character", LOW)
def test_control_characters_in_headers_are_refused(door: Door, character: str) -> None:
    for name in (b"User-Agent", b"Accept", b"Cookie", b"Referer"):
        assert door.ask(b"/entrar/", name + b": a" + character.encode() + b"b").status == 400


def test_a_cookie_that_hides_a_nul_is_no_session(door: Door) -> None:
    answer = door.ask(b"/e-gestor/", b'Cookie: sessionid="\\000abcdefgh"; csrftoken="\\000"; messages="\\000"')
    assert answer.status == 302
    assert b"Location: /entrar/?next=/e-gestor/" in answer.head
    assert door.ask(b"/e-gestor/", b"Cookie: sessionid=" + b"x" * 9000).status == 302


def test_paths_lead_to_no_file(door: Door) -> None:
    secrets = (b"root:", b"SECRET_KEY", b"import os")
    for path in (
        b"/static/../../../../../../etc/passwd",
        b"/static/%2e%2e/%2e%2e/manage.py",
        b"/static/..%2f..%2fmanage.py",
        b"/static/..%5c..%5cmanage.py",
        b"/static//etc/passwd",
        b"/static/a%00b",
        b"/static/css/../../config/settings/base.py",
        b"/pki/ac/../../manage.py",
        b"/pki/ac/..%2f..%2fmanage.pem",
        b"/pki/lcr/..%2f..%2fmanage.crl",
        b"/%ff%fe/",
        b"/a%00b/",
        b"/rnds/credencial/" + b"9" * 5000 + b"/",
    ):
        answer = door.ask(path)
        assert answer.status in {302, 404}, path
        assert not any(secret in answer.body for secret in secrets), path


def test_queries_and_ranges_of_nonsense(door: Door) -> None:
    for path in (
        b"/entrar/?next=%ff%fe&q=%00&sistema=%F0%9F",
        b"/entrar/?next=//elsewhere.example&next=javascript:alert(1)",
        b"/entrar/?" + b"a=1&" * 5000,
        b"/glossario/?q=%00",
    ):
        assert door.ask(path).status in {200, 400}, path
    sheet = b"/static/dsgovbr/core-lite.min.css"
    assert door.ask(sheet, b"Range: bytes=99999999999999999999-").status == 416
    assert door.ask(sheet, b"Range: bytes=a-b").status == 200
    assert door.ask(sheet, b"If-Modified-Since: \xff\xfe").status == 200


def test_methods(door: Door) -> None:
    answers = {
        method: door.ask(b"/", method=method).status
        for method in (b"HEAD", b"OPTIONS", b"TRACE", b"CONNECT", b"PUT", b"DELETE", b"PATCH", b"FOO")
    }
    assert answers.pop(b"HEAD") == 200
    assert set(answers.values()) <= {403, 405}
    # TRACE would show a script the cookies it may not read.
    assert b"segredo" not in door.ask(b"/", b"Cookie: segredo=1", method=b"TRACE").raw


def test_an_answer_to_head_has_no_body_and_keeps_the_connection_in_step(door: Door) -> None:
    for path in (b"/healthz", b"/entrar/", b"/api/token", b"/static/dsgovbr/core-lite.min.css", b"/nada/"):
        assert door.ask(path, method=b"HEAD").body == b"", path
    head = b"HEAD /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    answer = door.say(head + b"GET /robots.txt HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
    assert answer.raw.count(b"HTTP/1.1 200 OK") == 2
    assert answer.raw.endswith(b"Disallow: /\n")


def test_chunked_bodies(door: Door) -> None:
    assert door.say(chunked(b"3\r\nabc\r\n", b"0\r\n\r\n")).status == 200
    for parts in (
        [b"zz\r\nabc\r\n0\r\n\r\n"],
        [b"ffffffffffffffffff\r\nabc\r\n0\r\n\r\n"],
        [b"-5\r\nabc\r\n0\r\n\r\n"],
    ):
        # Read as a request that is no OCSP, or refused; never waited for.
        assert door.say(chunked(*parts)).status in {0, 200, 400, 413}


def test_wrong_bodies_and_content_types(door: Door) -> None:
    kinds = (
        b"application/json",
        b"text/plain",
        b"application/x-www-form-urlencoded; charset=utf-16",
        b"application/x-www-form-urlencoded; charset=nada",
        b"multipart/form-data",
        b"multipart/form-data; boundary=",
        b"multipart/form-data; boundary=X",
        b"\xff\xfe",
    )
    for kind in kinds:
        for body in (b"\xff\xfe\x00", b'{"cnpj": 1}', b"a=1&" * 2000, b"--X\r\n\xff\r\n\r\n--X", b"--X--"):
            answer = door.ask(b"/entrar/fundo/", b"Content-Type: " + kind, method=b"POST", body=body)
            # Without the CSRF token nothing is read from it; in another character set, not even that is looked for.
            assert answer.status in ({415} if b"charset=" in kind else {400, 403}), (kind, body[:10])


def test_ocsp_rubbish(door: Door) -> None:
    malformed = b"\x30\x03\x0a\x01\x01"
    for body in (b"\xff", b"\x30\x82\xff\xff", b"\x30\x80", b"a" * 7000, bytes(range(256)) * 8):
        answer = door.ask(b"/pki/ocsp/egestor/", method=b"POST", body=body)
        assert (answer.status, answer.body) == (200, malformed)
    for path in ("ação", "%FF%FF", "a%00b", "====", "%2F" * 50, "A" * 3000):
        answer = door.ask(b"/pki/ocsp/egestor/" + (path if "%" in path else quote(path)).encode())
        assert (answer.status, answer.body) == (200, malformed), path
    assert door.ask(b"/pki/ocsp/nada/", method=b"POST", body=b"a").status == 404


def test_no_header_passes_for_a_certificate(live_portal: LivePortal, settings: object) -> None:
    """By TCP nothing that a client writes becomes the certificate of a granted credential."""
    pfx = certificates.make_pfx(at=now(), cnpj=make_cnpj(77))
    certificates.grant_credential(pfx, at=now())
    forged = quote(pfx.pem).encode()
    settings.TRUST_TLS_HEADER = True  # type: ignore[attr-defined]  # the fixture of pytest-django
    names = [
        b"X-SSL-Client-Cert",
        b"x-ssl-client-cert",
        b"X_SSL_CLIENT_CERT",
        b"X-SSL_Client-Cert",
        b"X-Ssl-Client-Cert ",
        b"SSL-CLIENT-CERT",
        b"SSL_CLIENT_CERT",
        b"HTTP_X_SSL_CLIENT_CERT",
        b"X-Forwarded-Client-Cert",
        b"X-Client-Cert",
        b"gunicorn.socket",
    ]
    for door in (Door.plain(live_portal), Door.tls(live_portal)):
        for name in names:
            header = name + b": " + forged
            # Alone, twice, folded in two lines, and beside the address that nginx would tell.
            for headers in ([header], [header, header], [name + b":", b" " + forged], [header, b"X-Real-IP: 10.0.0.1"]):
                answer = door.ask(b"/api/token", *headers)
                assert answer.status == 401, (name, headers[0][:30])
                assert json.loads(answer.body)["error_description"] == "Certificado digital não apresentado."


@pytest.mark.parametrize("kind", ["plain", "tls"])
def test_clients_that_drip_do_not_take_the_portal(
    live_portal: LivePortal, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than there are threads, each always sending: their time ends, and the others are answered."""
    monkeypatch.setattr(listener, "HEAD_SECONDS", 1.0)
    door = Door.plain(live_portal) if kind == "plain" else Door.tls(live_portal)
    drips = [door.connect() for _ in range(listener.MAX_THREADS + 4)]
    alive = set(drips)
    for drip in drips:
        drip.sendall(b"GET /healthz HTTP/1.1\r\nX-A: ")
    with door.connect(timeout=20) as person:
        person.sendall(b"GET /robots.txt HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
        person.settimeout(0.2)
        answer, end = b"", time.monotonic() + 20
        while not answer and time.monotonic() < end:
            for drip in tuple(alive):
                try:
                    drip.sendall(b"a")
                except OSError:
                    alive.discard(drip)
            try:
                answer = person.recv(4096)
            except TimeoutError:
                continue
    for drip in drips:
        drip.close()
    assert answer.startswith(b"HTTP/1.1 200 OK")


# What begins a request, what goes on with it, and the time that this part of it has.
SLOW = {
    "nothing": (b"", b"", 0.0),
    "a head": (b"GET /healthz HTTP/1.1\r\nX-A: ", b"a", listener.HEAD_SECONDS),
    "a body": (
        b"POST /entrar/fundo/ HTTP/1.1\r\n" + HOST + b"Content-Length: 9999\r\n\r\n",
        b"a",
        listener.BODY_SECONDS,
    ),
    "chunks": (
        b"POST /entrar/fundo/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n",
        b"a",
        listener.BODY_SECONDS,
    ),
}


@pytest.fixture
def put_ahead(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The clock by which the listeners end what is slow goes on so many seconds at once."""
    ahead = 0.0

    def go_on(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    monkeypatch.setattr(listener, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + ahead))
    return go_on


@pytest.mark.parametrize("kind", ["plain", "tls"])
@pytest.mark.parametrize("what", SLOW)
def test_forty_slow_sockets_silence_nobody(
    live_portal: LivePortal, kind: str, what: str, put_ahead: Callable[[float], None]
) -> None:
    """While they send, the next person is answered at once; and their time ends, however lately they sent something."""
    door = Door.plain(live_portal) if kind == "plain" else Door.tls(live_portal)
    server = live_portal.house.portal if kind == "plain" else live_portal.house.tls
    beginning, drop, limit = SLOW[what]
    slow = [door.connect() for _ in range(40)]
    for connection in slow:
        connection.sendall(beginning)
    begun = time.monotonic()
    for _ in range(3):
        assert door.ask(b"/robots.txt").status == 200
        if drop:
            wait_for(lambda: sum(each.deadline < math.inf for each in tuple(server.open)) == 40, pause=0.01)
        put_ahead(0.3 * limit)
        for connection in slow:
            connection.sendall(drop)
    assert time.monotonic() - begun < 2.5
    put_ahead(0.3 * limit)
    if drop:
        assert ended(slow, drop, seconds=8) == 40
    for connection in slow:
        connection.close()


def ended(connections: list[socket.socket], drop: bytes, *, seconds: float) -> int:
    """How many the server has closed, while each goes on sending."""
    alive, end = list(connections), time.monotonic() + seconds
    while alive and time.monotonic() < end:
        for connection in tuple(alive):
            connection.settimeout(0.01)
            try:
                connection.sendall(drop)
                if connection.recv(100) == b"":
                    alive.remove(connection)
            except TimeoutError:
                continue
            except OSError:
                alive.remove(connection)
    return len(connections) - len(alive)


def test_more_connections_than_may_be_open_end_the_oldest(
    live_portal: LivePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MAX_CONNECTIONS", 20)
    door = Door.plain(live_portal)
    idle = [door.connect() for _ in range(40)]
    assert door.ask(b"/robots.txt").status == 200
    assert ended(idle[:15], b"", seconds=5) == 15
    for connection in idle:
        connection.close()


def test_what_says_twice_where_it_goes_or_ends_is_refused(door: Door) -> None:
    post = b"POST /pki/ocsp/egestor/ HTTP/1.1\r\n" + HOST + CLOSE
    for request in (
        b"GET /robots.txt HTTP/1.1\r\n" + HOST + HOST + CLOSE + b"\r\n",
        b"GET /robots.txt HTTP/1.1\r\n" + HOST + b"hOST : 127.0.0.1\r\n" + CLOSE + b"\r\n",
        post + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        post + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        post + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post + b"Content-Length: +3\r\n\r\nabc",
        post + b"Content-Length: 1_0\r\n\r\nabcdefghij",
        post + b"Content-Length: -3\r\n\r\nabc",
        post + b"Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 3\r\n\r\nabc",
    ):
        answer = door.say(request)
        assert (answer.status, answer.body) == (400, b"Pedido HTTP malformado."), request


def test_requests_sent_in_one_go_are_answered_in_order(door: Door) -> None:
    one = b"GET /robots.txt HTTP/1.1\r\n" + HOST + b"\r\n"
    post = b"POST /pki/ocsp/nada/ HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc"
    answer = door.say(one + post + one.replace(b"\r\n\r\n", b"\r\n" + CLOSE + b"\r\n"))
    assert answer.statuses == [200, 404, 200]


def test_who_waits_for_100_continue_is_told_to_go_on(door: Door) -> None:
    with door.connect() as connection:
        connection.sendall(
            b"POST /pki/ocsp/nada/ HTTP/1.1\r\n" + HOST + CLOSE + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        )
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert connection.recv(100).startswith(b"HTTP/1.1 404")
