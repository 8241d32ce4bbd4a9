"""Makes the lock files anew, with hashes and without any registry address, by uv from a throw-away environment."""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"
# What is read where "-" is.
INSTALLER = "pip\n"
LOCKS = {
    "requirements-pip.lock": ["-"],
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["pyproject.toml", "--extra", "dev"],
}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
        for name, wanted in LOCKS.items():
            lock = [str(python), "-m", "uv", "pip", "compile", *wanted, "--output-file", name]
            rules = ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-emit-index-url"]
            quiet = ["--no-emit-find-links", "--no-header", "--quiet", *sys.argv[1:]]
            subprocess.run([*lock, *rules, *quiet], cwd=ROOT, check=True, input=INSTALLER, text=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
