"""Servers without an installation: programs of wheels, started in the data folder and stopped by who leaves last.

Every process that asked for a server holds a shared lock on a file for as long as it lives. The system drops the lock
of a killed process, so nobody leaves a stale mark behind.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import re
import signal
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import psutil

# The system limits the path of a socket to 104 bytes or so; the name of the socket needs 15.
SOCKET_FOLDER_BYTES = 85
INTERRUPTIONS = signal.SIGINT, signal.SIGTERM
DISK_FULL = "O disco de {} está cheio. Libere espaço e inicie de novo."


class EmbeddedError(RuntimeError):
    """An embedded server did not start; the message says why, in Portuguese."""


class EmbeddedServer(ABC):
    """One server in one folder. `name` is what people read; `program` begins the name of its process."""

    name: ClassVar[str]
    program: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    @property
    @abstractmethod
    def url(self) -> str:
        """Where programs of this machine reach the server."""

    @property
    @abstractmethod
    def log(self) -> Path:
        """The file where the server says what happens to it."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """The file whose first line is the number of the server's process."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether a server of this very folder takes connections."""

    @abstractmethod
    def launch(self) -> None:
        """Make the folder if it is missing, start the server and wait until it answers. Raises EmbeddedError."""

    @abstractmethod
    def stop(self) -> None:
        """Ask the server to end and wait for it; nothing happens when it does not run."""

    @property
    def running(self) -> bool:
        """Whether the process of the pid file is this program; its number may belong to another one by now."""
        try:
            process = psutil.Process(int(self.pid_file.read_text().split("\n", 1)[0]))
            return bool(process.name().startswith(self.program) and process.status() != psutil.STATUS_ZOMBIE)
        except (OSError, ValueError, psutil.Error):
            return False

    def why(self) -> str:
        """What kept the server from starting: a sentence where there is one, else its last words."""
        said = self.tail()
        return DISK_FULL.format(self.folder.parent) if "No space left on device" in said else said

    def tail(self, lines: int = 5) -> str:
        """The last words of the server."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""


@contextmanager
def interruptions_wait() -> Iterator[None]:
    """Inside, Ctrl-C waits for the end of the block: who begins a process there knows it, and can end it.

    Signals reach the main thread only; elsewhere nothing needs to wait.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    usual = {number: signal.signal(number, lambda *given: came.append(given[0])) for number in INTERRUPTIONS}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        for missed in came:
            signal.raise_signal(missed)


@dataclass
class _Held:
    server: EmbeddedServer
    mark: int


_held: dict[Path, _Held] = {}


def join(server: EmbeddedServer) -> str:
    """Start the server unless it answers, keep it until this process ends, and return its URL."""
    server.folder.parent.mkdir(parents=True, exist_ok=True)
    with _gate(server.folder):
        # Before the start: whoever is interrupted in the middle of it stops the server too.
        _hold(server)
        if not server.answers():
            server.launch()
    return server.url


def revive(server: EmbeddedServer) -> None:
    """Start a server that died; another process that keeps it may have been quicker."""
    with _gate(server.folder):
        if not server.answers():
            server.launch()


def kept() -> list[EmbeddedServer]:
    """The servers that this process asked for."""
    return [held.server for held in _held.values()]


def _hold(server: EmbeddedServer) -> None:
    """Mark this process as a user of the server until it ends."""
    if server.folder in _held:
        return
    mark = os.open(_mark(server.folder), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(mark, fcntl.LOCK_SH)
    _held[server.folder] = _Held(server, mark)
    atexit.register(_stop_if_last, server.folder, os.getpid())


def _stop_if_last(folder: Path, owner: int) -> None:
    """Let go of the server and stop it when nobody else holds it. A forked child never does this for its parent."""
    if os.getpid() != owner:
        return
    with _gate(folder):
        held = _held.pop(folder)
        os.close(held.mark)
        mark = os.open(_mark(folder), os.O_RDWR)
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            held.server.stop()
        finally:
            os.close(mark)


def _mark(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.users")


@contextmanager
def _gate(folder: Path) -> Iterator[None]:
    """Only one process at a time starts or stops the server of `folder`."""
    try:
        gate = os.open(folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise EmbeddedError(
            f"Sem permissão para escrever em {folder.parent}. Escolha outra pasta com DATA_DIR=/caminho."
        ) from error
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def socket_folder(folder: Path, *, account: pwd.struct_passwd | None = None) -> Path:
    """The folder itself, or a short private one when its path is too long or oddly named for a socket."""
    if len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES and re.fullmatch(r"[\w./-]+", str(folder), re.ASCII):
        return folder
    owner = account.pw_uid if account else os.geteuid()
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    temporary = tempfile.gettempdir()
    if len(temporary) > SOCKET_FOLDER_BYTES - 40:
        temporary = "/tmp"  # noqa: S108 -- the folder below is private and its owner is checked
    place = Path(temporary) / f"ensaio-{owner}-{name}"
    place.mkdir(mode=0o700, exist_ok=True)
    if account and place.stat().st_uid != owner:
        os.chown(place, owner, account.pw_gid, follow_symlinks=False)
    # Somebody else's folder of the same name could hold a false server.
    if place.is_symlink() or place.lstat().st_uid != owner:
        raise EmbeddedError(f"A pasta {place} pertence a outra conta. Apague-a e tente de novo.")
    return place
