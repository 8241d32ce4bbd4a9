"""`manage.py certificate`: a persona's own certificate, to import into a browser."""

import os
import secrets
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation
from accounts.personas import Persona
from common import clock, output
from common.exceptions import Refusal
from config.personas import PERSONAS
from pki import services as pki
from pki.models import Pkcs12File
from registry.models import Person

AUTHORITY = "icp"


class Command(BaseCommand):
    help = "Emite o certificado de uma persona (e-CPF ou e-CNPJ da AC ICP-Brasil SIMULADA) em um arquivo .p12."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--persona", required=True, metavar="CHAVE", help="veja: manage.py personas")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="pasta; é criada se não existir")
        parser.add_argument("--password", help="senha do .p12; sem ela, uma é sorteada e mostrada")
        parser.add_argument(
            "--form",
            choices=Pkcs12File.Form.values,
            default=Pkcs12File.Form.MODERN.value,
            help="forma do .p12: moderno (AES-256) ou compativel (3DES)",
        )

    def handle(self, **options: Any) -> None:
        password = options["password"] or secrets.token_urlsafe(9)
        holder = holder_of(find(options["persona"]))
        path = options["out"] / f"{options['persona']}.p12"
        with output.written_to(options["out"]):
            content = issue(holder, password=password, form=options["form"], at=clock.now())
            write_private(path, content)
        self.stdout.write(f"Certificado de {holder.name} gravado em {path}")
        if not options["password"]:
            self.stdout.write(f"Senha: {password}")


def find(key: str) -> Persona:
    for persona in PERSONAS:
        if persona.key == key:
            return persona
    raise CommandError(f"Não há persona com a chave {key}. Veja: manage.py personas")


def holder_of(persona: Persona) -> pki.PersonHolder | pki.OrganisationHolder:
    """Who the certificate names: the person, or the fund with a responsible whom nobody typed.

    An e-CNPJ of this authority proves who its responsible is, so the name comes from the plan of the world, not from
    what the fund has written in its profiles since.
    """
    if persona.cpf:
        return _person_holder(_seeded(persona))
    if persona.cnpj:
        fund = Organisation.objects.filter(cnpj=persona.cnpj).first() or _unseeded()
        responsible = next(other for other in PERSONAS if other.cpf and other.ibge == persona.ibge)
        return pki.OrganisationHolder(name=fund.name, cnpj=fund.cnpj, responsible=_person_holder(_seeded(responsible)))
    raise CommandError(f"{persona.name} não tem CPF nem CNPJ: entra com usuário e senha.")


def issue(holder: pki.PersonHolder | pki.OrganisationHolder, *, password: str, form: str, at: datetime) -> bytes:
    """The container of a new certificate in force."""
    pki.ensure_authorities(at=at)
    try:
        certificate, file = pki.issue_certificate(
            holder=holder, authority_slug=AUTHORITY, password=password, form=form, at=at
        )
        pki.activate_certificate(certificate_id=certificate.pk, at=at)
    except Refusal as refusal:
        raise CommandError(refusal.message) from None
    return file.content


def write_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _person_holder(person: Person) -> pki.PersonHolder:
    return pki.PersonHolder(name=person.name, cpf=person.cpf_text, birth_date=person.birth_date, email=person.email)


def _seeded(persona: Persona) -> Person:
    return Person.objects.filter(cpf=persona.cpf).first() or _unseeded()


def _unseeded() -> Any:
    raise CommandError("As personas ainda não estão no banco. Rode: manage.py seed")
