"""What can be said about the code without running the portal. Runs every check and names those that failed."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.layers import APPS  # noqa: E402 -- found from the project's folder

BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
DUMMY_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "v3rifica-apenas-a-forma-das-configuracoes-de-producao-0123456789",
    "ALLOWED_HOSTS": "ensaio.example",
    "DATABASE_URL": "postgresql://ensaio@127.0.0.1:1/ensaio",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}

Check = tuple[str, list[str], dict[str, str]]


def manage(*arguments: str) -> list[str]:
    return [PYTHON, "manage.py", *arguments]


CHECKS: list[Check] = [
    ("formato", [PYTHON, "-m", "ruff", "format", "--check", "."], {}),
    ("estilo", [PYTHON, "-m", "ruff", "check", "."], {}),
    ("tipos", [PYTHON, "-m", "mypy", *APPS, "tests", "scripts", "bench"], {}),
    ("camadas", [PYTHON, "-c", "from importlinter.cli import lint_imports_command as c; c()"], {}),
    ("formato dos modelos", [PYTHON, "-m", "djlint", "templates", "--check"], {}),
    ("estilo dos modelos", [PYTHON, "-m", "djlint", "templates", "--lint"], {}),
    ("configuração de produção", manage("check", "--deploy", "--fail-level", "WARNING"), DUMMY_PRODUCTION),
    ("migrações", manage("makemigrations", "--check", "--dry-run"), {}),
    ("arquitetura", [PYTHON, "-m", "pytest", "tests/architecture", "tests/config/test_compose.py", "-q"], {}),
]


def main() -> int:
    failed = [name for name, command, extra in CHECKS if not passes(name, command, extra)]
    if failed:
        print(f"\nFalhou: {', '.join(failed)}.")
    return bool(failed)


def passes(name: str, command: list[str], extra: dict[str, str]) -> bool:
    """Run one check; its output appears only when it fails."""
    print(f"{name}… ", end="", flush=True)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **extra},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print("ok" if done.returncode == 0 else f"FALHOU\n{done.stdout}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
