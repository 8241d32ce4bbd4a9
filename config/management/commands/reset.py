"""`manage.py reset`: forget everything people did and return to the seeded state. Only in demonstrations."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from common import clock
from config.seed.clearing import empty_everything
from config.seed.everything import report, seed
from config.servers.web import write_roots


class Command(BaseCommand):
    help = "Apaga tudo o que as pessoas fizeram (auditoria e sessões inclusive) e volta ao estado semeado."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Recusado: reset só existe na demonstração (DEMO=1).")
        with transaction.atomic():
            tables = empty_everything()
            seeded = seed(at=clock.now())
        write_roots()
        self.stdout.write(f"{tables} tabelas esvaziadas.\n{report(seeded)}")
