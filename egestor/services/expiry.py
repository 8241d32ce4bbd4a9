"""Recording that the fund's codes expired. No decision depends on it: one past its time is refused, swept or not."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from common import audit, prepared
from common.actor import Actor
from egestor.models import DeploymentToken, InstallationCode

# Longer ones cost less for each row, and a person waits for a row that long: 50 to 90 ms.
BATCH = 2000
SYSTEM = "egestor.record_expiries"


def record_expiries(*, at: datetime, batch: int = BATCH, scope: Collection[int] | None = None) -> int:
    """Record as EXPIRED every deployment token due at `at`, of the entities in `scope` or of all; returns how many."""
    return _record(DeploymentToken, "token.expired", at=at, batch=batch, scope=scope)


def record_code_expiries(*, at: datetime) -> int:
    """The same for the installation codes of all entities."""
    return _record(InstallationCode, "installation_code.expired", at=at, batch=BATCH, scope=None)


def _record(
    model: type[DeploymentToken] | type[InstallationCode],
    verb: str,
    *,
    at: datetime,
    batch: int,
    scope: Collection[int] | None,
) -> int:
    """Commits after each `batch` rows, so nobody waits long for a row and an interrupted sweep loses nothing.

    Rows that another sweep or a person holds are left to the next pass. Running it again finds nothing to do.
    """
    if not model.objects.has_due(at=at, scope=scope):
        return 0
    total, after = 0, None
    with prepared.statements():
        while True:
            with transaction.atomic(durable=True):
                done = model.objects.expire_batch(at=at, size=batch, scope=scope, after=after)
                if done.rows:
                    # One event per batch: nobody acted, and each row already says when its validity ended.
                    audit.record_batch(verb, model=model, count=done.rows, at=at, by=Actor.routine(SYSTEM, at))
            total, after = total + done.rows, done.last
            if done.rows < batch:
                return total
