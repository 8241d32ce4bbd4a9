"""The golden world (mundo-modelo): a migrated and seeded database that every room is copied from."""

import hashlib
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.paths import BASE_DIR
from config.seed.everything import seed
from pki import services as pki
from pki.models import Authority
from rooms.models import Golden, Keepsake
from rooms.worlds import control

AUTHORITIES = "authorities"


@cache
def version() -> str:
    """Digest of the migrations and of what is seeded: worlds of another version are of another code."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    migrations = sorted(f"{app}.{name}" for app, name in loader.disk_migrations)
    folders = (BASE_DIR / "config" / "seed", BASE_DIR / "registry" / "population")
    seeds = [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*.py"))]
    return hashlib.sha256(b"\0".join([*(name.encode() for name in migrations), *seeds])).hexdigest()[:32]


def build(*, at: datetime) -> None:
    """Fill the empty world that this is called in. The authorities are the same in every world."""
    call_command("migrate", verbosity=0, interactive=False)
    bring_authorities(at=at)
    seed(at=at)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def bring_authorities(*, at: datetime) -> None:
    """Write the authorities that every world shares, unless they are there; the first world makes them."""
    if Authority.objects.exists():
        return
    if not settings.ROOMS_MOST:
        pki.ensure_authorities(at=at)
        return
    with control():
        kept = Keepsake.objects.filter(name=AUTHORITIES).first()
    if kept is None:
        pki.ensure_authorities(at=at)
        rows = Authority.objects.order_by("pk")
        with control():
            Keepsake.objects.get_or_create(name=AUTHORITIES, defaults={"content": serializers.serialize("json", rows)})
        return
    for row in serializers.deserialize("json", kept.content):
        authority: Any = row.object
        # Each world publishes its own revocation lists.
        authority.crl_der, authority.crl_number, authority.crl_next_update = None, 0, None
        authority.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('pki_authority', 'id'), max(id)) FROM pki_authority")


def forget_authorities() -> None:
    """The next golden world makes authorities anew; without rooms the only world just loses its own."""
    if not settings.ROOMS_MOST:
        return
    with control():
        Keepsake.objects.filter(name=AUTHORITIES).delete()
        Golden.objects.all().delete()
