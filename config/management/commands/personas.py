"""`manage.py personas`: who can be played, and how each one enters."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.personas import Persona
from config.personas import PERSONAS

HEADINGS = ("chave", "papel", "nome", "acesso", "senha", "CNES")


class Command(BaseCommand):
    help = "Mostra as personas da demonstração (tabela ou JSON)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="escreve uma lista JSON com todos os campos")

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("As personas só existem na demonstração (DEMO=1); fora dela, veja manage.py staff.")
        if options["json"]:
            self.stdout.write(json.dumps([asdict(persona) for persona in PERSONAS], ensure_ascii=False, indent=2))
            return
        for line in table([HEADINGS, *(row(persona) for persona in PERSONAS)]):
            self.stdout.write(line)


def row(persona: Persona) -> tuple[str, ...]:
    password = persona.secret or ("(sem certificado)" if persona.door else "(gov.br simulado)")
    return (persona.key, persona.role, persona.name, persona.login, password, persona.cnes or "–")


def table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as their longest cell, with a rule under the headings."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for number, cells in enumerate(rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        if number == 0:
            yield "  ".join("-" * width for width in widths)
