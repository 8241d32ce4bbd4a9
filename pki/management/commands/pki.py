"""`manage.py pki`: certificates for people who test clients."""

import argparse
import secrets
from contextlib import nullcontext
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import pkcs12
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from common import clock, documents, output
from common.exceptions import Refusal
from common.legal_time import BRASILIA
from pki import services
from pki.authority import containers, defects, hierarchy
from pki.authority.errors import LintFailed
from pki.models import Authority
from pki.services.defects import issue_defect

PERSON_NAME, PERSON_CPF = "PESSOA DE TESTE", "52998224725"


class Command(BaseCommand):
    help = "Emite certificados simulados, prontos ou com defeito proposital, e exporta as autoridades."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        issue = actions.add_parser("issue", help="emite um certificado A1 pronto para uso")
        issue.add_argument(
            "--document",
            required=True,
            help="CPF ou CNPJ do titular; o responsável de um CNPJ é sempre a pessoa de teste",
        )
        issue.add_argument("--name", required=True, help="nome do titular")
        issue.add_argument("--authority", default="icp", choices=["icp", "egestor"], help="autoridade que assina")
        issue.add_argument("--birth-date", type=_date, default=date(1980, 1, 1), help="nascimento, dd/mm/aaaa")
        issue.add_argument("--not-before", type=_instant, help="início da validade: dd/mm/aaaa ou instante ISO 8601")
        issue.add_argument(
            "--not-after", type=_end, help="fim da validade: dd/mm/aaaa (o dia todo) ou instante ISO 8601"
        )
        defect = actions.add_parser("defect", help="emite um certificado com um defeito do catálogo")
        defect.add_argument("name", choices=list(defects.BY_NAME), metavar="DEFEITO", help="ver «pki defects»")
        authorities = actions.add_parser("ca", help="exporta as autoridades simuladas")
        actions.add_parser("defects", help="lista o catálogo de defeitos")
        for action in (issue, defect, authorities):
            action.add_argument("--out", required=True, type=Path, metavar="PASTA", help="pasta de destino")
        for action in (issue, defect):
            action.add_argument("--password", help="senha do .pfx (padrão: uma senha sorteada, mostrada no fim)")
            action.add_argument("--form", default=containers.MODERN, choices=[containers.MODERN, containers.COMPATIBLE])

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        act = {"issue": self._issue, "defect": self._defect, "defects": self._defects, "ca": self._ca}[action]
        with output.written_to(options["out"]) if "out" in options else nullcontext():
            act(options)

    def _issue(self, options: dict[str, Any]) -> None:
        at = clock.now()
        password = options["password"] or secrets.token_urlsafe(12)
        services.ensure_authorities(at=at)
        try:
            with transaction.atomic():
                certificate, file = services.issue_certificate(
                    holder=_holder(options),
                    authority_slug=options["authority"],
                    password=password,
                    form=options["form"],
                    not_before=options["not_before"],
                    not_after=options["not_after"],
                    at=at,
                )
                services.activate_certificate(certificate_id=certificate.pk, at=at)
                content = file.content
                services.erase_file(file_id=file.pk, at=at)
        except (Refusal, LintFailed) as error:
            raise CommandError(f"O certificado não foi emitido: {error}") from error
        key = pkcs12.load_key_and_certificates(content, password.encode())[0]
        files = {"certificado.pfx": content, "certificado.pem": certificate.pem.encode(), "certificado.key": _pem(key)}
        self._write(options["out"], files | {"ac.pem": services.chain_pem(options["authority"])})
        self.stdout.write(f"Titular: {certificate.holder_name}\nSenha do .pfx: {password}")

    def _defect(self, options: dict[str, Any]) -> None:
        at = clock.now()
        password = options["password"] or secrets.token_urlsafe(12)
        holder = services.PersonHolder(PERSON_NAME, PERSON_CPF, date(1980, 1, 1))
        try:
            made = issue_defect(name=options["name"], holder=holder, password=password, form=options["form"], at=at)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        name = made.defect.name
        files = {f"{name}.pfx": made.container, f"{name}.pem": made.certificate_pem}
        self._write(options["out"], files | ({f"{name}.key": _pem(made.key)} if made.key else {}))
        self.stdout.write(f"Defeito: {made.defect.description}\nSenha do .pfx: {password}")

    def _defects(self, options: dict[str, Any]) -> None:
        for defect in defects.CATALOGUE:
            self.stdout.write(f"{defect.name:24} {defect.check or '–':5} {defect.description}")

    def _ca(self, options: dict[str, Any]) -> None:
        services.ensure_authorities(at=clock.now())
        files = {f"{row.slug}.pem": row.certificate_pem.encode() for row in Authority.objects.order_by("pk")}
        self._write(options["out"], files | {"cadeia.pem": services.trusted_bundle_pem()})

    def _write(self, folder: Path, files: dict[str, bytes]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = folder / name
            path.touch(mode=0o600)
            path.write_bytes(content)
            self.stdout.write(str(path))


def _holder(options: dict[str, Any]) -> services.PersonHolder | services.OrganisationHolder:
    document = documents.normalise_cnpj(options["document"])
    if documents.is_cpf(document):
        return services.PersonHolder(options["name"], document, options["birth_date"])
    if not documents.is_cnpj(document):
        raise CommandError("Informe um CPF ou CNPJ válido.")
    # An e-CNPJ proves who its responsible is, so nobody types that name.
    responsible = services.PersonHolder(PERSON_NAME, PERSON_CPF, options["birth_date"])
    return services.OrganisationHolder(options["name"], document, responsible)


def _pem(key: Any) -> bytes:
    return hierarchy.key_pem(key)


def _date(text: str) -> date:
    try:
        return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=BRASILIA).date()
    except ValueError:
        raise argparse.ArgumentTypeError("use dd/mm/aaaa") from None


def _instant(text: str) -> datetime:
    """dd/mm/aaaa (from the first instant of that Brasília day) or an ISO 8601 instant with offset."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return datetime.combine(_date(text), time(0), tzinfo=BRASILIA)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError("diga o fuso, por exemplo 2026-12-31T23:59:59-03:00")
    return instant


def _end(text: str) -> datetime:
    """The same, but a day counts until its end."""
    instant = _instant(text)
    return instant + timedelta(days=1) if "/" in text else instant
