"""The benches start: a portal of their own, a world where a query is answered. What they measure is not judged."""

import os
import subprocess
import sys

import pytest

from config.paths import BASE_DIR

STARTED = """
from importlib import import_module
from pathlib import Path
from bench import support
support.start_portal()
from bench import token_table
token_table.fill(total=20, due=5)
assert token_table.count("status = 'generated'") == 5
for file in Path("bench").glob("bench_*.py"):
    assert callable(import_module(f"bench.{file.stem}").main)
raise SystemExit(support.finish(support.Goal.at_most("linhas", token_table.count("true"), 20, "prova")))
"""


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("real_clock")
def test_every_bench_starts() -> None:
    names = ("DATABASE_URL", "DATA_DIR", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run(
        [sys.executable, "-c", STARTED], cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "ok    linhas: 20 (meta ≤ 20) — prova"
