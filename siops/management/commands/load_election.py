"""`manage.py load_election FILE --year 2024`: load the heads of the executive of an election."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.exceptions import Refusal
from siops.election_file import MAX_BYTES
from siops.services.elections import load_election


class Command(BaseCommand):
    help = "Carrega o arquivo da eleição: os eleitos passam a ser os chefes do Poder Executivo dos entes do simulador."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="ARQUIVO", help="CSV descrito em siops/data/README.md")
        parser.add_argument("--year", required=True, type=int, metavar="ANO", help="ano da eleição")

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            load = load_election(content=content, filename=path.name, election_year=options["year"], at=clock.now())
        except OSError as problem:
            raise CommandError(f"Não foi possível ler {path}: {problem.strerror}.") from None
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(
            f"{load} carregada. Eleitos novos: {load.elected}. Reeleitos: {load.reelected}. "
            f"Sem ente no simulador: {load.ignored}."
        )
