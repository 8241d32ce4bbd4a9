"""`manage.py reset`: forget everything people did and return to the seeded state. Only in demonstrations."""

from argparse import ArgumentParser
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

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--renovar-autoridades",
            action="store_true",
            dest="renew",
            help="faz também autoridades novas; as raízes já importadas em navegadores deixam de valer",
        )

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Recusado: reset só existe na demonstração (DEMO=1).")
        with transaction.atomic():
            tables = empty_everything(with_authorities=options["renew"])
            seeded = seed(at=clock.now())
        write_roots()
        kept = "As autoridades são novas: importe ca.pem de novo." if options["renew"] else "As autoridades ficaram."
        self.stdout.write(f"{tables} tabelas esvaziadas. {kept}\n{report(seeded)}")
