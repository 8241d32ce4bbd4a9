"""Where a request ends, however its bytes arrive."""

import random

import pytest

from config.servers.incoming import Incoming

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab\r\nc"
CHUNKED = (
    b"POST /c HTTP/1.1\r\nHost: x\r\ntransfer-encoding: Chunked\r\n\r\n"
    b"3;x=y\r\na\r\n\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"
)
WHOLE = [GET, POST, CHUNKED, GET]


def make(max_head: int = 1000, max_body: int = 1000) -> Incoming:
    return Incoming(max_head=max_head, max_body=max_body)


def requests_in(incoming: Incoming, *parts: bytes) -> list[bytes]:
    found = []
    for part in parts:
        incoming.feed(part)
        while incoming.is_whole:
            with incoming.take() as request:
                found.append(request.read())
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10_000])
def test_requests_are_the_same_in_whatever_pieces_they_come(size: int) -> None:
    stream = b"".join(WHOLE)
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    incoming = make()
    assert requests_in(incoming, *pieces) == WHOLE
    assert not incoming.has_begun


def test_random_cuts_of_random_orders() -> None:
    dice = random.Random(20261)  # noqa: S311 -- the same cuts each time
    for _ in range(200):
        requests = dice.choices(WHOLE, k=5)
        stream = b"".join(requests)
        cuts = sorted(dice.sample(range(len(stream)), 6))
        pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
        assert requests_in(make(), *pieces) == requests


@pytest.mark.parametrize(
    "malformed",
    [
        b"\x16\x03\x01\x02\x00",
        b"\x00\x01\x02\r\n",
        b"GET /\r\n",
        b"GET / HTTP/9.9\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"\r\n\r\n\r\n",
        b"GET /" + b"a" * 2000,
        b"GET / HTTP/1.1\r\nX: " + b"a" * 2000,
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 2000,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n",
    ],
)
def test_what_is_malformed_or_too_large_is_waited_for_no_longer(malformed: bytes) -> None:
    incoming = make()
    incoming.feed(malformed)
    assert incoming.is_whole
    incoming.take().close()


def test_a_chunked_body_without_end_is_cut_off() -> None:
    incoming = make()
    incoming.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(100):
        incoming.feed(b"400\r\n" + b"a" * 1024 + b"\r\n")
    assert incoming.is_whole
    incoming.take().close()
    incoming.close()


def test_who_waits_to_be_told_to_go_on_is_told_once() -> None:
    incoming = make()
    incoming.feed(POST.replace(b"Host: x\r\n", b"Host: x\r\nExpect: 100-continue\r\n").removesuffix(b"ab\r\nc"))
    assert (incoming.awaits_continue, incoming.awaits_body, incoming.is_whole) == (True, True, False)
    incoming.feed(b"ab\r\nc")
    with incoming.take() as request:
        assert request.read() == POST
    assert not incoming.awaits_continue


def test_a_large_body_leaves_memory() -> None:
    incoming = make(max_body=10**6)
    incoming.feed(b"POST / HTTP/1.1\r\nContent-Length: 500000\r\n\r\n")
    for _ in range(50):
        incoming.feed(b"a" * 10_000)
    with incoming.take() as request:
        assert request._rolled  # type: ignore[attr-defined]  # where it is kept
        assert len(request.read()) == 500_000 + 43
