"""The transmitter: its exit codes against a scripted portal, and once, as one file, against the real one."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from declarations import transmit
from declarations.engine import packing
from declarations.engine.beginnings import consistent
from declarations.engine.declaration import Declaration as Content
from declarations.engine.declaration import Identity
from declarations.engine.periods import Period
from declarations.models import Receipt, ReportingPeriod
from declarations.services.downloads import TOOLS
from declarations.services.tokens import issue_token
from pki import services as pki
from siops.models.scoped import TECHNICIAN
from tests.clock import now, today
from tests.factories import make_entity, siops
from tests.factories.declarations import make_period
from tests.factories.siops import Acting, acting_of
from tests.in_room import below
from tests.live import LivePortal

FIFTH, PASSWORD = Period(2026, 5), "Envio-Ensaio-2026"
CUT = None
RECEIPT = {
    "recibo": "SIM-20265-1200401-000001-95",
    "recebido_em": "2026-11-23T12:00:00-03:00",
    "sha256_conteudo": "0" * 64,
    "conferencia": "http://127.0.0.1/recibo/",
}
TAKEN = (200, {"versao": 1, "situacao": "RASCUNHO", "recibo": None})
CLEAN = (200, {"recibo": None, "relatorio": {"veredito": "pode transmitir", "impeditivas": 0, "grupos": []}})
CAUSE = {"codigo": "SIM-I09", "severidade": "impeditiva", "mensagem": "Pago maior que liquidado."}
REPORT = {"veredito": "1 impeditiva", "impeditivas": 1, "grupos": [{"causa": CAUSE}]}


def opsz(ibge: str, period: Period = FIFTH) -> bytes:
    identity = Identity(ibge, *period, rules="regras-2026.1", technician_hash=f"sha256:{'0' * 64}")
    return packing.write(Content(identity, consistent(period)), generated_at=now())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.opsz"
    path.write_bytes(opsz("1200401"))
    return path


@contextmanager
def portal(*answers: tuple[int, Any] | None) -> Iterator[tuple[str, list[str]]]:
    """One that gives these answers in turn, or cuts the connection; and what it was asked."""
    left, asked = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path.rpartition("/")[2])
            self.rfile.read(int(self.headers["Content-Length"]))
            answer = left.pop(0)
            if answer is CUT:
                self.close_connection = True
                return
            status, told = answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(told if isinstance(told, bytes) else json.dumps(told).encode())

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declarations.transmit.time.sleep", lambda seconds: None)
    monkeypatch.setenv("SIOPS_TOKEN", "siops_token")


def problem(code: str, title: str = "Não.", **more: Any) -> dict[str, Any]:
    return {"codigo": code, "title": title} | more


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ([TAKEN, CLEAN, (201, RECEIPT)], 0, "[3/3]"),
        # Cut in the middle, and another transmission under way: from the beginning, and the same receipt.
        ([TAKEN, CUT, TAKEN, CLEAN, CUT, TAKEN, CLEAN, (200, RECEIPT)], 0, "Nova tentativa"),
        ([(503, b"<html>"), TAKEN, CLEAN, (409, problem("under_way")), TAKEN, CLEAN, (201, RECEIPT)], 0, "Nova"),
        ([TAKEN, (200, {"recibo": None, "relatorio": REPORT})], 2, "SIM-I09 Pago maior"),
        ([TAKEN, CLEAN, (422, problem("rejected", relatorio=REPORT))], 2, "SIM-I09 Pago maior"),
        ([(422, problem("file_refused", falhas=[{"codigo": "F-16", "mensagem": "Ente."}]))], 3, "F-16 Ente."),
        ([(401, problem("not_authenticated", "CPF ou senha inválidos."))], 4, "CPF ou senha inválidos."),
        ([(429, problem("busy", "Acesso bloqueado."))], 4, "Acesso bloqueado."),
        ([CUT] * transmit.ATTEMPTS, 5, "não respondeu"),
        ([(422, problem("no_secretary", "Sem Secretário."))], 6, "Sem Secretário."),
        ([(200, b"<html>")], 6, "não é o portal"),
    ],
)
def test_exit_codes(answers: list[Any], code: int, said: str, file: Path, capsys: Any) -> None:
    with portal(*answers) as (address, asked):
        assert transmit.main([str(file), "--portal", address, "--token"]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert len(asked) == len(answers)
    assert ("Recibo SIM-20265" in told.out) == (code == 0)


def test_what_is_no_file_is_not_sent(tmp_path: Path, capsys: Any) -> None:
    wrong = tmp_path / "b.opsz"
    wrong.write_bytes(b"nada")
    assert transmit.main([str(wrong), "--portal", "http://127.0.0.1:1", "--token"]) == 3
    assert "F-01" in capsys.readouterr().err
    assert transmit.main([str(tmp_path / "c.opsz"), "--portal", "http://127.0.0.1:1", "--token"]) == 3
    for command in ([str(wrong)], [str(wrong), "--portal", "portal.example", "--token"]):
        with pytest.raises(SystemExit) as end:
            transmit.main(command)
        assert end.value.code == 3


@pytest.mark.django_db
def test_the_page_gives_both_programmes_with_their_hash(client: Client) -> None:
    html = client.get(below(reverse("declarations:downloads"))).content.decode()
    for slug, tool in TOOLS.items():
        assert tool.sha256 in html
        assert client.get(below(reverse("declarations:tool", args=[slug]))).content == tool.content


def run(folder: Path, tool: str, *arguments: str, given: str = "", **environment: str) -> tuple[int, str]:
    """The downloaded file with plain Python, outside the checkout and without what is installed there."""
    path = folder / f"{tool}.pyz"
    path.write_bytes(TOOLS[tool].content)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SIOPS"))}
    command = [sys.executable, "-I", "-S", str(path), *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        input=given,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_downloaded_files_against_the_portal(live_portal: LivePortal, tmp_path: Path) -> None:
    pki.ensure_authorities(at=now())
    # Opened on whatever day this is.
    former = make_period(today().year - 1, 3)
    sender = siops.make_acting(TECHNICIAN, make_entity())
    sender.user.set_password(PASSWORD)
    sender.user.save()
    secretary = acting_of(sender.entity.health_managers.get(role="secretary"))
    secret = issue_token(entity_id=sender.entity_id, by=secretary, at=now())
    (tmp_path / "a.opsz").write_bytes(opsz(sender.entity.ibge, former.period))

    code, told = run(tmp_path, "validador", "a.opsz")
    assert code == 0, told
    code, told = run(tmp_path, "transmissor", "a.opsz", "--portal", live_portal.url, "--token", SIOPS_TOKEN=secret)
    receipt = Receipt.objects.get()
    assert (code, receipt.number in told) == (0, True), told
    # Again, by the password of the technician, from the input: the same receipt.
    cpf = sender.user.login
    code, told = run(
        tmp_path, "transmissor", "a.opsz", "--portal", live_portal.url, "--cpf", cpf, given=f"{PASSWORD}\n"
    )
    assert (code, receipt.number in told) == (0, True), told
    assert Receipt.objects.count() == 1
    code, told = run(tmp_path, "transmissor", "a.opsz", "--portal", live_portal.url, "--cpf", cpf, given="Errada\n")
    assert (code, "CPF ou senha inválidos" in told) == (4, True), told
    assert curl(tmp_path / "a.opsz", live_portal.url, sender, former)["recibo"] == receipt.number


def curl(file: Path, url: str, sender: Acting, period: ReportingPeriod) -> dict[str, Any]:
    """The first call of the API, as a programme of somebody else's makes it: what was delivered has its receipt."""
    address = f"{url}/api/declaracoes/{sender.entity.ibge}/{period.year}/{period.bimester}/arquivo"
    credentials = f"{sender.user.login}:{PASSWORD}"
    command = ["curl", "-sS", "-u", credentials, "--data-binary", f"@{file}", "-H", "Content-Type: application/zip"]
    done = subprocess.run([*command, address], capture_output=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told
