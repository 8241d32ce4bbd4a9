"""Programs that read strangers' files, each file in a process of its own that ends with it.

Such a program is a file of ours that imports nothing of the portal and has a `main`: the stranger's bytes are its
standard input, and it answers by its output and its exit status. Loading it costs more than reading most files, so a
process waits with everything loaded and nothing read, and forks for each file (ADR 0048). Run as a program, this is the
one that waits.
"""

import atexit
import gc
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from itertools import chain
from types import ModuleType
from typing import NamedTuple, NoReturn

_STATUS = struct.Struct("i")
_PART = 1 << 16


class Ended(NamedTuple):
    """How a program ended: its exit status, or as a negative number the signal that ended it, and what it said."""

    status: int
    output: bytes


def read_apart(*command: str, content: bytes, seconds: float) -> Ended:
    """How the program, called with its arguments, ended over these bytes; what takes longer is killed."""
    waiting = _take(command)
    ended = waiting.read(content, seconds)
    # After a file that was the end of its process, another making of the program reads the next.
    if ended.status < 0:
        waiting.end()
    else:
        _idle[command].append(waiting)
    return ended


def _take(command: tuple[str, ...]) -> "_Waiting":
    """One that waits and did not die meanwhile; else another."""
    with suppress(IndexError):
        while (waiting := _idle[command].pop()).process.poll() is not None:
            waiting.control.close()
        return waiting
    return _Waiting(command)


class _Waiting:
    """The portal's side of a process that waits with a program loaded; one file at a time."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 -- our own program, and no shell
                [sys.executable, "-I", __file__, *command],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                process_group=0,
            )

    def read(self, content: bytes, seconds: float) -> Ended:
        until = time.monotonic() + seconds
        ours, theirs = socket.socketpair()
        with ours, suppress(OSError):
            with theirs:
                socket.send_fds(self.control, [b"\0"], [theirs.fileno()])
            output = _talk(ours, content, until)
            self.control.settimeout(_left(until))
            if told := self.control.recv(_STATUS.size):
                (status,) = _STATUS.unpack(told)
                return Ended(status, output)
        return Ended(-signal.SIGKILL, b"")

    def end(self) -> None:
        """Kill it, and the process of the file that it was about to wait for."""
        self.control.close()
        with suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _talk(ours: socket.socket, content: bytes, until: float) -> bytes:
    """What is answered; who ended before it had read everything may have answered all the same. Raises TimeoutError."""
    said = []
    ours.settimeout(_left(until))
    with suppress(BrokenPipeError, ConnectionResetError):
        ours.sendall(content)
        ours.shutdown(socket.SHUT_WR)
    with suppress(ConnectionResetError):
        while part := ours.recv(_PART):
            said.append(part)
            ours.settimeout(_left(until))
    return b"".join(said)


def _left(until: float) -> float:
    """Seconds; a socket takes none for «never wait»."""
    return max(until - time.monotonic(), 0.001)


# Of each program with its arguments, those that wait for the next file: as many as were read at once.
_idle: defaultdict[tuple[str, ...], list[_Waiting]] = defaultdict(list)


# A copy of the portal would speak with them at the same time.
os.register_at_fork(after_in_child=_idle.clear)


@atexit.register
def _end_all() -> None:
    for waiting in chain.from_iterable(_idle.values()):
        waiting.end()


def _wait(program: str) -> None:
    """Load the program and fork for each file, until nobody is left to send one."""
    loaded = ModuleType("program")
    SourceFileLoader(loaded.__name__, program).exec_module(loaded)
    gc.freeze()
    control = socket.socket(fileno=sys.stdin.fileno())
    while True:
        told, places, _, _ = socket.recv_fds(control, 1, 1)
        if not told:
            return
        child = os.fork()
        if not child:
            _read(loaded.main, *places)
        os.close(*places)
        _, status = os.waitpid(child, 0)
        control.send(_STATUS.pack(os.waitstatus_to_exitcode(status)))


def _read(main: Callable[[], int], place: int) -> NoReturn:
    """In the process of one file: read it and end, whatever happens."""
    status = 1
    try:
        for standard in (sys.stdin, sys.stdout):
            os.dup2(place, standard.fileno())
        os.close(place)
        status = main()
        sys.stdout.flush()
    finally:
        os._exit(status)


if __name__ == "__main__":
    # The program finds its own name and arguments.
    del sys.argv[0]
    _wait(sys.argv[0])
