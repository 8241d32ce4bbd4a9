"""Keeping the parts of a run: start, watch, restart, and stop with everything they started."""

import os
import signal
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from config import embedded
from config.paths import BASE_DIR

POLL_SECONDS = 0.5
# A vital part that dies this often, each time within the window, is not restarted again.
DEATHS = 3
# Exit status of a child that no restart would help (EX_CONFIG); its last words say why.
HOPELESS = 78
WINDOW_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 60.0
LOG_BYTES = 5 * 1024 * 1024


class GaveUp(Exception):
    """A vital part keeps dying; the message says which and where the reason is."""


class Part(ABC):
    """Something that a run keeps alive. The run ends when a `vital` part cannot be kept; others are tried for ever."""

    vital = False
    failures = 0
    started_at = 0.0
    # When to start it again, by the monotonic clock.
    due: float | None = None

    def __init__(self, name: str, log: Path) -> None:
        self.name, self.log = name, log

    @property
    @abstractmethod
    def running(self) -> bool: ...

    @abstractmethod
    def start(self) -> None:
        """Raises EmbeddedError or OSError when it cannot."""

    def hopeless(self) -> str:
        """Why no restart would help; nothing when one may."""
        return ""

    @abstractmethod
    def clean_up(self) -> None:
        """Remove what a dead part left."""

    @abstractmethod
    def ask_to_stop(self) -> None:
        """Begin an orderly end."""

    @abstractmethod
    def stop(self) -> None:
        """Wait for the end, and force it."""


class Child(Part):
    """One process in a session of its own, so that Ctrl-C reaches the supervisor only."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        grace: float,
        vital: bool = False,
        on_death: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(name, log)
        self.command, self.grace, self.vital, self.on_death = list(command), grace, vital, on_death
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

    def hopeless(self) -> str:
        if self.process is None or self.process.poll() != HOPELESS:
            return ""
        return self._last_words().removeprefix("CommandError: ")

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Wait for the child within its grace, then end its whole session."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=self.grace)
        self._end_session()
        self.process.wait()

    def clean_up(self) -> None:
        self._end_session()
        self.on_death()

    def _end_session(self) -> None:
        """Kill what is left of the child and of its own children."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.stdin:
            self.process.stdin.close()

    def _last_words(self) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "".join(text.splitlines()[-1:])


class Kept(Part):
    """An embedded server, which this run shares with other processes: who leaves last stops it, not the supervisor."""

    def __init__(self, server: embedded.EmbeddedServer) -> None:
        super().__init__(server.name, server.log)
        self.server = server

    @property
    def running(self) -> bool:
        return self.server.running

    def start(self) -> None:
        if not self.running:
            embedded.revive(self.server)

    def clean_up(self) -> None:
        """The server does that itself when it starts again."""

    def ask_to_stop(self) -> None:
        """Others may still use it."""

    def stop(self) -> None:
        """Others may still use it."""


class Supervisor:
    """The parts of one run. `stopping` is set by a signal, by `stop` or by giving up."""

    def __init__(self, parts: Sequence[Part], say: Callable[[str], None]) -> None:
        self.parts = list(parts)
        self.say = say
        self.stopping = threading.Event()

    def start(self) -> None:
        for part in self.parts:
            part.started_at = time.monotonic()
            part.start()

    def watch(self) -> None:
        """Restart what dies until `stopping` is set. Raises GaveUp when a vital part cannot be kept alive."""
        while not self.stopping.wait(POLL_SECONDS):
            self.check()

    def check(self) -> None:
        for part in self.parts:
            if not part.running:
                self._care_for(part)

    def _care_for(self, part: Part) -> None:
        """Plan the restart of a dead part, and do it when its time has come."""
        if part.due is None:
            part.due = time.monotonic() + self._pause_after_death(part)
        if part.due <= time.monotonic():
            part.due, part.started_at = None, time.monotonic()
            with suppress(embedded.EmbeddedError, OSError):
                part.start()
                if isinstance(part, Kept):
                    self.say(f"{part.name} voltou.")

    def _pause_after_death(self, part: Part) -> float:
        """Say that the part died, and how many seconds to wait: none the first time, more each time it dies young."""
        if reason := part.hopeless():
            raise GaveUp(reason)
        young = time.monotonic() - part.started_at < WINDOW_SECONDS
        part.failures = part.failures + 1 if young else 1
        part.clean_up()
        if part.vital and part.failures >= DEATHS:
            raise GaveUp(f"{part.name} parou {DEATHS} vezes em pouco tempo. O motivo está no fim de {part.log}.")
        if part.failures == 1:
            self.say(f"{part.name} parou e está sendo reiniciado (registro em {part.log}).")
            return 0.0
        pause = min(2.0 ** (part.failures - 2), LONGEST_PAUSE_SECONDS)
        self.say(f"{part.name} parou de novo; nova tentativa em {pause:.0f} s (registro em {part.log}).")
        return pause

    def stop(self) -> None:
        """Stop every part, the last started first, and whatever they started."""
        self.stopping.set()
        for part in reversed(self.parts):
            part.ask_to_stop()
        for part in reversed(self.parts):
            part.stop()
