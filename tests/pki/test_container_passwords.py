"""Passwords under which files are written: every way to get one refuses what Java could not type."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from common.exceptions import RuleBroken
from pki import services as pki
from pki.models import Authority
from pki.services.defects import issue_defect
from tests.factories import NOON
from tests.pki.conftest import PERSON, Issue
from tests.siops.certification import Counter

pytestmark = pytest.mark.django_db

REFUSED = {
    " " * 8: "A senha não pode ter só espaços.",
    "senha\x00nula": "A senha tem caracteres que não podem ser digitados.",
    "senha\u202einvertida": "A senha tem caracteres que não podem ser digitados.",
    "maçã verde": "A senha só pode ter letras sem acento",
    "senha €uro": "A senha só pode ter letras sem acento",
}


@pytest.mark.parametrize("password", REFUSED)
def test_issuing(password: str, issue: Issue) -> None:
    with pytest.raises(RuleBroken) as refused:
        issue(password=password)
    assert refused.value.message.startswith(REFUSED[password])
    assert refused.value.field == "password"


@pytest.mark.parametrize("password", REFUSED)
def test_at_the_counter(password: str, authorities: list[Authority]) -> None:
    counter = Counter()
    row = counter.schedule(kind="A1")
    with pytest.raises(RuleBroken) as refused:
        counter.issue(row, password=password)
    assert refused.value.field == "password"


@pytest.mark.parametrize("password", REFUSED)
def test_a_defect(password: str, authorities: list[Authority]) -> None:
    with pytest.raises(RuleBroken):
        issue_defect(name="expirado", holder=PERSON, password=password, form="moderno", at=NOON)


@pytest.mark.parametrize("password", ["maçã verde", " " * 8])
@pytest.mark.parametrize(
    "command", [("pki", "issue", "--document", "52998224725", "--name", "Pessoa"), ("pki", "defect", "expirado")]
)
def test_commands_say_it_in_words(
    command: tuple[str, ...], password: str, tmp_path: Path, authorities: list[Authority]
) -> None:
    out = tmp_path / "saida"
    with pytest.raises(CommandError, match="A senha"):
        call_command(*command, "--out", str(out), "--password", password, stdout=StringIO())
    assert not list(tmp_path.rglob("*.pfx"))


@pytest.mark.parametrize("password", ["com espaco no meio", "!#$%&()*+,-./:;<=>?@[]^_`{|}~", "12345678"])
def test_plain_characters_are_fine(password: str, issue: Issue) -> None:
    assert pki.open_container(issue(password=password)[1].content, password).key is not None
