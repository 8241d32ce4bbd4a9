"""`manage.py access_link`: let one person into the e-Gestor or the SGOP once, also where there is no demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services.access_links import LASTS, PAGE, make_access_link
from cadsus.doors import SGOP_LINK
from common import clock, documents
from common.exceptions import Refusal


class Command(BaseCommand):
    help = (
        "Faz um link que abre, uma só vez, a sessão de uma pessoa no e-Gestor ou, com --sgop, no SGOP e no CADSUSWEB. "
        "Entregue-o só a ela."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cpf", help="CPF da pessoa, com ou sem pontos")
        parser.add_argument("--sgop", action="store_true", help="para o SGOP e o CADSUSWEB, em vez do e-Gestor")

    def handle(self, **options: Any) -> None:
        page = SGOP_LINK if options["sgop"] else PAGE
        try:
            address = make_access_link(cpf=documents.digits(options["cpf"]), page=page, at=clock.now())
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"Vale por {int(LASTS.total_seconds() // 60)} minutos e serve uma só vez:\n{address}")
