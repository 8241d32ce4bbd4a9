"""The container image, without containers: its own COPY lines in an empty folder, run by an account like its own."""

import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from config.layers import APPS
from config.paths import BASE_DIR
from tests.config.test_compose import COMPOSE, SERVICES

DOCKERFILE = (BASE_DIR / "deploy" / "Dockerfile").read_text()
LAST_STAGE = DOCKERFILE.replace("\\\n", " ").rpartition("\nFROM ")[2]
IGNORED = [line for line in (BASE_DIR / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
DATABASE = "imagem"


def enters(path: str) -> bool:
    """Whether Docker would send the file: the last pattern that matches it, or a folder above it, decides."""
    parents = ["/".join(path.split("/")[: depth + 1]) for depth in range(path.count("/") + 1)]
    sent = True
    for line in IGNORED:
        if any(re.fullmatch(as_expression(line.removeprefix("!")), parent) for parent in parents):
            sent = line.startswith("!")
    return sent


def as_expression(pattern: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*)", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return "".join(meaning.get(part, re.escape(part)) for part in parts)


def given_folders() -> list[str]:
    """The folders that the image makes for its account."""
    line = next(line for line in LAST_STAGE.splitlines() if "--owner=ensaio" in line)
    return re.findall(r" (/\S+)", line)


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """The root of the image, as the last stage of the Dockerfile makes it."""
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    root = Path(tempfile.mkdtemp(prefix="ensaio-imagem-"))
    root.chmod(0o755)
    for folder in given_folders():
        (root / folder[1:]).mkdir(parents=True)
        os.chown(root / folder[1:], account.pw_uid, account.pw_gid)
    place = re.findall(r"^WORKDIR (\S+)", LAST_STAGE, re.MULTILINE)[-1]
    for source, target in re.findall(r"^COPY (?!--from)(\S+) (\S+)$", LAST_STAGE, re.MULTILINE):
        copy(BASE_DIR / source, root / place[1:] / target)
    # What runs after the files are there.
    for module in re.findall(r"^RUN /venv/bin/python -m (.+)$", LAST_STAGE, re.MULTILINE):
        subprocess.run([sys.executable, "-m", *module.split()], cwd=root / place[1:], check=True)
    yield root
    shutil.rmtree(root)


def copy(source: Path, target: Path) -> None:
    """What enters of a folder of the project."""
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name not in (".git", ".venv", ".data", "__pycache__")]
        for name in files:
            file = Path(folder) / name
            if enters(file.relative_to(BASE_DIR).as_posix()):
                place = target / file.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place)


@pytest.fixture(scope="module")
def environment(image: Path, django_db_setup: None) -> Iterator[dict[str, str]]:
    """That of the service `prepare` of docker-compose.yml, with the image's folders and an empty database."""
    given = {name: substituted(str(value)) for name, value in SERVICES["prepare"]["environment"].items()}
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    given |= dict(re.findall(r"([A-Z_]+)=(\S+)", LAST_STAGE.partition("ENV ")[2])) | {"PATH": path}
    given["DATA_DIR"], given["CERTIFICATES"] = (
        str(image / given["DATA_DIR"][1:]),
        str(image / given["CERTIFICATES"][1:]),
    )
    host = connection.get_connection_params()["host"]
    with psycopg.connect(f"postgresql://postgres@/postgres?host={host}", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE}")
        yield given | {"DATABASE_URL": f"postgresql://postgres@/{DATABASE}?host={host}"}
        server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def substituted(value: str) -> str:
    """As compose does it, with a value for what must be filled in."""
    secret = "segredo-de-prova-0123456789-0123456789-0123456789-0123456789"
    value = re.sub(r"\$\{[A-Z_]+:\?[^}]*\}", secret, value)
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", value)


def run(image: Path, environment: dict[str, str], *command: str) -> str:
    """Run a command of the image as an account that may write only to the folders given to it."""
    done = subprocess.run(
        [*as_nobody(), *command],
        cwd=image / "app",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@cache
def as_nobody() -> list[str]:
    """As root: what takes root's rights away. Reading stays where it can: this very Python may live in root's home."""
    if os.geteuid() != 0:
        return []
    plain = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    reading = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    works = subprocess.run([*reading, "true"], capture_output=True, check=False).returncode == 0
    return reading if works else plain


@pytest.mark.timeout(200)
@pytest.mark.xdist_group("run")
def test_the_image_checks_migrates_seeds_and_could_serve(image: Path, environment: dict[str, str]) -> None:
    run(image, environment, "python", "manage.py", "check")
    plan = run(image, environment, "python", "manage.py", "migrate", "--plan")
    assert all(f"{app}." in plan for app in APPS if (BASE_DIR / app / "migrations").is_dir())

    entrypoint = str(image / "app" / "deploy" / "entrypoint")
    assert os.access(entrypoint, os.X_OK)
    printed = run(image, environment, entrypoint, "prepare")
    assert "Certificados do servidor em" in printed
    # What every request asks first.
    enter = "import django; django.setup(); from rooms import worlds; print(worlds.open_world().database)"
    log = "from config.servers.access_log import log; log.info('request', path='/entrar/')"
    written = run(image, environment, "python", "-c", f"{enter}; {log}").splitlines()
    assert any(line.startswith("ensaio_sala_") for line in written)
    # Every request is a line of JSON.
    assert json.loads(next(line for line in written if line.startswith("{"))) | {"timestamp": ""} == {
        "event": "request",
        "path": "/entrar/",
        "level": "info",
        "logger": "ensaio.access",
        "timestamp": "",
    }
    assert {file.name for file in (image / "certificates").iterdir()} >= {"ecdsa.pem", "rsa.key", "authorities.pem"}
    run(
        image,
        environment,
        "gunicorn",
        "--check-config",
        "--config",
        "deploy/gunicorn.conf.py",
        "config.wsgi:application",
    )
    assert "tests.write_line" not in run(image, environment, "celery", "-A", "config", "report")


def test_the_image_gives_its_account_every_folder_that_compose_mounts() -> None:
    mounted = {
        volume.split(":")[1]
        for service in SERVICES.values()
        if service.get("image") == "ensaio"
        for volume in service.get("volumes", [])
    }
    assert mounted
    assert mounted <= set(given_folders())


def test_every_app_enters_the_image_and_no_secret_does() -> None:
    for app in APPS:
        assert enters(f"{app}/apps.py")
        assert enters(f"{app}/migrations/0001_initial.py")
    for path in ("manage.py", "templates/base.html", "static/css/x.css", "territory/data/municipalities.csv"):
        assert enters(path)
    for path in (
        ".env", ".data/secret_key", ".data/x.py", ".venv/lib/x.py", ".git/config", "credencial/client.key",
        "cert/pessoa.p12", "tests/conftest.py", "bench/support.py", "siops/__pycache__/x.py", "chave.pem",
    ):  # fmt: skip
        assert not enters(path), path


def test_the_list_of_apps_is_the_same_everywhere() -> None:
    """What a tool reads from a file of its own is compared with the only list."""
    linter = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(linter["root_packages"]) == set(APPS)
    layers = linter["contracts"][0]["layers"]
    assert {app.strip() for layer in layers for app in layer.split("|")} == set(APPS)
    assert {path.parent.name for path in BASE_DIR.glob("*/apps.py")} == set(APPS)
    readme = (BASE_DIR / "README.md").read_text()
    assert all(f"| `{app}/` |" in readme for app in APPS)
    assert "DATABASE_URL" in COMPOSE["x-app"]["environment"]
