"""The modules of the SISRede, and since when each unit synchronizes in each."""

from __future__ import annotations

from datetime import date

from django.db import models

from territory.models import Establishment

# The kind of office of who has a function in the SISRede.
OFFICE = "sisrede_module"


class Module(models.TextChoices):
    """Módulo: each is the function of who works in it."""

    REGISTRATION = "registration", "Cadastro"
    RECEPTION = "reception", "Recepção"
    COLLECTION = "collection", "Coleta"
    PHARMACY = "pharmacy", "Farmácia"


class EnablementQuerySet(models.QuerySet["Enablement"]):
    def on(self, day: date) -> EnablementQuerySet:
        """In force on a day: it begins with the day and has no end."""
        return self.filter(starts_on__lte=day)


class Enablement(models.Model):
    """A unit synchronizes in a module from a day on (habilitação): cadastro in 2018, all basic units in May 2020."""

    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="enablements"
    )
    module = models.CharField("módulo", max_length=12, choices=Module.choices)
    starts_on = models.DateField("desde")

    objects = EnablementQuerySet.as_manager()

    class Meta:
        verbose_name = "habilitação de módulo"
        verbose_name_plural = "habilitações de módulos"
        constraints = [models.UniqueConstraint(fields=["establishment", "module"], name="enablement_once")]

    def __str__(self) -> str:
        return f"{self.get_module_display()} · {self.establishment_id}"
