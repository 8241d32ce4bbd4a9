"""The plain HTTP listener, and what both listeners share: a thread pool that no silent client can hold."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from cheroot import wsgi
from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest

log = logging.getLogger("ensaio.web")

THREADS = 8
MAX_THREADS = 16
IDLE_SECONDS = 15
MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 12 * 1024 * 1024


class DashedHeaderReader(HeaderReader):
    """Drops headers whose name has an underscore: `X_SSL_…` must not pass for `X-SSL-…`."""

    def _allow_header(self, key_name: bytes) -> bool:
        return b"_" not in key_name


class Request(HTTPRequest):
    header_reader = DashedHeaderReader()


class Connection(HTTPConnection):
    """One connection; `greeted` once its first byte arrived."""

    RequestHandlerClass = Request
    greeted = False


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
        self._thread = threading.Thread(target=self.serve, name=self.label, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        super().stop()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)
