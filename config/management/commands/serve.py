"""The web process of `make run`: both listeners until SIGTERM."""

import signal
import threading
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.urls import get_resolver

from common import clock
from config.checks import AT_START
from config.garbage import importing
from config.servers.supervised import follow_supervisor
from config.servers.supervisor import HOPELESS
from config.servers.web import House, PortTaken, open_house

# How often revocations reach the handshake (only AUTH_MODO_ERRO=tls judges there).
TRUST_SECONDS = 2.0


class Command(BaseCommand):
    help = "Atende o portal (HTTP) e o TLS mútuo em um só processo. `run` cuida do resto; use este para depurar."
    requires_system_checks = AT_START

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--supervised", action="store_true", help="termina quando a entrada padrão se fecha")

    def handle(self, *args: Any, **options: Any) -> None:
        with importing():
            from config.wsgi import application  # noqa: PLC0415 -- builds the whole application

            get_resolver().url_patterns  # noqa: B018 -- and every page

        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        if options["supervised"]:
            follow_supervisor()
        try:
            house = open_house(application, port=settings.PORT, tls_port=settings.TLS_PORT)
        except PortTaken as taken:
            raise CommandError(f"A porta {taken.port} já está em uso.", returncode=HOPELESS) from taken
        try:
            renew(house)
            while not stopped.wait(TRUST_SECONDS):
                renew(house)
        finally:
            house.stop()


def renew(house: House) -> None:
    """Without a database the first trust waits for the next turn; /healthz says that the TLS port is down."""
    with suppress(DatabaseError):
        house.renew_trust(at=clock.now())
