"""The load of elected heads (carga do TSE): who governs each entity since the last election."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from common.actor import Actor


class ElectionLoadQuerySet(models.QuerySet["ElectionLoad"]):
    def visible_to(self, actor: Actor) -> ElectionLoadQuerySet:
        """Loads are the ministry's business."""
        return self if actor.entities_in("siops") is None else self.none()


class ElectionLoad(models.Model):
    """One imported election file (arquivo da eleição)."""

    election_year = models.PositiveSmallIntegerField("ano da eleição")
    filename = models.CharField("arquivo", max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="carregado por", null=True, blank=True, related_name="+"
    )
    loaded_at = models.DateTimeField("carregado em")
    elected = models.PositiveIntegerField("eleitos novos")
    reelected = models.PositiveIntegerField("reeleitos")
    ignored = models.PositiveIntegerField("sem ente no simulador")

    objects = ElectionLoadQuerySet.as_manager()

    class Meta:
        verbose_name = "carga da eleição"
        verbose_name_plural = "cargas da eleição"
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return f"Eleição de {self.election_year}"
