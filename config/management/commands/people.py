"""`manage.py people`: the special cases of the national registry, with their numbers in this room."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from common import clock, documents
from config.management.commands.personas import table
from config.seed.room import reference_day
from registry.population.cases import STATES
from registry.population.room import describe_cases

HEADINGS = ("chave", "CPF", "CNS", "nome", "nascimento", "a sincronização termina em")


class Command(BaseCommand):
    help = "Mostra os casos especiais do cadastro nacional (tabela ou JSON), com as datas de nascimento desta sala."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="escreve uma lista JSON, com a mãe e o tipo de cada CNS"
        )

    def handle(self, **options: Any) -> None:
        cases = describe_cases(reference_day(clock.now()))
        if options["json"]:
            self.stdout.write(json.dumps(cases, ensure_ascii=False, indent=2))
            return
        for line in table([HEADINGS, *map(row, cases)]):
            self.stdout.write(line)


def row(case: dict[str, Any]) -> tuple[str, ...]:
    cpf = documents.format_cpf(case["cpf"]) if case["cpf"] else "–"
    cns = ", ".join(f"{each['number']} ({each['type']})" for each in case["cns"]) or "–"
    born = f"{date.fromisoformat(case['birth_date']):%d/%m/%Y}"
    return (case["key"], cpf, cns, case["name"], born, STATES[case["ends_in"]])
