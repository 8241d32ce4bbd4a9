"""What a declaration is compared with (SIM-A09 to A11, A20): synthetic tables, of an entity and of a UF.

They are per bimestre and not of a year, so that a room that is advanced by years still has them.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.db.models import F, Q

from declarations.engine.anexo12 import MINIMUM_RATE
from territory.models import Entity, Uf

WHOLE = 100_00

# Line of the Anexo 12 → the field that has what was transferred for it in each bimestre.
PUBLISHED = {"FPM": "fpm", "ICMS": "icms", "ITR": "itr", "UNIAO": "union"}


class PeerRange(NamedTuple):
    """Expense with health for each inhabitant, of the municipalities of a UF."""

    low: int
    high: int


class EntityReference(models.Model):
    """Inhabitants of a municipality, and what STN, SEFAZ and FNS «published» as transferred in each bimestre."""

    entity = models.OneToOneField(
        Entity, models.PROTECT, verbose_name="ente", related_name="reference", primary_key=True
    )
    population = models.PositiveIntegerField("população")
    # Hundredths of a percent, where the Lei Orgânica of the municipality asks for more than the law of the country.
    organic_rate = models.PositiveSmallIntegerField("percentual da Lei Orgânica", null=True, blank=True)
    fpm = models.PositiveBigIntegerField("FPM por bimestre, em centavos")
    icms = models.PositiveBigIntegerField("ICMS por bimestre, em centavos")
    itr = models.PositiveBigIntegerField("ITR por bimestre, em centavos")
    union = models.PositiveBigIntegerField("transferências do FNS por bimestre, em centavos")

    class Meta:
        verbose_name = "tabela sintética do ente"
        verbose_name_plural = "tabelas sintéticas dos entes"
        constraints = [
            models.CheckConstraint(condition=Q(population__gt=0), name="reference_has_inhabitants"),
            models.CheckConstraint(
                condition=Q(organic_rate=None) | Q(organic_rate__gte=MINIMUM_RATE, organic_rate__lte=WHOLE),
                name="reference_organic_rate_is_a_minimum",
            ),
        ]

    def __str__(self) -> str:
        return str(self.entity)

    def transferred(self, bimester: int) -> dict[str, int]:
        """So far in the year, by line."""
        return {line: getattr(self, field) * bimester for line, field in PUBLISHED.items()}


class UfReference(models.Model):
    """The 1st and the 99th percentile of the expense with health for each inhabitant, in each bimestre, in a UF."""

    uf = models.OneToOneField(Uf, models.PROTECT, verbose_name="UF", related_name="reference", primary_key=True)
    lowest = models.PositiveIntegerField("percentil 1 por bimestre, em centavos")
    highest = models.PositiveIntegerField("percentil 99 por bimestre, em centavos")

    class Meta:
        verbose_name = "tabela sintética da UF"
        verbose_name_plural = "tabelas sintéticas das UFs"
        constraints = [models.CheckConstraint(condition=Q(highest__gt=F("lowest")), name="reference_peers_in_order")]

    def __str__(self) -> str:
        return str(self.uf)

    def peers(self, bimester: int) -> PeerRange:
        """So far in the year."""
        return PeerRange(self.lowest * bimester, self.highest * bimester)
