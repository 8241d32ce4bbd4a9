"""Makes .venv and installs exactly what the lock file names, when it changed since the last time."""

import argparse
import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="instala também o que os testes usam")
    name = "requirements-dev.lock" if parser.parse_args().dev else "requirements.lock"
    with (ROOT / ".venv.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not works():
            print("Criando o ambiente em .venv…", flush=True)
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            venv.create(ENVIRONMENT, with_pip=True)
            # The pip of an older Python weighs every version of every package there ever was, and takes twice as long.
            # Where this one does not come, that one serves.
            pip_install(ROOT / "requirements-pip.lock")
        return install(ROOT / name)


def works() -> bool:
    """Whether .venv exists, was made for this very folder and runs a Python that is new enough."""
    question = "import sys, pip; print(sys.version_info >= (3, 11), sys.prefix)"
    try:
        answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == f"True {ENVIRONMENT}"


def install(lock: Path) -> int:
    """Install the lock unless its stamp says that it is there already. The dev lock holds the whole of the other."""
    if stamp(lock).exists():
        return 0
    print(f"Instalando o que {lock.name} trava (pode levar um ou dois minutos)…", flush=True)
    if pip_install(lock):
        print("A instalação falhou. Confira a rede e tente de novo; o que já veio não se perde.", file=sys.stderr)
        return 1
    for old in ENVIRONMENT.glob(".installed-*"):
        old.unlink()
    for held in [lock] if lock.name == "requirements.lock" else [lock, ROOT / "requirements.lock"]:
        stamp(held).touch()
    return 0


def pip_install(lock: Path) -> int:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    return subprocess.run([*command, "--requirement", str(lock)], cwd=ROOT, check=False).returncode


def stamp(lock: Path) -> Path:
    return ENVIRONMENT / f".installed-{lock.stem}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
