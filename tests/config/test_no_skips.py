"""In CI a skipped test is a failed one; elsewhere it stays skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.paths import BASE_DIR

# The text of modules on which the guard is tried; nothing of this file is skipped.
SKIPS_ONE = 'import pytest\ndef test_it():\n    pytest.skip("sem navegador")\n'  # text, not a skip
SKIPS_ALL = 'import pytest\npytest.skip("sem navegador", allow_module_level=True)\n'  # text, not a skip


@pytest.mark.parametrize("text", [SKIPS_ONE, SKIPS_ALL], ids=["test", "module"])
@pytest.mark.usefixtures("real_clock")
@pytest.mark.parametrize("ci", ["true", ""])
def test_a_skip_fails_in_ci_only(tmp_path: Path, text: str, ci: str) -> None:
    (tmp_path / "test_skipping.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.plugin", "-c", os.devnull, "-p", "no:cacheprovider", tmp_path],
        cwd=BASE_DIR,
        env=os.environ | {"CI": ci, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    failed = ci == "true"
    assert (done.returncode not in (0, pytest.ExitCode.NO_TESTS_COLLECTED)) is failed, done.stdout
    assert "sem navegador" in done.stdout or not failed
