"""`manage.py credential`: a credential for an integrator's own tests, or its revocation."""

from __future__ import annotations

import json
import os
import secrets
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actors import on_behalf_of
from common import clock, output
from common.exceptions import Refusal
from pki import services as pki
from pki.models import Pkcs12File
from rnds.models import Credential
from rnds.services import credentialing, credentials
from rnds.services.key_files import open_key_file


class Command(BaseCommand):
    help = (
        "Percorre o credenciamento sem navegador (token, contra-chave, formulário e termo) e grava os arquivos do "
        "cliente; com --revoke, revoga uma credencial."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cnes", help="estabelecimento da credencial, sete dígitos")
        parser.add_argument("--out", type=Path, metavar="DIR", help="pasta onde gravar; é criada se não existir")
        parser.add_argument(
            "--form",
            choices=Pkcs12File.Form.values,
            default=Pkcs12File.Form.MODERN.value,
            help="forma do .pfx: moderno (AES-256) ou compativel (3DES)",
        )
        parser.add_argument("--password", help="senha do .pfx; sem ela, uma é sorteada")
        parser.add_argument("--revoke", type=int, metavar="REQUESTER_ID", help="identificador do solicitante a revogar")

    def handle(self, **options: Any) -> None:
        try:
            if options["revoke"] is not None:
                self._revoke(options["revoke"], at=clock.now())
            elif options["cnes"] and options["out"]:
                with output.written_to(options["out"]):
                    self._obtain(at=clock.now(), **{key: options[key] for key in ("cnes", "out", "form", "password")})
            else:
                raise CommandError("Informe --cnes e --out, ou --revoke.")
        except Refusal as refusal:
            raise CommandError(refusal.message) from None

    def _obtain(self, *, cnes: str, out: Path, form: str, password: str | None, at: datetime) -> None:
        password = password or secrets.token_urlsafe(12)
        credential = credentialing.obtain(cnes=cnes, password=password, form=form, at=at)
        content = credentials.credential_file(
            credential_id=credential.pk, by=on_behalf_of(credential.request.requested_by, at=at), at=at
        ).content
        write_client(out, credential, content=content, password=password)
        self.stdout.write(f"Credencial nº {credential.requester_id} do CNES {cnes} ({credential.uf}) gravada em {out}")
        for former in credential.superseded.select_related("superseded_by").order_by("pk"):
            self.stdout.write(former.ending)

    def _revoke(self, requester_id: int, *, at: datetime) -> None:
        credentialing.revoke(requester_id=requester_id, at=at)
        self.stdout.write(f"Credencial nº {requester_id} revogada.")


def write_client(folder: Path, credential: Credential, *, content: bytes, password: str) -> None:
    """Write what a client needs. Whatever opens the private key is readable by its owner only."""
    opened = open_key_file(content, password)
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in (opened.certificate, *opened.chain))
    key = opened.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    facts = {
        "requester_id": credential.requester_id,
        "cnes": credential.establishment_id,
        "uf": credential.uf.acronym,
        "pfx_password": password,
        "token_url": f"{settings.TLS_URL}/api/token",
        "api_url": f"{settings.TLS_URL}/api/",
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_private(folder / "client.pfx", content)
    write_private(folder / "client.key", key)
    write_private(folder / "credential.json", f"{json.dumps(facts, ensure_ascii=False, indent=2)}\n".encode())
    (folder / "client.pem").write_bytes(chain)
    (folder / "ca.pem").write_bytes(pki.trusted_bundle_pem())


def write_private(path: Path, content: bytes) -> None:
    """Write a file that was never readable by others, even when one with looser permissions was there."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
