"""What was written of the synthetic population of a room, so that a load that was cut short goes on."""

from django.db import models
from django.db.models import Q

from territory.models import Municipality


class PopulatedBlock(models.Model):
    """People that were written together (bloco da população), in the same transaction as this row."""

    # The number of the slice that every room has: the special cases and their neighbours.
    ROOM = -1

    number = models.SmallIntegerField("bloco", primary_key=True)
    seed = models.IntegerField("semente")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, verbose_name="município", related_name="+", db_index=False
    )
    # The ages count back from it.
    reference = models.DateField("dia de referência")
    people = models.PositiveSmallIntegerField("pessoas", default=0)

    class Meta:
        verbose_name = "bloco da população"
        verbose_name_plural = "blocos da população"
        ordering = ["number"]
        constraints = [models.CheckConstraint(condition=Q(number__gte=-1), name="populated_block_is_numbered")]

    def __str__(self) -> str:
        return f"Bloco {self.number}: {self.people} pessoas"
