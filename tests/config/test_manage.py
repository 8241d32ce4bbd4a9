"""`manage.py` from outside, before the first `make run`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.paths import BASE_DIR


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a command finds nothing prepared: the first one leaves an empty database server there."""
    return tmp_path_factory.mktemp("before") / "dados"


@pytest.mark.xdist_group("run")
@pytest.mark.usefixtures("real_clock")
@pytest.mark.parametrize(
    "words",
    [
        ["credential", "--cnes", "9010017", "--out", "credencial"],
        ["certificate", "--persona", "aracatuba-gestor-ab", "--out", "cert"],
    ],
)
def test_a_command_before_the_first_run_says_what_to_do(tmp_path: Path, folder: Path, words: list[str]) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "SECRET_KEY")}
    done = subprocess.run(
        [sys.executable, BASE_DIR / "manage.py", *words],
        cwd=tmp_path,
        env=environment | {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings.local"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "O banco de dados ainda não foi preparado. Inicie o portal com `make run` e repita o comando."
    )
