"""Runs the suite on days that break software: what passes today must pass on each of them.

Everything runs under a false wall clock (scripts/false_clock.c, preloaded): pytest, PostgreSQL, the processes of
`make run`, openssl, curl and the browser. Without arguments every day is run, one after the other.

    make test-dates                           every day, the whole suite
    make test-dates DATES="sabado bissexto"   only these days
    make test-dates ARGS=tests/pki            only these tests
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
BRASILIA = ZoneInfo("America/Sao_Paulo")
MINUTE = 60
# What cannot live under a false clock, each with its reason: tests by node, as pytest deselects them.
LEFT_OUT: dict[str, str] = {}


def days(now: datetime) -> dict[str, datetime]:
    """The instants at which a run begins, by name."""
    morning = now.astimezone(BRASILIA).replace(hour=10, minute=0, second=0, microsecond=0)
    return {
        "vespera": datetime(2026, 12, 31, 23, 30, tzinfo=BRASILIA),
        "ano-novo": datetime(2027, 1, 1, 0, 30, tzinfo=BRASILIA),
        "bissexto": datetime(2028, 2, 29, 10, 0, tzinfo=BRASILIA),
        "sabado": morning + timedelta(days=(5 - morning.weekday()) % 7 or 7),
        "um-ano": morning + timedelta(days=365),
    }


def compiler() -> str | None:
    """A C compiler, installed when that needs no question."""
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0 and not shutil.which("cc"):
        print("Instalando um compilador C…", flush=True)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for order in ("update -qq", "install -qq -y --no-install-recommends gcc libc6-dev"):
            subprocess.run([apt, *order.split()], env=quiet, stdout=subprocess.DEVNULL, check=False)
    return shutil.which("cc")


def build_clock(folder: Path) -> Path:
    """The library to preload, or the end with a sentence."""
    if sys.platform != "linux":
        sys.exit("O relógio falso precisa do Linux; rode `make test-dates` num contêiner.")
    found = compiler()
    if found is None:
        sys.exit("Falta um compilador C (cc). Instale um; no Debian e no Ubuntu: apt install gcc libc6-dev.")
    library = folder / "false_clock.so"
    source = ROOT / "scripts" / "false_clock.c"
    subprocess.run([found, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def under(library: Path, day: datetime) -> dict[str, str]:
    """The environment of a process that lives on another day."""
    offset = round(day.timestamp() - time.time())
    return os.environ | {"LD_PRELOAD": str(library), "FALSE_CLOCK_OFFSET": str(offset)}


def is_believed(environment: dict[str, str], day: datetime) -> bool:
    asked = [sys.executable, "-c", "import time; print(int(time.time()))"]
    told = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout
    return abs(int(told) - day.timestamp()) < MINUTE


def run(library: Path, day: datetime, arguments: list[str]) -> bool:
    """One run of the suite that begins at that instant."""
    environment = under(library, day)
    if not is_believed(environment, day):
        sys.exit("O relógio falso não foi obedecido por este Python (está ligado estaticamente?).")
    left_out = [f"--deselect={node}" for node in LEFT_OUT]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "3", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    return subprocess.run([*command, *left_out, *arguments], cwd=ROOT, env=environment, check=False).returncode == 0


def main() -> int:
    known = days(datetime.now(BRASILIA))  # a command, and no test: it counts its days from the one on which it runs
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dates", nargs="*", choices=known, default=[], help="que dias; todos, se nenhum")
    chosen, arguments = parser.parse_known_args()
    for node, reason in LEFT_OUT.items():
        print(f"Fica de fora: {node} ({reason})")
    failed = []
    with tempfile.TemporaryDirectory(prefix="ensaio-relogio-") as folder:
        library = build_clock(Path(folder))
        for name in chosen.dates or known:
            print(f"\n{name}: {known[name]:%d/%m/%Y %H:%M} em Brasília", flush=True)
            if not run(library, known[name], arguments):
                failed.append(name)
    print(f"\nFalhou em: {', '.join(failed)}." if failed else "\nPassou em todos os dias.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
