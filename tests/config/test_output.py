"""`--out` of every command: where nothing can be written, a sentence; and nothing is issued for nobody."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from common import output
from common.models import AuditEvent
from config.management.commands import certificate, server_certificate
from documents.management.commands import receipts
from pki.management.commands import pki
from pki.models import Certificate
from rnds.management.commands import credential

pytestmark = pytest.mark.django_db
# A system folder in which nobody makes a file, whoever runs the tests.
CLOSED = Path("/proc/ensaio")
COMMANDS: dict[str, list[str]] = {
    "certificate": ["--persona", "aracatuba-gestor-ab"],
    "credential": ["--cnes", "9010017"],
    "server_certificate": ["--host", "localhost"],
    "pki issue": ["--document", "52998224725", "--name", "ANA"],
    "pki defect": ["expirado"],
    "pki ca": [],
    "receipts": ["export"],
}


def run(name: str, out: Path) -> None:
    call_command(*name.split(), *COMMANDS[name], "--out", str(out))


def test_every_command_that_writes_is_here() -> None:
    modules = (certificate, credential, pki, receipts, server_certificate)
    written = {Path(str(module.__file__)).stem for module in modules}
    assert written == {name.split()[0] for name in COMMANDS}
    assert all(issubclass(module.Command, BaseCommand) for module in modules)
    root = Path(__file__).resolve().parents[2]
    found = {path.stem for path in root.glob("*/management/commands/*.py") if '"--out"' in path.read_text()}
    assert found == written


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_in_the_way_is_told(seeded: None, tmp_path: Path, name: str) -> None:
    (tmp_path / "ocupado").write_text("meu")
    before = Certificate.objects.count(), AuditEvent.objects.count()
    with pytest.raises(CommandError, match=r"^Não foi possível gravar em .*: há um arquivo no lugar de uma pasta\.$"):
        run(name, tmp_path / "ocupado" / "sub")
    assert (tmp_path / "ocupado").read_text() == "meu"
    assert (Certificate.objects.count(), AuditEvent.objects.count()) == before


def test_a_closed_folder_is_told(seeded: None) -> None:
    before = Certificate.objects.count()
    with pytest.raises(CommandError, match=r"^Não foi possível gravar em /proc/ensaio: "):
        run("certificate", CLOSED)
    assert Certificate.objects.count() == before


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (PermissionError(13, "Permission denied"), "sem permissão de escrita"),
        (OSError(30, "Read-only file system"), "o disco é só de leitura"),
        (OSError(28, "No space left on device"), "o disco está cheio"),
        (IsADirectoryError(21, "Is a directory"), "há uma pasta no lugar de um arquivo"),
        (OSError(5, "Input/output error"), "o lugar não aceita arquivos"),
        (OSError("?"), "o lugar não aceita arquivos"),
    ],
)
def test_what_goes_wrong_while_writing_is_told_in_portuguese(tmp_path: Path, problem: OSError, said: str) -> None:
    with pytest.raises(CommandError, match=f"Não foi possível gravar em .*: {said}"), output.written_to(tmp_path):
        raise problem


def test_a_folder_still_to_be_made_is_good_and_is_not_made_by_asking(tmp_path: Path) -> None:
    with output.written_to(tmp_path / "a" / "b"):
        assert not (tmp_path / "a").exists()
    assert list(tmp_path.iterdir()) == []
