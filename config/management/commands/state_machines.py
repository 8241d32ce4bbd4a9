"""Draw every state machine into docs/state-machines."""

from typing import Any

from django.core.management.base import BaseCommand

from config import state_machines


class Command(BaseCommand):
    help = "Desenha as máquinas de estado em docs/state-machines."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        state_machines.FOLDER.mkdir(parents=True, exist_ok=True)
        for name, content in state_machines.pages().items():
            (state_machines.FOLDER / name).write_text(content)
            self.stdout.write(name)
