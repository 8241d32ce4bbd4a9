"""A credential of the running portal, in the files that an integrator has, and ways to call other houses' tools."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import factories
from tests.clock import now
from tests.factories import person_of
from tests.live import LivePortal

SECONDS = 60
CNPJ = "12ABC34501DE35"
Run = Callable[..., str]


@dataclass(frozen=True)
class ClientFiles:
    """What `manage.py credential` wrote."""

    folder: Path
    password: str
    token_url: str
    api_url: str
    cnes: str
    requester_id: int

    def revoke(self) -> None:
        call_command("credential", "--revoke", str(self.requester_id), stdout=StringIO())


@pytest.fixture
def client(live_portal: LivePortal, tmp_path: Path) -> ClientFiles:
    entity = factories.make_entity()
    factories.make_organisation(entity, cnpj=CNPJ)
    factories.make_membership(person_of(factories.make_user()), entity=entity, at=now())
    cnes = factories.make_installation(entity).establishment.cnes
    call_command("credential", "--cnes", cnes, "--out", str(tmp_path), stdout=StringIO())
    known = json.loads((tmp_path / "credential.json").read_text())
    return ClientFiles(
        tmp_path, known["pfx_password"], known["token_url"], known["api_url"], cnes, known["requester_id"]
    )


@pytest.fixture
def run(real_clock: None, tmp_path: Path) -> Run:
    """Run a tool in the test's folder and return what it prints; a tool that fails or is missing fails the test."""

    def call(*command: str | Path, given: str = "") -> str:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=tmp_path,
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{command[0]}: {done.stderr[-2000:]}{done.stdout[-500:]}"
        return done.stdout

    return call
