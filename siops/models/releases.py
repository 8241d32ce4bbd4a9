"""The one-off release of a crítica (liberação pontual, SM-12)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity
from tickets.models import SupportTicket


class RuleRelease(models.Model):
    """One-off release of one crítica (liberação pontual): for one entity, period and version, with a reason."""

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="rule_releases")
    ticket = models.ForeignKey(SupportTicket, models.PROTECT, verbose_name="chamado", related_name="releases")
    rule_code = models.CharField("código da crítica", max_length=20)
    year = models.PositiveSmallIntegerField("ano")
    bimester = models.PositiveSmallIntegerField("bimestre")
    version = models.PositiveSmallIntegerField("versão da declaração", default=1)
    reason = models.TextField("motivo")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="liberada por", related_name="+"
    )
    granted_at = models.DateTimeField("liberada em")

    objects = EntityScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "liberação pontual"
        verbose_name_plural = "liberações pontuais"
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "rule_code", "year", "bimester", "version"], name="release_once_per_version"
            ),
            models.CheckConstraint(condition=Q(bimester__gte=1, bimester__lte=6), name="release_bimester_exists"),
            models.CheckConstraint(condition=~Q(reason=""), name="release_has_reason"),
        ]

    def __str__(self) -> str:
        return f"Liberação de {self.rule_code}"
