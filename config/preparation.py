"""Making a data folder or a database server ready: the list of rooms, the golden world, the open room, the roots."""

from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, transaction
from django.db.migrations.exceptions import InconsistentMigrationHistory
from psycopg import errors

from common import clock
from config.seed.everything import seed
from config.seed.golden import bring_authorities
from pki.models import Authority
from rooms import services, stock, worlds
from rooms.models import Room
from rooms.router import CONTROL

SETUP_LOCK = 0x456E7361696F
OTHER_VERSION = (
    "O banco de dados foi feito por uma versão do portal que esta não sabe atualizar. Guarde-o, se precisar dele, e "
    "inicie com outra pasta (make run DATA_DIR=/caminho) ou com outro banco (DATABASE_URL)."
)
# What migrating finds where another code has made the tables.
OTHER_TABLES = (errors.DuplicateTable, errors.UndefinedTable, errors.UndefinedColumn)


class OtherVersion(RuntimeError):
    """The database has a history of migrations that is not a past of this code's."""

    def __init__(self) -> None:
        super().__init__(OTHER_VERSION)


def prepare() -> None:
    """Bring everything to this version of the code; two runs over one database take turns. Raises OtherVersion."""
    try:
        _prepare()
    except InconsistentMigrationHistory as error:
        raise OtherVersion from error
    except ProgrammingError as error:
        if isinstance(error.__cause__, OTHER_TABLES):
            raise OtherVersion from error
        raise


def _prepare() -> None:
    with worlds.control() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
        try:
            call_command("migrate", "rooms", database=CONTROL, verbosity=0, interactive=False)
            if settings.ROOMS_MOST:
                services.ensure_open_room(at=clock.real_now())
            migrate_worlds()
            with worlds.entered(worlds.open_world()):
                write_roots()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SETUP_LOCK])


def migrate_worlds() -> None:
    """Bring the worlds of another version to this one; a world that no copy of golden made is looked at each time."""
    for world in _outdated():
        with worlds.entered(world):
            call_command("migrate", verbosity=0, interactive=False)
            bring_authorities(at=clock.real_now())
            seed(at=clock.real_now())
        with worlds.control(), transaction.atomic(using=CONTROL):
            Room.objects.open().filter(database=world.database).update(version=stock.version())


def _outdated() -> list[worlds.World]:
    own, current = worlds.control_database(), stock.version()
    if not settings.ROOMS_MOST:
        return [worlds.only_world()]
    with worlds.control():
        return [
            worlds.world_of(room) for room in Room.objects.open() if room.version != current or room.database == own
        ]


def write_roots() -> None:
    """Leave the simulated roots in DATA_DIR/ca.pem, for `curl --cacert`. They are the same in every room."""
    roots = Authority.objects.filter(parent=None).order_by("pk").values_list("certificate_pem", flat=True)
    (settings.DATA_DIR / "ca.pem").write_text("".join(roots))
