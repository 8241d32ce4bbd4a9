"""`manage.py exchanges`: the log of calls, newest first."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.legal_time import BRASILIA
from interop import describe
from interop.models import Exchange


class Command(BaseCommand):
    help = "Mostra o registro de chamadas das máquinas, da mais nova à mais velha; com um identificador, só aquela."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("request_id", nargs="?", help="o X-Simulador-Request-Id da resposta")
        parser.add_argument("--last", type=int, default=20, help="quantas mostrar (padrão: 20)")
        parser.add_argument("--json", action="store_true", help="tudo o que se sabe de cada chamada, em JSON")

    def handle(self, **options: Any) -> None:
        rows = Exchange.objects.select_related("message")
        if options["request_id"]:
            rows = rows.filter(request_id=options["request_id"])
            if not rows.exists():
                raise CommandError("Não há chamada com este identificador.")
        shown = rows[: max(1, options["last"])]
        if options["json"]:
            self.stdout.write(json.dumps([describe.facts(row) for row in shown], ensure_ascii=False, indent=2))
            return
        for row in shown:
            self.stdout.write(_line(row))


def _line(row: Exchange) -> str:
    when = f"{row.real_at.astimezone(BRASILIA):%d/%m/%Y %H:%M:%S}"
    told = " ".join(filter(None, (row.code, row.holder, row.scenario and f"cenário {row.scenario}")))
    return (
        f"{when}  {row.status}  {row.method} {row.path}  {row.milliseconds:.1f} ms  {row.request_id}  {told}".rstrip()
    )
