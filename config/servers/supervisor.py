"""Keeping child processes: start, watch, restart, and stop with everything they started."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from config.paths import BASE_DIR

POLL_SECONDS = 0.5
# A child that dies this often within the window is not restarted again.
DEATHS = 3
# Exit status of a child that no restart would help (EX_CONFIG); its last words say why.
HOPELESS = 78
WINDOW_SECONDS = 60.0
LOG_BYTES = 5 * 1024 * 1024


class GaveUp(Exception):
    """A child keeps dying; the message says which and quotes the end of its log."""


class Child:
    """One process in a session of its own, so that Ctrl-C reaches the supervisor only."""

    def __init__(self, name: str, command: Sequence[str], log: Path, *, grace: float) -> None:
        self.name, self.command, self.log, self.grace = name, list(command), log, grace
        self.deaths: list[float] = []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- our own commands
                self.command,
                cwd=BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_status(self) -> int | None:
        return self.process.poll() if self.process is not None else None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Wait for the child within its grace, then end its whole session."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=self.grace)
        self.end_session()
        self.process.wait()

    def end_session(self) -> None:
        """Kill what is left of the child and of its own children."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.stdin:
            self.process.stdin.close()

    def last_words(self, lines: int = 1) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


class Supervisor:
    """The children of one run. `stopping` is set by a signal, by `stop` or by giving up."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children = list(children)
        self.say = say
        self.stopping = threading.Event()

    def start(self) -> None:
        for child in self.children:
            child.start()

    def watch(self) -> None:
        """Restart what dies until `stopping` is set. Raises GaveUp when a child cannot be kept alive."""
        while not self.stopping.wait(POLL_SECONDS):
            self.check()

    def check(self) -> None:
        for child in self.children:
            if not child.running:
                self._restart(child)

    def _restart(self, child: Child) -> None:
        if child.exit_status == HOPELESS:
            raise GaveUp(child.last_words().removeprefix("CommandError: "))
        now = time.monotonic()
        child.deaths = [*(death for death in child.deaths if now - death < WINDOW_SECONDS), now]
        child.end_session()
        if len(child.deaths) >= DEATHS:
            raise GaveUp(f"{child.name}: parou {DEATHS} vezes em um minuto. {child.last_words()}")
        self.say(f"{child.name} parou e está sendo reiniciado (registro em {child.log}).")
        child.start()

    def stop(self) -> None:
        """Stop every child, the last started first, and whatever they started."""
        self.stopping.set()
        for child in reversed(self.children):
            child.ask_to_stop()
        for child in reversed(self.children):
            child.stop()
