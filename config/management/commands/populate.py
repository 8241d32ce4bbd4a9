"""`manage.py populate --people N --ibge CODE`: fill the national registry of a room with synthetic people."""

import json
import shutil
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.exceptions import Refusal
from common.legal_time import BRASILIA
from registry.population import load
from registry.population.blocks import BLOCK
from territory.models import Municipality

SEED = 1
# Without a terminal, one line for each of these parts of the whole.
PARTS = 10


class Command(BaseCommand):
    help = (
        "Enche o cadastro nacional da sala de pessoas sintéticas, até o total pedido. Interrompido, continua de onde "
        "parou quando se repete o comando."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", required=True, type=int, metavar="N", help="quantas pessoas ao todo")
        parser.add_argument("--ibge", required=True, metavar="CODIGO", help="município onde moram, sete dígitos")
        parser.add_argument("--seed", type=int, default=SEED, metavar="S", help=f"semente; sem ela, {SEED}")
        parser.add_argument("--json", action="store_true", help="escreve só o resultado, em JSON")

    def handle(self, **options: Any) -> None:
        self.is_quiet = options["json"]
        city = Municipality.objects.filter(pk=options["ibge"]).first()
        if city is None:
            raise CommandError(f"Não há município com o código {options['ibge']}.")
        if options["people"] < 1:
            raise CommandError("Informe quantas pessoas: --people N.")
        today = clock.now().astimezone(BRASILIA).date()
        try:
            population = load.plan(
                people=options["people"], seed=options["seed"], municipality=city.pk, reference=today
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        before, begun = load.count(), time.perf_counter()
        missing = max(0, population.people - before)
        self._say(f"{city}: faltam {thousands(missing)} de {thousands(population.people)} pessoas.")
        self._require_disk(load.bytes_needed(missing))
        if missing:
            for there in load.populate(population):
                self._show(there, population.people)
            load.tidy()
        seconds, total = round(time.perf_counter() - begun, 1), load.count()
        if options["json"]:
            facts = {"people": total, "added": total - before, "seed": population.seed, "ibge": population.municipality}
            self.stdout.write(json.dumps(facts | {"reference": f"{population.reference}", "seconds": seconds}))
        self._say(f"Pronto: {thousands(total)} pessoas, {thousands(total - before)} novas, em {seconds:.1f} s.")

    def _require_disk(self, needed: int) -> None:
        """A database server elsewhere looks after its own disk."""
        free = shutil.disk_usage(settings.DATA_DIR).free
        self._say(f"Precisa de {megabytes(needed)} em disco; há {megabytes(free)}.")
        if needed > free:
            raise CommandError(f"Não há espaço em disco: precisa de {megabytes(needed)} e há {megabytes(free)}.")

    def _show(self, there: int, whole: int) -> None:
        line = f"{thousands(there)} de {thousands(whole)} pessoas ({there * 100 // whole} %)"
        if not self.is_quiet and self.stdout.isatty():
            self.stdout.write(f"\r{line}", ending="\n" if there == whole else "")
            self.stdout.flush()
        elif there * PARTS // whole > (there - BLOCK) * PARTS // whole:
            self._say(line)

    def _say(self, line: str) -> None:
        if not self.is_quiet:
            self.stdout.write(line)


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def megabytes(number: int) -> str:
    return f"{thousands(-(-number // 1_000_000))} MB"
