"""`manage.py reset`: give the open room a fresh world. Only in demonstrations."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from common import clock
from config.checks import AT_START
from config.preparation import write_roots
from config.seed.clearing import empty_everything
from config.seed.everything import seed
from config.seed.golden import bring_authorities, forget_authorities
from rooms import services, stock, worlds

DONE = "A sala aberta voltou ao começo; as outras salas não mudaram."
KEPT, RENEWED = "As autoridades ficaram.", "As autoridades são novas: importe ca.pem de novo."
ROOMS_OPEN = "Há salas abertas, cujos certificados são das autoridades de agora. Encerre-as antes de renovar."


class Command(BaseCommand):
    help = "Apaga o que as pessoas fizeram na sala aberta (auditoria e sessões inclusive) e volta ao estado semeado."
    requires_system_checks = AT_START

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
        if options["renew"]:
            if len(worlds.every_world()) > 1:
                raise CommandError(ROOMS_OPEN)
            forget_authorities()
        if stock.may_create():
            services.reset_open_room(at=clock.real_now())
        else:
            empty_the_only_room(with_authorities=options["renew"])
        with worlds.entered(worlds.open_world()):
            write_roots()
        self.stdout.write(f"{DONE} {RENEWED if options['renew'] else KEPT}")


def empty_the_only_room(*, with_authorities: bool) -> None:
    """Where the account may not make databases the open room is emptied table by table."""
    with worlds.entered(worlds.open_world()), transaction.atomic():
        empty_everything(with_authorities=with_authorities)
        bring_authorities(at=clock.real_now())
        seed(at=clock.real_now())
