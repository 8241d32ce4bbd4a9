"""Write docs/interruptores.md."""

from typing import Any

from django.core.management.base import BaseCommand

from config import installation


class Command(BaseCommand):
    help = "Escreve a página dos interruptores, docs/interruptores.md."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        installation.PAGE.write_text(installation.as_markdown())
        self.stdout.write(installation.PAGE.name)
