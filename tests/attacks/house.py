"""The web process of `make run` as a process of its own, over the database of the test."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import requests
from django.conf import settings
from django.db import connection

from config.paths import BASE_DIR
from tests.runs import free_port

START_SECONDS = 90


def address_of_the_test_database() -> str:
    server, _, host = os.environ["DATABASE_URL"].partition("?")
    return f"{server.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{host}"


def at_the_server(statement: str) -> None:
    """Run a statement from outside the test database."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as outside:
        outside.execute(statement)


def wait_for_activity(condition: str, *, present: bool) -> None:
    """Wait until some (or no) other connection of the test database is in this condition."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    end = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            # Inside a transaction the view would be read only once.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(f"{others} AND {condition}")
            if bool(cursor.fetchone()[0]) is present:
                return
            time.sleep(0.02)
    raise AssertionError(f"no connection came to be: {condition}" if present else f"still: {condition}")


class WebProcess:
    """`manage.py serve`, started and killed by its own number."""

    def __init__(self, folder: Path, *, former: "WebProcess | None" = None) -> None:
        """At the ports of a former one that is dead, as its supervisor would start the next; else at free ones."""
        self.port: int = former.port if former else free_port()
        self.tls_port: int = former.tls_port if former else free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir(exist_ok=True)
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DATABASE_URL": address_of_the_test_database(),
            # The database of the test is the only world.
            "SALAS_MAXIMO": "0",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "TLS_PORT": str(self.tls_port),
            "LOG_LEVEL": "DEBUG",
        }
        self.log = folder / f"web-{self.port}.log"
        with self.log.open("ab") as log:
            command = [sys.executable, str(BASE_DIR / "manage.py"), "serve"]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, "the web process did not start in time"
            time.sleep(0.1)

    def health(self) -> tuple[int, dict[str, str]]:
        answer = requests.get(self.url + "/healthz", timeout=15)
        return answer.status_code, dict(answer.json())

    def _answers(self) -> bool:
        try:
            return self.health()[1]["database"] == "ok"
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any more when this returns, here or in the database."""
        self.die()
        self.wait_for_the_database_to_notice()

    def die(self) -> None:
        self.process.kill()
        self.process.wait()

    def wait_for_the_database_to_notice(self) -> None:
        """What was sent before the death ends by commit or by rollback: wait until no transaction is open."""
        wait_for_activity("xact_start IS NOT NULL", present=False)

    def wait_for_a_lock(self) -> None:
        """Wait until a transaction of the process stands still before a row that somebody else holds."""
        wait_for_activity("wait_event_type = 'Lock'", present=True)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
