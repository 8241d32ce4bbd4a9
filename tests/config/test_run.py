"""`manage.py run` from outside: it starts, keeps its parts alive, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import requests

from config.paths import BASE_DIR
from tests.runs import FirstRuns, Run, processes_of, wait_for

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("run"), pytest.mark.usefixtures("real_clock")]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Start runs over one data folder; whatever a failed test leaves behind is killed."""
    runs = []

    def start_one(port: int | None = None) -> Run:
        runs.append(Run(tmp_path / "dados", port))
        return runs[-1]

    yield start_one
    for run in runs:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)


def test_the_first_run_leaves_its_data_and_nothing_else_behind(first_runs: FirstRuns) -> None:
    """Nor does a second one that began at the same moment: one fills the databases, the other waits for it."""
    assert first_runs.returncodes == [0, 0]
    assert not any("Traceback" in printed for printed in first_runs.printed)
    assert processes_of(first_runs.data) == []
    assert first_runs.data.stat().st_mode & 0o066 == 0
    assert (first_runs.data / "secret_key").stat().st_mode & 0o777 == 0o600


def test_two_runs_share_a_data_folder(first_runs: FirstRuns) -> None:
    assert first_runs.left_alone["database"] == "ok"
    assert first_runs.outlived == []


@pytest.mark.usefixtures("furnished")
def test_run_serves_both_listeners_says_how_to_begin_and_keeps_the_data(
    first_runs: FirstRuns, start: Callable[..., Run]
) -> None:
    second = start()
    data = second.data
    second.wait_until_ready()
    assert requests.get(second.url + "/entrar/", timeout=10).status_code == 200
    token = requests.get(second.tls_url + "/api/token", verify=str(data / "ca.pem"), timeout=10)
    assert token.status_code == 401
    for name in ("ca.pem", "secret_key"):
        assert (data / name).read_text() == (first_runs.data / name).read_text()

    taken = start(port=second.port)
    printed = taken.process.communicate(timeout=60)[0]
    assert taken.process.returncode == 1
    assert (
        printed.strip()
        == f"CommandError: A porta {second.port} já está em uso. Escolha outra: make run PORT={second.port + 10}"
    )
    assert second.health()["status"] == "ok"

    printed = second.end(signal.SIGTERM)
    assert second.process.returncode == 0
    assert re.search(r"CNPJ \d\d\.\d{3}\.\d{3}/\d{4}-\d\d", printed)
    assert "Cinco coisas para experimentar" in printed
    assert "Traceback" not in printed
    assert processes_of(data) == []


@pytest.mark.usefixtures("furnished")
def test_dead_children_come_back_and_a_killed_supervisor_takes_them_along(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_until_ready()
    web = next(child for child in run.descendants() if "serve" in child.cmdline())
    worker = next(child for child in run.descendants() if "config.servers.worker" in child.cmdline())
    pool = worker.children(recursive=True)

    web.kill()
    worker.kill()
    wait_for(lambda: run.health().get("status") == "ok" and web.pid not in psutil.pids())
    # The pool and the scheduler of a killed worker do not live on beside the new one.
    wait_for(lambda: not any(process.is_running() for process in pool))
    wait_for(lambda: len(run.descendants()) == len(pool) + 2)

    children = run.descendants()
    run.process.kill()
    printed = run.process.communicate(timeout=60)[0]
    assert "O portal parou e está sendo reiniciado" in printed
    assert "O processo de fundo parou e está sendo reiniciado" in printed
    wait_for(lambda: not any(child.is_running() for child in children))

    # The database outlived its supervisor; the next command joins it, and stops it at its end.
    assert len(processes_of(run.data)) > 0
    subprocess.run([sys.executable, BASE_DIR / "manage.py", "check", "-v0"], env=run.environment, check=True)
    assert processes_of(run.data) == []


@pytest.mark.usefixtures("furnished")
def test_killed_embedded_servers_come_back_and_the_portal_recovers(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_until_ready()
    servers = {
        "O PostgreSQL embutido": run.data / "postgres" / "postmaster.pid",
        "O Valkey embutido (fila e cache)": run.data / "valkey" / "pid",
    }
    for pid_file in servers.values():
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        seen: list[int] = []

        def answered(seen: list[int] = seen) -> bool:
            seen.append(requests.get(run.url + "/entrar/", timeout=10).status_code)
            return run.health().get("status") == "ok" and len(seen) > 5

        wait_for(answered, seconds=60)
        assert set(seen) <= {200, 503}
        # The last one seen was asked before the portal was well again.
        assert requests.get(run.url + "/entrar/", timeout=10).status_code == 200
    printed = run.end(signal.SIGINT)
    for name in servers:
        assert f"{name} parou e está sendo reiniciado" in printed
        assert f"{name} voltou." in printed
    assert "Traceback" not in printed
    assert processes_of(run.data) == []


@pytest.mark.usefixtures("furnished")
def test_ready_means_that_every_part_serves_the_next_call(start: Callable[..., Run]) -> None:
    """Polled from before the start: the first «ok» of /healthz is true of both ports and of the worker."""
    run = start()
    while run.health().get("status") != "ok":
        assert run.process.poll() is None
        time.sleep(0.1)
    token = requests.get(run.tls_url + "/api/token", verify=str(run.data / "ca.pem"), timeout=5)
    assert token.status_code == 401
    assert requests.get(run.url + "/entrar/", timeout=10).status_code == 200
    log = run.data / "logs" / f"worker-{run.port}.log"
    assert "beat_heart" in log.read_text()
    assert "succeeded" in log.read_text()
    assert set(run.health()) == {"status", "database", "broker", "cache", "tls", "worker", "version"}

    # The sign of life of this run says nothing of the next one.
    port = run.port
    run.end(signal.SIGINT)
    beats = log.read_text().count("beat_heart")
    again = start(port)
    again.wait_until_ready()
    assert log.read_text().count("beat_heart") > beats
    again.end(signal.SIGINT)


def test_ctrl_c_at_any_moment_of_the_start_prints_no_traceback(start: Callable[..., Run]) -> None:
    for tenths in range(1, 11):
        run = start()
        time.sleep(tenths / 10)
        printed = run.end(signal.SIGINT)
        assert "Traceback" not in printed, f"{tenths / 10} s: {printed}"
        assert "Error" not in printed, f"{tenths / 10} s: {printed}"
        assert processes_of(run.data) == [], tenths
