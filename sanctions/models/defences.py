"""The written defence of an entity (contraditório e ampla defesa, PRC 1/2017, art. 468-A)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from sanctions.models.omissions import Omission
from sanctions.models.shortfalls import Shortfall
from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity

SHORTEST, LONGEST = 50, 4_000


class Defence(models.Model):
    """What an entity answers to a case while its defence is open (defesa); once given, it stays as it is.

    A shortfall that is breached again opens another one, of the day on which it was found anew.
    """

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="defences", db_index=False)
    omission = models.ForeignKey(
        Omission, models.PROTECT, verbose_name="omissão", related_name="defences", null=True, blank=True, db_index=False
    )
    shortfall = models.ForeignKey(
        Shortfall,
        models.PROTECT,
        verbose_name="descumprimento",
        related_name="defences",
        null=True,
        blank=True,
        db_index=False,
    )
    # Of the notification, or of the assessment, that it answers.
    opened_on = models.DateField("aberta em")
    text = models.TextField("defesa")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="escrita por", related_name="+"
    )
    # As who, in words: the office may be another's by now.
    role = models.CharField("na qualidade de", max_length=80)
    written_at = models.DateTimeField("apresentada em")

    objects = EntityScopedQuerySet["Defence"].as_manager()

    class Meta:
        verbose_name = "defesa"
        verbose_name_plural = "defesas"
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["omission", "opened_on"], name="defence_once_for_an_omission"),
            models.UniqueConstraint(fields=["shortfall", "opened_on"], name="defence_once_for_a_shortfall"),
            models.CheckConstraint(
                condition=Q(omission=None, shortfall__isnull=False) | Q(omission__isnull=False, shortfall=None),
                name="defence_of_one_case",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="defence_says_something"),
        ]

    def __str__(self) -> str:
        return f"Defesa: {self.omission or self.shortfall}"
