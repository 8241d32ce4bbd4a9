"""The embedded PostgreSQL: any folder, several users at once, and what a crash leaves behind."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from config.embedded_postgres import Postgres
from config.paths import BASE_DIR

SCRIPT = textwrap.dedent(
    """
    import pathlib, sys
    import psycopg
    from config import embedded_postgres
    url = embedded_postgres.start(pathlib.Path(sys.argv[1]), volatile=True)
    with psycopg.connect(url) as connection:
        print(connection.execute(sys.argv[2]).fetchone()[0], flush=True)
    input()
    """
)
DIRECTORY = "SELECT current_setting('data_directory')"


def ask(folder: Path, question: str = DIRECTORY) -> subprocess.Popen[str]:
    """A process that starts or joins the server, prints an answer and stays until its input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), question],
        cwd=BASE_DIR,
        env={**os.environ, "PYTHONPATH": str(BASE_DIR)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)


def server_of(folder: Path) -> int | None:
    """Process id of the server that runs in the folder."""
    for process in psutil.process_iter(["cmdline"]):
        if process.info["cmdline"] and process.info["cmdline"][1:3] == ["-D", str(folder)]:
            return int(process.pid)
    return None


@pytest.mark.parametrize("name", ["simples", "com espaço, vírgula e ç", "longa-" + "x" * 120])
def test_starts_in_any_folder_and_stops_with_its_last_user(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "postgres"
    one = ask(folder)
    assert first_line(one) == str(folder)
    other = ask(folder)
    assert first_line(other) == str(folder)

    leave(one)
    assert server_of(folder) is not None
    leave(other)
    assert server_of(folder) is None
    assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_above_that_was_closed_meanwhile_does_not_keep_the_server_alive(tmp_path: Path) -> None:
    """As root the server runs as another account, which must pass through the folders above to stop it."""
    folder = tmp_path / "fechada" / "postgres"
    only = ask(folder)
    assert first_line(only) == str(folder)
    folder.parent.chmod(0o700)
    leave(only)
    assert server_of(folder) is None


def test_two_first_starts_at_once_share_one_server(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    together = [ask(folder), ask(folder)]
    assert [first_line(process) for process in together] == [str(folder)] * 2
    for process in together:
        leave(process)
    assert server_of(folder) is None


def test_survives_killed_users_and_a_stale_pid_file(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    killed = ask(folder, "SELECT 1")
    first_line(killed)
    killed.kill()
    killed.communicate()
    server = server_of(folder)
    assert server is not None, "a killed process cannot stop its server"
    for process in (psutil.Process(server), *psutil.Process(server).children()):
        process.kill()
    # The number in the pid file now belongs to a programme that is not PostgreSQL.
    pid_file = folder / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    again = ask(folder)
    assert first_line(again) == str(folder)
    leave(again)
    assert server_of(folder) is None


def test_a_program_that_is_just_beginning_when_ctrl_c_comes_ends_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one instant in which whoever is interrupted does not know yet what it started."""
    begun = []

    def begin(self: Postgres, program: str) -> subprocess.Popen[str]:
        begun.append(subprocess.Popen(["sleep", "60"], text=True, stdout=subprocess.PIPE, start_new_session=True))
        os.kill(os.getpid(), signal.SIGINT)
        return begun[0]

    monkeypatch.setattr(Postgres, "_begin", begin)
    with pytest.raises(KeyboardInterrupt):
        Postgres(tmp_path)._run("initdb")

    assert begun[0].returncode == -signal.SIGKILL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_portuguese_text_is_folded_whatever_the_locale_of_the_machine(tmp_path: Path) -> None:
    process = ask(tmp_path / "postgres", "SELECT upper('ação')")
    assert first_line(process) == "AÇÃO"
    leave(process)


def test_folders_of_databases_that_a_killed_server_was_making_are_removed_at_the_next_start(tmp_path: Path) -> None:
    """Only those of no database; the files of the others stay."""
    folder = tmp_path / "postgres"
    leave(ask(folder))
    kept = {place.name for place in (folder / "base").iterdir()}
    (folder / "base" / "987654").mkdir()
    (folder / "base" / "987654" / "112").write_bytes(b"meia")
    (folder / "base" / "pgsql_tmp").mkdir(exist_ok=True)

    process = ask(folder)
    assert first_line(process) == str(folder)
    assert {place.name for place in (folder / "base").iterdir()} == kept | {"pgsql_tmp"}
    leave(process)
