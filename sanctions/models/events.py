"""The timeline of an entity and year: what happened, when, with which amount and by which rule."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from declarations.engine.money import brazilian
from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity


class SanctionEventQuerySet(EntityScopedQuerySet["SanctionEvent"]):
    def newest_first(self) -> SanctionEventQuerySet:
        return self.order_by("-on", "-pk")


class SanctionEvent(models.Model):
    """One thing that happened (ocorrência), at the first instant of its day."""

    class Kind(models.TextChoices):
        NOTIFIED = "notified", "Notificado: 6º bimestre não homologado; presume-se descumprido o mínimo"
        SETTLED = "settled", "Homologado dentro dos 30 dias da notificação"
        VOIDED = "voided", "Sem efeito: o 6º bimestre já estava homologado no prazo"
        DEFENDED = "defended", "Defesa apresentada pelo ente"
        REPORTED = "suspension_reported", "Suspensão comunicada ao banco"
        SUSPENDED = "transfers_suspended", "Transferências suspensas"
        RESTORATION_REQUESTED = "restoration_requested", "Homologado; restabelecimento solicitado ao banco"
        RESTORED = "restored", "Transferências restabelecidas"
        BREACHED = "breached", "Mínimo não aplicado; transferências voluntárias suspensas e defesa aberta"
        AMOUNT_CHANGED = "amount_changed", "Retificação homologada: valor recalculado"
        CONTROL_INFORMED = "control_informed", "Fim da defesa: informado ao Tribunal de Contas e ao Ministério Público"
        CONDITIONED = "conditioned", "Transferências condicionadas: começa o direcionamento"
        DIRECTED = "directed", "Parcela direcionada à conta do fundo de saúde"
        DEPOSITED = "deposited", "Depósito integral: termina o direcionamento"
        RESUMED = "resumed", "Valor maior depois da retificação: o direcionamento recomeça"
        PROOF_SUSPENDED = "proof_suspended", "Aplicação não comprovada em 12 meses: transferências suspensas"
        REGULARIZED = "regularized", "Regularizado"

    BASIS = {
        Kind.NOTIFIED: "Decreto 7.827/2012, art. 7º",
        Kind.SETTLED: "Decreto 7.827/2012, art. 7º",
        Kind.VOIDED: "Decreto 7.827/2012, art. 7º",
        Kind.DEFENDED: "PRC 1/2017, art. 468-A",
        Kind.REPORTED: "Decreto 7.827/2012, art. 7º; LC 141/2012, art. 39",
        Kind.SUSPENDED: "Decreto 7.827/2012, art. 7º; LC 141/2012, art. 39",
        Kind.RESTORATION_REQUESTED: "Decreto 7.827/2012, art. 7º",
        Kind.RESTORED: "Decreto 7.827/2012, art. 7º",
        Kind.BREACHED: "LC 141/2012, arts. 25 e 26; Decreto 7.827/2012, art. 11; PRC 1/2017, art. 468-A",
        Kind.AMOUNT_CHANGED: "Decreto 7.827/2012, art. 13, § 4º",
        Kind.CONTROL_INFORMED: "PRC 1/2017, art. 468-A",
        Kind.CONDITIONED: "Decreto 7.827/2012, arts. 12 e 13",
        Kind.DIRECTED: "Decreto 7.827/2012, art. 13, § 2º",
        Kind.DEPOSITED: "Decreto 7.827/2012, art. 13, § 3º",
        Kind.RESUMED: "Decreto 7.827/2012, art. 13, § 4º",
        Kind.PROOF_SUSPENDED: "Decreto 7.827/2012, art. 18",
        Kind.REGULARIZED: "Decreto 7.827/2012, art. 20",
    }

    entity = models.ForeignKey(
        Entity, models.PROTECT, verbose_name="ente", related_name="sanction_events", db_index=False
    )
    year = models.PositiveSmallIntegerField("exercício")
    kind = models.CharField("o que aconteceu", max_length=24, choices=Kind.choices)
    on = models.DateField("dia")
    amount = models.BigIntegerField("valor, em centavos", null=True, blank=True)

    objects = SanctionEventQuerySet.as_manager()

    class Meta:
        verbose_name = "ocorrência"
        verbose_name_plural = "ocorrências"
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "year", "on", "kind"], name="sanction_event_once_a_day"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="sanction_event_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y} {self.get_kind_display()}"

    @property
    def basis(self) -> str:
        """By which rule (fundamento)."""
        return self.BASIS[self.Kind(self.kind)]

    @property
    def in_reais(self) -> str:
        return "" if self.amount is None else brazilian(self.amount)
