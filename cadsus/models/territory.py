"""Where people live, as the municipality divides it: unit → area → microarea."""

from __future__ import annotations

from django.db import models

from cadsus.models.postings import Posting
from territory.models import Establishment


class Area(models.Model):
    """The area of a team inside the área de abrangência of a centro de saúde."""

    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="areas"
    )
    code = models.CharField("código", max_length=4)
    name = models.CharField("nome", max_length=80)
    is_low_risk = models.BooleanField(
        "área de baixo risco", default=False, help_text="Exceção à vinculação só pelo ACS (Manual do Cadastro)."
    )

    class Meta:
        verbose_name = "área"
        verbose_name_plural = "áreas"
        ordering = ["establishment", "code"]
        constraints = [models.UniqueConstraint(fields=["establishment", "code"], name="area_code_once")]

    def __str__(self) -> str:
        return f"Área {self.code} – {self.name}"


class MicroArea(models.Model):
    """The slice of an area that one community agent (ACS) visits; without agent while nobody does."""

    area = models.ForeignKey(Area, models.PROTECT, verbose_name="área", related_name="microareas")
    code = models.CharField("código", max_length=4)
    agent = models.OneToOneField(
        Posting, models.PROTECT, verbose_name="ACS", null=True, blank=True, related_name="microarea"
    )

    class Meta:
        verbose_name = "microárea"
        verbose_name_plural = "microáreas"
        ordering = ["area", "code"]
        constraints = [models.UniqueConstraint(fields=["area", "code"], name="microarea_code_once")]

    def __str__(self) -> str:
        return f"Microárea {self.code} da {self.area}"
