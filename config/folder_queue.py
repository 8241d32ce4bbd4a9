"""A queue in a folder, for machines that have neither Redis nor the embedded Valkey: a transport of kombu.

A message is written aside and renamed, so nobody reads half of one. Who takes it keeps it locked until the work is
done; the system drops the lock of a killed process, and the message goes back to the queue. What cannot be read is put
aside. Commands to workers (inspect, control) do not exist here.
"""

import fcntl
import logging
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import OperationalError
from kombu.transport import virtual
from kombu.utils.json import dumps, loads

log = logging.getLogger("ensaio.queue")

RECOVER_SECONDS = 5.0
# A draft this old belongs to nobody any more.
DRAFT_SECONDS = 3600.0
# What kombu raises over a message without the parts that it needs.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)


class Folder:
    """The files. Each message is in `waiting`, in `taken` (locked by its taker) or in `unreadable`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.drafts, self.waiting, self.taken, self.unreadable = (
            root / name for name in ("drafts", "waiting", "taken", "unreadable")
        )
        for folder in (self.drafts, self.waiting, self.taken, self.unreadable):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._recovered = -RECOVER_SECONDS

    def put(self, queue: str, text: str) -> None:
        """Keep one message; raises OSError and leaves nothing when it cannot."""
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}.{queue}"
        draft = self.drafts / name
        try:
            with draft.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self.waiting / name)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise

    def take(self, queue: str) -> "Taken | None":
        """The oldest message that nobody else has, locked; None when there is none."""
        for file in self.messages(queue):
            if (taken := self._lock(file, self.taken / file.name)) is not None:
                return taken
        self._recover()
        return None

    def messages(self, queue: str) -> list[Path]:
        return sorted(self.waiting.glob(f"*.{queue}"))

    def _recover(self) -> None:
        """Put back what a killed process had taken, and forget the drafts of killed writers."""
        if time.monotonic() - self._recovered < RECOVER_SECONDS:
            return
        self._recovered = time.monotonic()
        for file in self.taken.iterdir():
            if (abandoned := self._lock(file, self.waiting / file.name)) is not None:
                abandoned.let_go()
        for draft in self.drafts.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - draft.stat().st_mtime > DRAFT_SECONDS:
                    draft.unlink()

    def _lock(self, file: Path, place: Path) -> "Taken | None":
        """Lock a file and move it; None when another process has it or was quicker."""
        try:
            handle = os.open(file, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.rename(place)
        except (BlockingIOError, FileNotFoundError):
            os.close(handle)
            return None
        return Taken(self, place, handle)


class Taken:
    """One message in the hands of this process."""

    def __init__(self, folder: Folder, path: Path, handle: int) -> None:
        self.folder, self.path, self.handle = folder, path, handle

    def read(self) -> bytes:
        return self.path.read_bytes()

    def done(self) -> None:
        self.path.unlink(missing_ok=True)
        self.let_go()

    def give_back(self) -> None:
        self.path.rename(self.folder.waiting / self.path.name)
        self.let_go()

    def put_aside(self) -> None:
        self.path.rename(self.folder.unreadable / self.path.name)
        self.let_go()

    def let_go(self) -> None:
        os.close(self.handle)


def place_of(client: Any) -> Path:
    """The folder that the options of a connection name."""
    return Path(client.transport_options["folder"])


class QoS(virtual.QoS):
    """What was delivered and not yet acknowledged; the files say the same to other processes."""

    channel: "Channel"

    def ack(self, delivery_tag: str) -> None:
        self._finish(delivery_tag, requeue=False)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        self._finish(delivery_tag, requeue=requeue)

    def restore_unacked(self) -> None:
        """Give back what a stopping worker took and did not do."""
        while self.channel.taken:
            _, taken = self.channel.taken.popitem()
            taken.give_back()
        if self._delivered:
            self._delivered.clear()

    def _finish(self, delivery_tag: str, *, requeue: bool) -> None:
        taken = self.channel.taken.pop(delivery_tag, None)
        if taken is not None:
            taken.give_back() if requeue else taken.done()
        super().ack(delivery_tag)


class Channel(virtual.Channel):
    QoS = QoS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Folder(place_of(self.connection.client))
        self.taken: dict[str, Taken] = {}

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        try:
            self.folder.put(queue, dumps(message))
        except OSError as error:
            raise OperationalError(f"A fila em {self.folder.root} não aceita mensagens: {error.strerror}.") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        while (taken := self.folder.take(queue)) is not None:
            try:
                message: dict[str, Any] = loads(taken.read())
                # Builds it as the consumer will: whatever is missing shows here.
                tag = str(virtual.Message(message, channel=self).delivery_tag)
            except UNREADABLE:
                taken.put_aside()
                log.warning("mensagem ilegível posta de lado: %s", self.folder.unreadable / taken.path.name)
                continue
            self.taken[tag] = taken
            return message
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self.folder.messages(queue))

    def _purge(self, queue: str) -> int:
        number = 0
        while (taken := self.folder.take(queue)) is not None:
            taken.done()
            number += 1
        return number


class Transport(virtual.Transport):
    Channel = Channel
    # Queues are declared by each process for itself.
    global_state = virtual.BrokerState()
    driver_type = driver_name = "folder"

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.state = self.global_state

    def establish_connection(self) -> Any:
        """Raises OperationalError when a message would not be kept."""
        root = place_of(self.client)
        try:
            writable = os.access(Folder(root).waiting, os.W_OK | os.X_OK)
        except OSError:
            writable = False
        if not writable:
            raise OperationalError(f"A fila em {root} não aceita mensagens.")
        return super().establish_connection()

    def driver_version(self) -> str:
        return "1"
