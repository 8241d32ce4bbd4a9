"""Draw the house into docs/adr/0001-a-casa.md."""

from typing import Any

from django.core.management.base import BaseCommand

from config import house_map


class Command(BaseCommand):
    help = "Desenha as apps e o caminho de um pedido em docs/adr/0001-a-casa.md."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        house_map.PAGE.write_text(house_map.page())
