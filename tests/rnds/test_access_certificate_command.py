"""`manage.py certificate`: a persona's certificate that a browser can import and the house accepts."""

import re
import stat
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from config.personas import PERSONAS
from pki import services as pki
from pki.authority import containers
from pki.authority.reading import facts_of
from tests import factories
from tests.clock import now

pytestmark = pytest.mark.django_db

PERSON = next(persona for persona in PERSONAS if persona.login_kind == "pf")
FUND = next(persona for persona in PERSONAS if persona.login_kind == "pj")
STAFF = next(persona for persona in PERSONAS if persona.login_kind == "staff")


def run(*arguments: Any) -> str:
    output = StringIO()
    call_command("certificate", *map(str, arguments), stdout=output)
    return output.getvalue()


def test_the_certificate_of_a_person(tmp_path: Path) -> None:
    factories.make_person(cpf=PERSON.cpf, name=PERSON.name)
    said = run("--persona", PERSON.key, "--out", tmp_path / "novo")
    path = tmp_path / "novo" / f"{PERSON.key}.p12"
    password = re.search(r"Senha: (\S+)", said)
    assert password
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    inspected = pki.inspect_pkcs12(content=path.read_bytes(), filename=path.name, password=password[1], at=now())
    assert inspected.facts.holder_document == PERSON.cpf
    assert inspected.authority == "icp"


def test_the_certificate_of_a_fund_with_a_chosen_password(tmp_path: Path) -> None:
    fund = factories.make_organisation(cnpj=FUND.cnpj, name=FUND.name)
    planned = next(persona for persona in PERSONAS if persona.cpf and persona.ibge == FUND.ibge)
    factories.make_person(cpf=planned.cpf, name=planned.name)
    # Whom the fund wrote in a profile is named by no e-CNPJ.
    factories.make_membership(factories.make_person(), entity=fund.entity)
    said = run("--persona", FUND.key, "--out", tmp_path, "--password", "minha senha", "--form", "compativel")
    assert "minha senha" not in said
    contents = containers.open_container((tmp_path / f"{FUND.key}.p12").read_bytes(), "minha senha")
    assert contents.certificate is not None
    assert FUND.cnpj in contents.certificate.subject.rfc4514_string()
    assert facts_of(contents.certificate).person_cpf == planned.cpf
    opened = subprocess.run(
        ["openssl", "pkcs12", "-legacy", "-nokeys", "-passin", "pass:minha senha", "-in", f"{FUND.key}.p12"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "AC ICP-Brasil SIMULADA" in opened.stdout


def test_who_cannot_have_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Não há persona"):
        run("--persona", "ninguem", "--out", tmp_path)
    with pytest.raises(CommandError, match="não tem CPF nem CNPJ"):
        run("--persona", STAFF.key, "--out", tmp_path)
    with pytest.raises(CommandError, match=r"manage\.py seed"):
        run("--persona", PERSON.key, "--out", tmp_path)
    assert not list(tmp_path.iterdir())
