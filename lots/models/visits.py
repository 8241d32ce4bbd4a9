"""What a pass found: of each person, and in numbers."""

from __future__ import annotations

from django.db import models

from cadsus.models import Citizen, MicroArea
from lots.models.lots import Lot
from territory.models import Establishment


class Outcome(models.IntegerChoices):
    """Resultado of one person. The numbers are stored; nobody is «indisponível» because of a lot."""

    EQUAL = 0, "Igual ao CADSUS"
    TO_SYNCHRONIZE = 1, "Pronto para sincronizar"
    DIFFERENT = 2, "Diferente do CADSUS"
    DECEASED = 3, "Óbito no CADSUS"
    SEVERAL = 4, "Mais de um cadastro"
    NO_CNS = 5, "Sem CNS definitivo"
    UNIFICATION = 6, "CNS definitivos a unificar"
    CPF = 7, "Maior de 18 anos sem CPF"
    REVENUE = 8, "Divergente da Receita Federal"


class Visit(models.Model):
    """What a lot found of one person (registro). Partitioned by lot, without key: the migration makes the table.

    `mask` has a bit for each of the seven fields that the CADSUS has otherwise (lots.classification.BITS).
    """

    lot = models.ForeignKey(Lot, models.DO_NOTHING, verbose_name="lote", related_name="+", db_constraint=False)
    citizen = models.OneToOneField(
        Citizen, models.DO_NOTHING, verbose_name="usuário", related_name="+", db_constraint=False, primary_key=True
    )
    microarea = models.ForeignKey(
        MicroArea, models.DO_NOTHING, verbose_name="microárea", null=True, related_name="+", db_constraint=False
    )
    outcome = models.SmallIntegerField("resultado", choices=Outcome.choices)
    mask = models.SmallIntegerField("campos diferentes", default=0)

    class Meta:
        managed = False
        db_table = "lots_visit"
        verbose_name = "registro do lote"
        verbose_name_plural = "registros do lote"

    def __str__(self) -> str:
        return self.get_outcome_display()


class Tally(models.Model):
    """How many people of a microarea had an outcome in a slice (contador): all numbers of a report come from these."""

    lot = models.ForeignKey(Lot, models.CASCADE, verbose_name="lote", related_name="tallies")
    slice_number = models.PositiveIntegerField("fatia")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="+", db_index=False
    )
    microarea = models.ForeignKey(
        MicroArea, models.PROTECT, verbose_name="microárea", null=True, related_name="+", db_index=False
    )
    outcome = models.SmallIntegerField("resultado", choices=Outcome.choices)
    people = models.PositiveIntegerField("pessoas")

    class Meta:
        verbose_name = "contador do lote"
        verbose_name_plural = "contadores do lote"
        ordering = ["lot", "slice_number"]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.people}"
