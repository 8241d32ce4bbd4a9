"""`manage.py load_election FILE --year 2024`: load the heads of the executive of an election."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.actor import Actor
from common.exceptions import Refusal
from siops.services.election_file import MAX_BYTES
from siops.services.elections import ElectionPreview, load_election, preview_election


class Command(BaseCommand):
    help = "Carrega o arquivo da eleição: os eleitos passam a ser os chefes do Poder Executivo dos entes do simulador."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="ARQUIVO", help="CSV descrito em siops/data/README.md")
        parser.add_argument("--year", required=True, type=int, metavar="ANO", help="ano da eleição")
        parser.add_argument("--noinput", action="store_true", help="carrega sem perguntar, depois de mostrar quem muda")

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            year, at = options["year"], clock.now()
            by = Actor.routine("load_election", at)
            preview = preview_election(content=content, election_year=year, by=by, at=at)
            self._show(preview)
            if not options["noinput"] and input("Carregar? Digite sim: ").strip().lower() != "sim":
                raise CommandError("Nada foi carregado.")
            load = load_election(
                content=content, filename=path.name, election_year=year, shown_hash=preview.shown_hash, by=by, at=at
            )
        except OSError as problem:
            raise CommandError(f"Não foi possível ler {path}: {problem.strerror}.") from None
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(
            f"{load} carregada. Eleitos novos: {load.elected}. Reeleitos: {load.reelected}. "
            f"Sem ente no simulador: {load.ignored}."
        )

    def _show(self, preview: ElectionPreview) -> None:
        for change in preview.changes:
            former = f"{change.former.person.name} deixa o cargo" if change.former else "sem chefe cadastrado"
            self.stdout.write(f"{change.entity}: {former}; assume {change.elected.person.name}.")
        self.stdout.write(f"Cadastros que ficam A CONFIRMAR: {preview.to_confirm}.")
