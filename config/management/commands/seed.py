"""`manage.py seed`: bring the database to the seeded state; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from common import clock
from config.seed.everything import report, seed


class Command(BaseCommand):
    help = "Carrega território, autoridades simuladas, termo e o mundo sintético; repetir não desfaz nada."

    def handle(self, **options: Any) -> None:
        self.stdout.write(report(seed(at=clock.now())))
