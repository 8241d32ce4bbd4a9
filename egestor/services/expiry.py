"""Recording that tokens expired. No decision depends on it: a token past its time is refused, swept or not."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from common import audit
from common.actor import Actor
from egestor.models import DeploymentToken

BATCH = 1000
SYSTEM = "egestor.record_expiries"


def record_expiries(*, at: datetime, batch: int = BATCH, scope: Collection[int] | None = None) -> int:
    """Record as EXPIRED every token due at `at`, of the entities in `scope` or of all; returns how many.

    Commits after each `batch` rows, so nobody waits long for a row and an interrupted sweep loses nothing; rows that
    another sweep or a person holds are left to the next pass. Running it again finds nothing to do.
    """
    if not DeploymentToken.objects.has_due(at=at, scope=scope):
        return 0
    total, after = 0, None
    while True:
        with transaction.atomic(durable=True):
            done = DeploymentToken.objects.expire_batch(at=at, size=batch, scope=scope, after=after)
            if done.rows:
                # One event per batch: nobody acted, and each row already says when its validity ended.
                audit.record_batch(
                    "token.expired", model=DeploymentToken, count=done.rows, at=at, by=Actor.routine(SYSTEM, at)
                )
        total, after = total + done.rows, done.last
        if done.rows < batch:
            return total
