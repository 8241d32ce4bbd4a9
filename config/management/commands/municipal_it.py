"""`manage.py municipal_it`: name the TI of a município, who registers everybody else who works in its units."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cadsus.services.links import name_municipal_it
from common import clock, documents
from common.exceptions import Refusal


class Command(BaseCommand):
    help = "Nomeia a TI municipal: quem registra os vínculos com o CNES do município e decide na falta do gerente."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cpf", help="CPF da pessoa, que tem de estar no cadastro nacional")
        parser.add_argument("cnes", help="CNES de um estabelecimento do município, onde a pessoa trabalha")

    def handle(self, **options: Any) -> None:
        cpf = documents.digits(options["cpf"])
        try:
            link = name_municipal_it(cpf=cpf, cnes=options["cnes"], at=clock.now())
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"{link.person} é da TI municipal de {link.establishment.entity}.")
        self.stdout.write(f"Para entrar no SGOP: manage.py access_link {cpf} --sgop")
