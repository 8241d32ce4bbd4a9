"""The plain HTTP listener, and what both listeners share: a thread pool that no slow client can hold.

A request gets a thread for longer than a moment only when all of it, head and body, has arrived.
"""

import logging
import math
import os
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cheroot import wsgi
from cheroot.makefile import MakeFile
from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest

from config.servers.incoming import Incoming, RequestFile

log = logging.getLogger("ensaio.web")

THREADS = 8
MAX_THREADS = 16
IDLE_SECONDS = 15
# A client that sends byte by byte is never idle: the head of a request, its body, and work and answer have an end.
HEAD_SECONDS = 15.0
BODY_SECONDS = 60.0
EXCHANGE_SECONDS = 120.0
WATCH_SECONDS = 0.5
MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 12 * 1024 * 1024
# Open connections of one listener; one more ends the oldest that is not being answered.
MAX_CONNECTIONS = 300
RECEIVE_BYTES = 64 * 1024
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
# Headers that say where a request goes and where it ends: said twice, two readers would understand two requests.
ONCE = frozenset({b"host", b"content-length", b"transfer-encoding", b"content-type"})
# What a client reads when its request is no HTTP; ASCII, because the answer names no charset.
REFUSALS = {
    "400": "Pedido HTTP malformado.",
    "408": "O pedido demorou demais para chegar.",
    "413": "Pedido grande demais.",
    "414": "O caminho pedido passa do tamanho aceito.",
    "500": "Falha do simulador ao tratar o pedido.",
    "501": "Modo de envio do corpo desconhecido.",
    "505": "Use HTTP/1.1.",
}


class Unrepeated:
    """The lines of a head; raises ValueError at the second header of a name that may come once only."""

    def __init__(self, rfile: Any) -> None:
        self._rfile = rfile
        self._seen: set[bytes] = set()

    def readline(self) -> bytes:
        line: bytes = self._rfile.readline()
        name = line.partition(b":")[0].strip().lower()
        if name in self._seen:
            raise ValueError("Repeated header.")
        if name in ONCE:
            self._seen.add(name)
        return line


class StrictHeaderReader(HeaderReader):
    """Drops headers whose name has an underscore: `X_SSL_…` must not pass for `X-SSL-…`.

    A control character, which the database would refuse later, a first line that continues nothing, and whatever leaves
    open where the request goes or ends are 400.
    """

    def __call__(self, rfile: Any, hdict: dict[bytes, bytes] | None = None) -> dict[bytes, bytes]:
        try:
            headers: dict[bytes, bytes] = super().__call__(Unrepeated(rfile), hdict)
        except UnboundLocalError:
            raise ValueError("Illegal header line.") from None
        if any(CONTROL.search(name) or CONTROL.search(value) for name, value in headers.items()):
            raise ValueError("Illegal character in header.")
        length = headers.get(b"Content-Length")
        if length is not None and (not length.isdigit() or b"Transfer-Encoding" in headers):
            raise ValueError("Ambiguous length.")
        return headers

    def _allow_header(self, key_name: bytes) -> bool:
        return b"_" not in key_name


class Request(HTTPRequest):
    """One request; an answer to HEAD has no body, which cheroot leaves to the application."""

    header_reader = StrictHeaderReader()

    def simple_response(self, status: str | int, msg: str = "") -> None:
        super().simple_response(status, REFUSALS.get(str(status)[:3], msg))

    def write(self, chunk: bytes) -> None:
        if self.method != b"HEAD":
            super().write(chunk)


class Connection(HTTPConnection):
    """One connection; `greeted` once it is waited for. While a request arrives or is answered it has a `deadline`.

    It is given to a thread each time something has come: for the moment that it takes to keep it, and to answer once
    the request is whole.
    """

    RequestHandlerClass = Request
    greeted = False
    is_over = False
    is_busy = False
    deadline = math.inf
    _waits_for_body = False

    def __init__(self, server: "Listener", sock: socket.socket, makefile: Any = MakeFile) -> None:
        super().__init__(server, sock, makefile)
        self.rfile.close()
        self.incoming = Incoming(max_head=MAX_HEADER_BYTES, max_body=MAX_BODY_BYTES)
        self.rfile = PatientFile(self)

    def communicate(self) -> bool:
        """Take in what has come, and answer when that is a whole request; true when the connection goes on."""
        if not self._gather():
            return not self.is_over
        self.is_busy, self.deadline = True, time.monotonic() + EXCHANGE_SECONDS
        try:
            return bool(super().communicate())  # type: ignore[no-untyped-call]  # cheroot annotates little
        finally:
            self.is_busy, self.deadline = False, math.inf

    def receive(self) -> bytes | None:
        """What can be read without waiting: None when nothing, empty at the end."""
        try:
            # The socket has a timeout, so its descriptor does not block.
            return os.read(self.socket.fileno(), RECEIVE_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def has_more(self) -> bool:
        """Whether there is something to do that the selector cannot see."""
        return self.incoming.is_whole

    def cut(self) -> None:
        """End it from another thread: whoever reads or writes sees the end of the stream."""
        with suppress(OSError):
            self.transport().shutdown(socket.SHUT_RDWR)

    def transport(self) -> socket.socket:
        found: socket.socket = self.socket
        return found

    def close(self) -> None:
        self.server.open.pop(self, None)
        self.incoming.close()
        super().close()

    def _gather(self) -> bool:
        """Whether a whole request is there to be read."""
        while not self.incoming.is_whole:
            data = self.receive()
            if data is None:
                self._limit_the_wait()
                return False
            if not data:
                self.is_over = True
                return False
            self.incoming.feed(data)
            if self.incoming.awaits_continue:
                self.incoming.awaits_continue = False
                self.wfile.write(CONTINUE)
        self.rfile.open(self.incoming.take())
        return True

    def _limit_the_wait(self) -> None:
        """The head has its time from its first byte on, the body from the end of the head on."""
        seconds = BODY_SECONDS if self.incoming.awaits_body else HEAD_SECONDS
        if not self.incoming.has_begun:
            self.deadline, self._waits_for_body = math.inf, False
        elif self.deadline == math.inf or self.incoming.awaits_body != self._waits_for_body:
            self.deadline, self._waits_for_body = time.monotonic() + seconds, self.incoming.awaits_body


class PatientFile(RequestFile):
    """Asked by the server whether a connection has something to do before it goes back to the selector."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def has_data(self) -> bool:
        return self._connection.has_more()


class Listener(wsgi.Server):
    """A cheroot server that gives a thread to a connection only when there is something to read on it."""

    ConnectionClass: type[Connection] = Connection

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
        # In the order in which they came.
        self.open: dict[Connection, None] = {}
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port really bound; differs from the one asked for when that was 0."""
        return int(self.bind_addr[1])

    def process_conn(self, conn: Connection) -> None:
        if conn.greeted:
            super().process_conn(conn)
            return
        conn.greeted = True
        self._make_room()
        self.open[conn] = None
        self.put_conn(conn)

    def _make_room(self) -> None:
        """End the oldest connections that nobody is answering, so that the last to come is heard."""
        excess = len(self.open) + 1 - MAX_CONNECTIONS
        if excess > 0:
            for conn in [conn for conn in tuple(self.open) if not conn.is_busy][:excess]:
                self.open.pop(conn, None)
                conn.cut()

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
            for connection in tuple(self.open):
                if connection.deadline < now:
                    connection.cut()

    def stop(self) -> None:
        self._stopped.set()
        super().stop()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)
