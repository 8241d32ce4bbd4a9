"""The embedded Valkey: any folder, several users at once, and what a crash or a full disk leaves behind."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from config.embedded_valkey import Valkey
from config.paths import BASE_DIR
from tests.runs import wait_for

SCRIPT = textwrap.dedent(
    """
    import pathlib, sys
    from config import embedded, embedded_valkey
    print(embedded.join(embedded_valkey.Valkey(pathlib.Path(sys.argv[1]))), flush=True)
    input()
    """
)


def ask(folder: Path) -> subprocess.Popen[str]:
    """A process that starts or joins the server, prints its address and stays until its input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder)],
        cwd=BASE_DIR,
        env={**os.environ, "PYTHONPATH": str(BASE_DIR)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def client(server: Valkey) -> "redis.Redis":
    return redis.Redis(unix_socket_path=str(server.socket), decode_responses=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    made = Valkey(tmp_path / "valkey")
    made.launch()
    yield made
    made.stop()
    wait_for(lambda: not made.running)


def kill(server: Valkey) -> None:
    os.kill(int(server.pid_file.read_text()), signal.SIGKILL)
    wait_for(lambda: not server.running)


@pytest.mark.parametrize("name", ["simples", "com espaço, vírgula e ç", "longa-" + "x" * 120])
def test_starts_in_any_folder_and_stops_with_its_last_user(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "valkey"
    one, other = ask(folder), ask(folder)
    assert address(one) == address(other) != ""
    server = Valkey(folder)
    assert client(server).ping()
    assert len(os.fsencode(server.socket)) < 104

    one.communicate("\n", timeout=30)
    assert server.answers()
    other.communicate("\n", timeout=30)
    assert not server.running
    assert folder.stat().st_mode & 0o077 == 0


def test_what_the_queue_holds_survives_a_killed_server(server: Valkey) -> None:
    client(server).rpush("celery", "mensagem")
    # The file is written before the answer; only a crash of the machine can take the last second.
    kill(server)
    server.launch()
    assert client(server).lrange("celery", 0, -1) == ["mensagem"]


def test_nothing_of_the_queue_leaves_for_want_of_room(server: Valkey) -> None:
    settings = client(server).config_get("maxmemory*")
    assert settings["maxmemory-policy"] == "volatile-lru"
    assert settings["maxmemory"] not in (None, "0")


@pytest.mark.parametrize(
    ("pattern", "content"),
    [("*.incr.aof", b"nada que se leia\r\n"), ("*.manifest", b""), ("*.base.rdb", b"REDIS")],
)
def test_what_cannot_be_read_is_put_aside_and_the_server_starts(server: Valkey, pattern: str, content: bytes) -> None:
    kill(server)
    next((server.folder / "appendonlydir").glob(pattern)).write_bytes(content)
    server.launch()
    assert client(server).dbsize() == 0
    assert (server.folder / "ilegivel").is_dir()


def test_a_half_written_end_costs_only_that_end(server: Valkey) -> None:
    client(server).rpush("celery", "primeira")
    client(server).rpush("celery", "segunda")
    kill(server)
    file = next((server.folder / "appendonlydir").glob("*.incr.aof"))
    file.write_bytes(file.read_bytes()[:-4])
    server.launch()
    assert client(server).lrange("celery", 0, -1) == ["primeira"]
    assert not (server.folder / "ilegivel").exists()
