"""Write docs/fidelity.md."""

from typing import Any

from django.core.management.base import BaseCommand

from common.fidelity import as_markdown
from config.paths import BASE_DIR


class Command(BaseCommand):
    help = "Escreve docs/fidelity.md com o que cada app sabe e supõe."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        (BASE_DIR / "docs" / "fidelity.md").write_text(as_markdown())
