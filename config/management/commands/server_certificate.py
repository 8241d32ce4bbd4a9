"""Certificates for a TLS server in front of the portal (nginx), and the authorities that it asks of clients."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from common import clock, output
from pki import services as pki


class Command(BaseCommand):
    help = "Grava ecdsa.pem/.key, rsa.pem/.key e authorities.pem para o nginx. Refaça antes de 30 dias."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--host", action="append", required=True, help="nome ou endereço do servidor; repita")
        parser.add_argument("--out", type=Path, required=True, help="pasta de destino")

    def handle(self, *args: Any, **options: Any) -> None:
        with output.written_to(options["out"]):
            self._write(options["host"], options["out"])

    def _write(self, hosts: list[str], folder: Path) -> None:
        at = clock.now()
        pki.ensure_authorities(at=at)
        identity = pki.server_certificate(hosts=hosts, at=at)
        folder.mkdir(parents=True, exist_ok=True)
        files = {
            "ecdsa.pem": identity.ecdsa_chain,
            "ecdsa.key": identity.ecdsa_key,
            "rsa.pem": identity.rsa_chain,
            "rsa.key": identity.rsa_key,
            "authorities.pem": pki.trusted_bundle_pem(),
        }
        for name, content in files.items():
            file = folder / name
            file.touch(mode=0o600)
            file.write_bytes(content)
        self.stdout.write(f"Certificados do servidor em {folder}.")
