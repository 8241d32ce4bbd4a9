"""What the two codes that a fund generates have in common: a secret text that serves once, until an instant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple, Self, TypeVar

from django.conf import settings
from django.db import connections, models
from django.db.models import CheckConstraint, Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common import vault
from common.actor import Actor

_Row = TypeVar("_Row", bound="OneUse")


class ExpiredBatch(NamedTuple):
    """What one step of a sweep did: how many rows, and the last one (expires_at, id) to go on from."""

    rows: int
    last: tuple[datetime, int] | None


# Ordered, because only then does the planner take the index when most rows are old and already recorded.
FIRST_DUE = """
SELECT id FROM {table}
WHERE status = 'generated' AND expires_at <= %(at)s {scope} ORDER BY expires_at, id LIMIT 1
"""
# The one place that writes a status set-based: the transition `expire` for many rows at once. Like the machine,
# it leaves only from GENERATED and erases the value. `after` bounds the index: no step reads what former ones left.
EXPIRE_BATCH = """
WITH due AS (
    SELECT expires_at, id FROM {table}
    WHERE status = 'generated' AND expires_at <= %(at)s {after} {scope}
    ORDER BY expires_at, id LIMIT %(size)s FOR NO KEY UPDATE SKIP LOCKED
), done AS (
    UPDATE {table} AS code SET status = 'expired', sealed_value = NULL
    FROM due WHERE (code.expires_at, code.id) = (due.expires_at, due.id) AND code.status = 'generated'
    RETURNING code.expires_at, code.id
)
SELECT expires_at, id, count(*) OVER () FROM done ORDER BY expires_at DESC, id DESC LIMIT 1
"""
IN_SCOPE = "AND entity_id = ANY(%(scope)s)"


class OneUseQuerySet(models.QuerySet[_Row]):
    def visible_to(self, actor: Actor) -> Self:
        """Rows of the entities the actor acts for."""
        return actor.seen(self, "egestor")

    def has_due(self, *, at: datetime, scope: Collection[int] | None = None) -> bool:
        """Whether a row waits to be recorded as expired; in SQL, for it is asked every minute and mostly in vain."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                FIRST_DUE.format(table=self.model._meta.db_table, scope="" if scope is None else IN_SCOPE),
                {"at": at, "scope": list(scope or ())},
            )
            return cursor.fetchone() is not None

    def expire_batch(
        self, *, at: datetime, size: int, scope: Collection[int] | None, after: tuple[datetime, int] | None
    ) -> ExpiredBatch:
        """Make the transition `expire` on up to `size` due rows that nobody holds; call inside a transaction."""
        sql = EXPIRE_BATCH.format(
            table=self.model._meta.db_table,
            after="AND (expires_at, id) > (%(after_at)s, %(after_id)s)" if after else "",
            scope="" if scope is None else IN_SCOPE,
        )
        after_at, after_id = after or (None, None)
        values: dict[str, Any] = {
            "at": at,
            "size": size,
            "scope": list(scope or ()),
            "after_at": after_at,
            "after_id": after_id,
        }
        with connections[self.db].cursor() as cursor:
            # A crash may undo the last batches, whole; the next sweep records them again.
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute(sql, values)
            row = cursor.fetchone()
        return ExpiredBatch(row[2], (row[0], row[1])) if row else ExpiredBatch(0, None)


class OneUse(ConcurrentTransitionMixin, models.Model):
    """A code of a fund: used once, or cancelled, or overtaken by its time.

    Expiry is asked at use (`is_live_at`); the stored EXPIRED only records it. The readable value is kept sealed while
    the code is GENERATED and erased with the status; the hash stays, to tell later why a value no longer works.
    """

    class Status(models.TextChoices):
        GENERATED = "generated", "GERADO"
        USED = "used", "USADO"
        CANCELLED = "cancelled", "CANCELADO"
        EXPIRED = "expired", "EXPIRADO"

    value_hash = models.CharField("resumo do token", max_length=64, unique=True)
    last4 = models.CharField("final do token", max_length=4)
    sealed_value = models.BinaryField("token cifrado", null=True, editable=False)
    status = FSMField("situação", max_length=20, choices=Status.choices, default=Status.GENERATED, protected=True)
    generated_at = models.DateTimeField("gerado em")
    expires_at = models.DateTimeField("válido até")
    used_at = models.DateTimeField("usado em", null=True, blank=True)
    cancelled_at = models.DateTimeField("cancelado em", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="cancelado por", null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    def is_live_at(self, at: datetime) -> bool:
        """Whether it can be used at `at`, decided here and never by the stored expiry."""
        return self.status == self.Status.GENERATED and at < self.expires_at

    def effective_status(self, at: datetime) -> OneUse.Status:
        """The status to show at `at`: expiry counts before the sweep records it."""
        if self.status == self.Status.GENERATED and at >= self.expires_at:
            return self.Status.EXPIRED
        return self.Status(self.status)

    @property
    def value(self) -> str:
        """The readable text; only while GENERATED there is one."""
        return vault.unseal(self.sealed_value).decode() if self.sealed_value else ""

    @transition(status, source=Status.GENERATED, target=Status.CANCELLED)
    def cancel(self, *, by: Actor, at: datetime) -> None:
        """By the fund, or because a newer one took its place."""
        self.cancelled_by_id, self.cancelled_at, self.sealed_value = by.account_id, at, None

    @transition(status, source=Status.GENERATED, target=Status.EXPIRED)
    def expire(self) -> None:
        """Record that its time ended."""
        self.sealed_value = None


def facts_of(name: str) -> list[CheckConstraint]:
    """What the database holds of each state, for the table of that name."""
    return [
        models.CheckConstraint(
            condition=Q(status="generated", sealed_value__isnull=False)
            | (~Q(status="generated") & Q(sealed_value__isnull=True)),
            name=f"{name}_value_kept_only_while_generated",
        ),
        models.CheckConstraint(
            condition=Q(status="used", used_at__isnull=False) | (~Q(status="used") & Q(used_at__isnull=True)),
            name=f"{name}_used_has_instant",
        ),
        models.CheckConstraint(
            condition=Q(status="cancelled", cancelled_at__isnull=False)
            | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
            name=f"{name}_cancelled_has_instant",
        ),
    ]
