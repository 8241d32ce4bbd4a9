"""The plain HTTP listener, and what both listeners share: a thread pool that no silent client can hold."""

import logging
import math
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cheroot import wsgi
from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest

log = logging.getLogger("ensaio.web")

THREADS = 8
MAX_THREADS = 16
IDLE_SECONDS = 15
# A client that sends byte by byte is never idle: the whole head of a request, and then body and answer, have an end.
HEAD_SECONDS = 15.0
EXCHANGE_SECONDS = 120.0
WATCH_SECONDS = 0.5
MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 12 * 1024 * 1024


CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class StrictHeaderReader(HeaderReader):
    """Drops headers whose name has an underscore: `X_SSL_…` must not pass for `X-SSL-…`.

    A control character, which the database would refuse later, and a first line that continues nothing are 400.
    """

    def __call__(self, rfile: Any, hdict: dict[bytes, bytes] | None = None) -> dict[bytes, bytes]:
        try:
            headers: dict[bytes, bytes] = super().__call__(rfile, hdict)
        except UnboundLocalError:
            raise ValueError("Illegal header line.") from None
        if any(CONTROL.search(name) or CONTROL.search(value) for name, value in headers.items()):
            raise ValueError("Illegal character in header.")
        return headers

    def _allow_header(self, key_name: bytes) -> bool:
        return b"_" not in key_name


class Request(HTTPRequest):
    """One request; an answer to HEAD has no body, which cheroot leaves to the application."""

    header_reader = StrictHeaderReader()

    def parse_request(self) -> None:
        super().parse_request()
        self.conn.deadline = time.monotonic() + EXCHANGE_SECONDS

    def write(self, chunk: bytes) -> None:
        if self.method != b"HEAD":
            super().write(chunk)


class Connection(HTTPConnection):
    """One connection; `greeted` once its first byte arrived. While it holds a thread it has a `deadline`."""

    RequestHandlerClass = Request
    greeted = False
    deadline = math.inf

    def communicate(self) -> bool:
        self.deadline = time.monotonic() + HEAD_SECONDS
        self.server.busy.add(self)
        try:
            return bool(super().communicate())  # type: ignore[no-untyped-call]  # cheroot annotates little
        finally:
            self.server.busy.discard(self)

    def cut(self) -> None:
        """End it from another thread: whoever reads or writes sees the end of the stream."""
        with suppress(OSError):
            self.transport().shutdown(socket.SHUT_RDWR)

    def transport(self) -> socket.socket:
        found: socket.socket = self.socket
        return found


class Listener(wsgi.Server):
    """A cheroot server that gives a thread to a connection only when there is something to read on it."""

    ConnectionClass = Connection

    def __init__(self, address: tuple[str, int], application: Callable[..., Any], *, name: str) -> None:
        super().__init__(
            address,
            application,
            numthreads=THREADS,
            max=MAX_THREADS,
            server_name="Ensaio",
            request_queue_size=128,
            timeout=IDLE_SECONDS,
            shutdown_timeout=3,
        )
        self.label = name
        self.keep_alive_conn_limit = 256
        self.max_request_header_size = MAX_HEADER_BYTES
        self.max_request_body_size = MAX_BODY_BYTES
        self.busy: set[Connection] = set()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port really bound; differs from the one asked for when that was 0."""
        return int(self.bind_addr[1])

    def process_conn(self, conn: Connection) -> None:
        if conn.greeted:
            super().process_conn(conn)
        else:
            conn.greeted = True
            self.put_conn(conn)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        log.log(level, "%s: %s", self.label, msg, exc_info=traceback)

    def run_in_thread(self) -> None:
        """Bind (raising OSError when the port is taken) and serve in a thread of its own."""
        self.prepare()
        self.serve_in_thread()

    def serve_in_thread(self) -> None:
        """Begin to serve on the port that `prepare` bound; who connected since then was waiting."""
        self._thread = threading.Thread(target=self.serve, name=self.label, daemon=True)
        self._thread.start()
        threading.Thread(target=self._watch, name=f"{self.label}-watch", daemon=True).start()

    @property
    def serving(self) -> bool:
        """Whether the next connection would be served."""
        return self._thread is not None and self._thread.is_alive() and not self._stopped.is_set()

    def _watch(self) -> None:
        while not self._stopped.wait(WATCH_SECONDS):
            now = time.monotonic()
            for connection in tuple(self.busy):
                if connection.deadline < now:
                    connection.cut()

    def stop(self) -> None:
        self._stopped.set()
        super().stop()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)
