"""A task sent by one process really runs in a worker process, over each queue, and no death of a worker loses one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from celery import Celery
from django.db import connection
from kombu import Connection

from common.models import Heartbeat
from config import embedded
from config.embedded_valkey import Valkey
from config.folder_queue import Folder
from config.paths import BASE_DIR
from tests.runs import wait_for

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("run"), pytest.mark.django_db(transaction=True)]


class House:
    """The environment of `make run` over one queue, with the database of this test, and the workers of the test."""

    def __init__(self, data: Path, redis_url: str) -> None:
        self.data, self.log, self.lines_file = data, data / "worker.log", data / "lines"
        self.broker, self.options = redis_url or "folder://", {} if redis_url else {"folder": str(data / "queue")}
        data.mkdir(parents=True, exist_ok=True)
        parameters = connection.get_connection_params()
        ours = {
            "DATABASE_URL": f"postgresql://postgres@/{parameters['dbname']}?host={parameters['host']}",
            "DATA_DIR": str(data),
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "REDIS_URL": redis_url,
            # The database of this test is the only world.
            "SALAS_MAXIMO": "0",
        }
        self.environment = os.environ | ours
        self.workers: list[subprocess.Popen[bytes]] = []

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker in a session of its own, with the task `tests.write_line`."""
        Heartbeat.objects.all().delete()
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.config.queue_work"],
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.workers.append(worker)
        wait_for(lambda: Heartbeat.objects.exists() or worker.poll() is not None, seconds=60)
        assert worker.poll() is None, self.log.read_text()
        return worker

    def send(self, *lines: str, seconds: float = 0.0) -> None:
        """Each line is a task that writes it after some seconds. The portal's own client is eager in the tests."""
        with Celery(broker=self.broker, set_as_current=False) as sender:
            sender.conf.broker_transport_options = self.options
            for line in lines:
                sender.send_task("tests.write_line", [str(self.lines_file), line, seconds])

    def lines(self) -> list[str]:
        return self.lines_file.read_text().split() if self.lines_file.exists() else []

    def end_workers(self) -> None:
        for worker in self.workers:
            assert worker.stdin is not None
            worker.stdin.close()
            worker.wait(timeout=20)


@pytest.fixture(params=["valkey", "pasta"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Once over the embedded Valkey, once over the folder of machines that have none."""
    server = Valkey(tmp_path / "valkey") if request.param == "valkey" else None
    if server:
        server.launch()
    made = House(tmp_path / "dados", server.url if server else "")
    yield made
    made.end_workers()
    if server:
        server.stop()
        assert not server.running


def test_a_sent_task_runs_and_leaves_the_queue(house: House) -> None:
    house.start_worker()
    house.send("feita")
    wait_for(lambda: house.lines() == ["feita"], seconds=20)


def test_no_taken_task_is_lost_when_workers_are_killed(house: House) -> None:
    house.send(*map(str, range(24)), seconds=0.1)
    for done in (4, 12):
        worker = house.start_worker()
        wait_for(lambda done=done: len(house.lines()) >= done)  # type: ignore[misc]  # bound for the linter
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    house.start_worker()
    wait_for(lambda: set(house.lines()) == set(map(str, range(24))), seconds=60)
    # A task may be repeated when its worker died between the work and its acknowledgement; here two run at a time.
    assert len(house.lines()) <= 24 + 2 * 2


def test_unreadable_messages_are_put_aside_and_the_worker_goes_on(tmp_path: Path) -> None:
    house = House(tmp_path / "dados", "")
    waiting = Folder(house.data / "queue").waiting
    for number, content in enumerate([b"", b'{"body": "e3', b"\xff\xfe\x00", b"[]", b'{"properties": {}}']):
        (waiting / f"{number:020d}-leftover.celery").write_bytes(content)
    try:
        worker = house.start_worker()
        house.send("depois")
        wait_for(lambda: house.lines() == ["depois"], seconds=20)
        assert worker.poll() is None
    finally:
        house.end_workers()
    assert len(list((house.data / "queue" / "unreadable").iterdir())) == 5
    assert house.log.read_text().count("mensagem ilegível posta de lado") == 5


def test_work_goes_on_after_the_queue_was_killed(tmp_path: Path) -> None:
    """A worker that was caught with a task in its hands may end (kombu's own fault): its supervisor starts it anew."""
    server = Valkey(tmp_path / "valkey")
    embedded.revive(server)
    house = House(tmp_path / "dados", server.url)
    try:
        worker = house.start_worker()
        os.kill(int(server.pid_file.read_text()), signal.SIGKILL)
        wait_for(lambda: not server.running)
        embedded.revive(server)
        house.send("depois")
        wait_for(lambda: house.lines() == ["depois"] or worker.poll() is not None, seconds=40)
        if worker.poll() is not None:
            house.start_worker()
        wait_for(lambda: house.lines() == ["depois"])
    finally:
        house.end_workers()
        server.stop()


def test_a_worker_ends_when_its_scheduler_died(tmp_path: Path) -> None:
    """So that the supervisor starts both anew, instead of a house without sweeps."""

    house = House(tmp_path / "dados", "")
    try:
        worker = house.start_worker()
        for child in psutil.Process(worker.pid).children():
            child.kill()
        wait_for(lambda: worker.poll() is not None, seconds=20)
    finally:
        house.end_workers()


def test_the_schedule_of_a_full_disk_does_not_stop_the_next_start(tmp_path: Path) -> None:
    house = House(tmp_path / "dados", "")
    for name in ("schedule-8000", "schedule-8000.dat", "schedule-8000.dir", "schedule-8000.bak", "schedule-8000.db"):
        (house.data / name).write_bytes(b"")
    house.environment["PORT"] = "8000"
    try:
        house.start_worker()
        house.send("feita")
        wait_for(lambda: house.lines() == ["feita"], seconds=20)
    finally:
        house.end_workers()


def test_the_folder_queue_says_that_it_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "queue").write_text("a file where the folder should be")
    with pytest.raises(Exception, match="não aceita mensagens"):
        Connection("folder://", transport_options={"folder": str(tmp_path / "queue")}).ensure_connection(max_retries=1)
