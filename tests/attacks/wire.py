"""Speaking to a listener byte by byte."""

import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from tests.live import LivePortal

HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n"


@dataclass(frozen=True)
class Answer:
    """What came back until the server closed, as it came."""

    raw: bytes

    @property
    def status(self) -> int:
        return int(self.raw.split(b" ", 2)[1]) if self.raw.startswith(b"HTTP/1.1 ") else 0

    @property
    def head(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def statuses(self) -> list[int]:
        """Of every answer in what came: each begins where the length told by the one before it ends."""
        found, rest = [], self.raw
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = re.search(rb"(?im)^content-length: ([0-9]+)\r?$", head)
            found.append(Answer(head).status)
            rest = rest[int(length[1]) :] if length else b""
        return found


@dataclass(frozen=True)
class Door:
    """One of the two listeners of the running portal."""

    port: int
    context: ssl.SSLContext | None = None

    @classmethod
    def plain(cls, portal: LivePortal) -> Self:
        return cls(portal.house.portal.port)

    @classmethod
    def tls(cls, portal: LivePortal) -> Self:
        return cls(portal.house.tls.port, ssl.create_default_context(cafile=str(portal.ca_bundle)))

    def connect(self, timeout: float = 10) -> socket.socket:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        return self.context.wrap_socket(raw, server_hostname="127.0.0.1") if self.context else raw

    def say(self, request: bytes) -> Answer:
        """Send the bytes and read until the end; a server that does not end fails the test by its timeout."""
        received = b""
        with self.connect() as connection:
            # Refused in the middle of what is sent, the answer is there all the same.
            with suppress(ConnectionError, ssl.SSLError):
                connection.sendall(request)
            with suppress(ConnectionError, ssl.SSLError):
                while block := connection.recv(65536):
                    received += block
        return Answer(received)

    def ask(self, path: bytes, *headers: bytes, method: bytes = b"GET", body: bytes = b"") -> Answer:
        lines = b"".join(header + b"\r\n" for header in headers)
        length = b"Content-Length: %d\r\n" % len(body) if body else b""
        return self.say(method + b" " + path + b" HTTP/1.1\r\n" + HOST + CLOSE + length + lines + b"\r\n" + body)
