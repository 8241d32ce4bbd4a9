"""`make run`: database, seed, web process and worker, kept until Ctrl-C."""

import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from common.models import Heartbeat
from config import embedded, guide
from config.checks import AT_START
from config.preparation import OtherVersion, prepare
from config.servers.listener import MAX_THREADS
from config.servers.supervisor import Child, GaveUp, Kept, Part, Supervisor
from config.servers.worker import CONCURRENCY
from rooms import capacity, worlds

READY_SECONDS = 120.0


class Command(BaseCommand):
    help = "Inicia tudo: banco, dados de demonstração, portal, TLS mútuo e processos de fundo. Ctrl-C encerra."
    requires_system_checks = AT_START
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        # What the run writes (schedule, logs) is for its owner only.
        os.umask(0o077)
        with interruptible(), suppress(KeyboardInterrupt):
            self.run()

    def run(self) -> None:
        if settings.PORT == settings.TLS_PORT:
            raise CommandError("PORT e TLS_PORT precisam ser diferentes.")
        for name, port in (("PORT", settings.PORT), ("TLS_PORT", settings.TLS_PORT)):
            refuse_taken(name, port)
        self.stdout.write("Preparando o banco de dados…")
        try:
            prepare()
        except OtherVersion as problem:
            raise CommandError(str(problem)) from problem
        forget_heartbeat()
        # The web process and the worker.
        for sentence in capacity.problems(threads=2 * MAX_THREADS + CONCURRENCY, processes=2):
            self.say(sentence)
        if not settings.REDIS_URL:
            self.say("Não há Valkey para esta máquina: a fila fica numa pasta e cada processo tem o seu cache.")
        supervisor = Supervisor([*map(Kept, embedded.kept()), *children()], self.say)
        try:
            supervisor.start()
            self.wait_until_ready(supervisor)
            self.stdout.write(guide.welcome())
            supervisor.watch()
        except GaveUp as problem:
            raise CommandError(str(problem)) from problem
        finally:
            with uninterrupted():
                self.stdout.write("\nEncerrando…")
                supervisor.stop()
                self.stdout.write("Encerrado. Os dados ficaram guardados.")

    def say(self, line: str) -> None:
        self.stderr.write(line)

    def wait_until_ready(self, supervisor: Supervisor) -> None:
        """Return when /healthz is ok, or says that only the worker is missing."""
        deadline = time.monotonic() + READY_SECONDS
        state: dict[str, str] = {}
        while time.monotonic() < deadline:
            state = health()
            if state.get("status") == "ok":
                return
            supervisor.check()
            time.sleep(0.2)
        if state.get("status") != "degraded":
            raise CommandError(f"O portal não respondeu em {READY_SECONDS:.0f} s. Veja {web_log()}.")
        self.say("Os processos de fundo ainda não responderam; o portal já atende.")


def refuse_taken(name: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, port))
        except OSError as error:
            raise CommandError(f"A porta {port} já está em uso. Escolha outra: make run {name}={port + 10}") from error


def children() -> list[Part]:
    """The web process and the worker. They inherit the addresses and keys of this process by the environment."""
    os.environ |= {"PORT": str(settings.PORT), "TLS_PORT": str(settings.TLS_PORT), "SECRET_KEY": settings.SECRET_KEY}
    web = [sys.executable, "manage.py", "serve", "--supervised"]
    worker = [sys.executable, "-m", "config.servers.worker"]
    worker_log = settings.DATA_DIR / "logs" / f"worker-{settings.PORT}.log"
    return [
        Child("O portal", web, web_log(), grace=10, vital=True),
        Child("O processo de fundo", worker, worker_log, grace=10, on_death=forget_heartbeat),
    ]


def web_log() -> Path:
    log: Path = settings.DATA_DIR / "logs" / f"web-{settings.PORT}.log"
    return log


def forget_heartbeat() -> None:
    """The sign of life of a worker that is gone says nothing of the next one."""
    with suppress(DatabaseError, worlds.NotPrepared), worlds.entered(worlds.open_world()):
        Heartbeat.objects.filter(name="worker").delete()


def health() -> dict[str, str]:
    """What /healthz says, or nothing while the portal does not answer."""
    talk = http.client.HTTPConnection(settings.HOST, settings.PORT, timeout=5)
    try:
        talk.request("GET", "/healthz")
        return dict(json.loads(talk.getresponse().read()))
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        talk.close()


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP end the run in an orderly way, wherever it is."""

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    yield


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A second Ctrl-C does not leave a process behind: stopping is bounded in time anyway."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    yield
