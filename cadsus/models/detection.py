"""How far the registry was searched for repeated records (procura de duplicidades)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull


class DetectionPassQuerySet(models.QuerySet["DetectionPass"]):
    def finished(self) -> DetectionPassQuerySet:
        return self.filter(finished_at__isnull=False).order_by("-pk")

    def unfinished(self) -> DetectionPassQuerySet:
        """One at most."""
        return self.filter(finished_at=None)


class DetectionPass(models.Model):
    """One reading of all records that are new or were changed since the pass before it.

    New is a person, and changed one whom a transação is about, with an id in (after, until]. `cursor` is the last
    person whose pairs are in the queue: a pass that was cut short goes on from there.
    """

    people_after = models.BigIntegerField("pessoas depois de")
    people_until = models.BigIntegerField("pessoas até")
    changes_after = models.BigIntegerField("transações depois de")
    changes_until = models.BigIntegerField("transações até")
    cursor = models.BigIntegerField("última pessoa comparada", default=0)
    compared = models.PositiveIntegerField("cadastros comparados", default=0)
    found = models.PositiveIntegerField("pares encontrados", default=0)
    started_at = models.DateTimeField("iniciada em")
    finished_at = models.DateTimeField("terminada em", null=True, blank=True)

    objects = DetectionPassQuerySet.as_manager()

    class Meta:
        verbose_name = "procura de duplicidades"
        verbose_name_plural = "procuras de duplicidades"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                IsNull(F("finished_at"), True), condition=Q(finished_at=None), name="detection_pass_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(people_until__gte=F("people_after"), changes_until__gte=F("changes_after")),
                name="detection_pass_goes_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"Procura de duplicidades {self.pk}"

    def finish(self, *, at: datetime) -> None:
        self.finished_at = at
