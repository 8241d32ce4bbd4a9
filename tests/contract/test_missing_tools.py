"""A contract test whose tool is missing is left out and named; in CI it runs, and fails."""

import os
import subprocess
import sys

import pytest

from config.paths import BASE_DIR
from tests.contract import tools


def collected(tmp_path: object, *, ci: str) -> str:
    """What pytest finds in this folder where no tool is installed."""
    options = ["--collect-only", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/contract/test_token.py", *options],
        cwd=BASE_DIR,
        env=os.environ | {"CI": ci, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_elsewhere_one_line_says_what_did_not_run(real_clock: None, tmp_path: object) -> None:
    said = collected(tmp_path, ci="")
    assert "::test_requests" in said
    assert not [line for line in said.splitlines() if "::test_curl" in line or "::test_java" in line]
    (line,) = [line for line in said.splitlines() if "não rodaram" in line]
    assert "curl, openssl, certtool, node, java, keytool" in line
    assert "skipped" not in said


def test_in_ci_nothing_is_left_out(real_clock: None, tmp_path: object) -> None:
    said = collected(tmp_path, ci="true")
    assert "::test_curl" in said
    assert "::test_java" in said
    assert "não rodaram" not in said


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_the_packages_of_node_are_locked_without_an_address(name: str) -> None:
    text = (tools.CLIENTS / name).read_text()
    assert "resolved" not in text
    assert "http" not in text
    assert "integrity" in text or name == "package.json"


def test_the_script_installs_every_tool() -> None:
    script = (BASE_DIR / "scripts" / "contract-tools").read_text()
    assert all(f"{tool}:" in script for tool in tools.COMMANDS)
    assert "scripts/contract-tools" in (BASE_DIR / ".ci" / "run").read_text()
