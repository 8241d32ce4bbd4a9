"""The slices of a lot (fatias): ranges that workers claim, each a transaction."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lots.models.lots import Lot


class Slice(models.Model):
    """A range of the pass. The closing one (conferência) comes last and visits whoever is left."""

    class Kind(models.TextChoices):
        PERSON = "person", "por pessoa do CADSUS"
        CHART = "chart", "por prontuário"
        CLOSING = "closing", "conferência final"

    lot = models.ForeignKey(Lot, models.CASCADE, verbose_name="lote", related_name="slices", db_index=False)
    number = models.PositiveIntegerField("número")
    kind = models.CharField("espécie", max_length=7, choices=Kind.choices)
    first = models.BigIntegerField("de", default=0)
    last = models.BigIntegerField("até", default=0)
    is_done = models.BooleanField("feita", default=False)
    people = models.PositiveIntegerField("pessoas", default=0)
    # Seconds that the statement took, and the real instant of its end.
    took = models.FloatField("segundos", null=True, blank=True)
    done_at = models.DateTimeField("feita em", null=True, blank=True)

    class Meta:
        verbose_name = "fatia do lote"
        verbose_name_plural = "fatias do lote"
        ordering = ["lot", "number"]
        indexes = [models.Index(fields=["lot", "number"], condition=Q(is_done=False), name="slice_to_do")]
        constraints = [
            models.UniqueConstraint(fields=["lot", "number"], name="slice_number_once"),
            models.UniqueConstraint(fields=["lot"], condition=Q(kind="closing"), name="slice_one_closing"),
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="slice_is_a_range"),
            models.CheckConstraint(
                condition=Q(is_done=False, done_at=None) | Q(is_done=True, done_at__isnull=False),
                name="slice_done_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Fatia {self.number} do lote {self.lot_id}"
