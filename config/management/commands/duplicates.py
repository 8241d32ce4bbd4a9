"""`manage.py duplicates`: the nightly search for repeated records of a room, now."""

from typing import Any

from django.core.management.base import BaseCommand

from cadsus.services import detection
from common import clock


class Command(BaseCommand):
    help = (
        "Procura cadastros duplicados entre quem é novo ou foi corrigido desde a última procura e os põe na fila do "
        "CADSUSWEB. Interrompido, continua de onde parou quando se repete o comando."
    )

    def handle(self, **options: Any) -> None:
        found = detection.detect(at=clock.now())
        self.stdout.write(f"Pares que entraram na fila: {found}.")
