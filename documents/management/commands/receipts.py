"""`manage.py receipts export`: the receipts log, for who examines it without the portal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from common import clock, output
from documents.services import log


class Command(BaseCommand):
    help = "Exporta o registro de recibos; confere-se com «python -m documents.verify RECIBO --log ARQUIVO»."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="grava o registro inteiro, com os pontos de controle")
        export.add_argument("--out", type=Path, required=True, metavar="ARQUIVO", help="onde gravar")

    def handle(self, **options: Any) -> None:
        file: Path = options["out"]
        with output.written_to(file.parent):
            log.place_entries()
            size = log.sign_checkpoint(at=clock.now()).size
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("w", encoding="utf-8") as stream:
                stream.writelines(log.exported_lines())
        self.stdout.write(f"{size} registros em {file}")
