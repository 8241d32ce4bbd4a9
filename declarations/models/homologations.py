"""What the gestor adds to a version: the homologation, and the rectification that a later version answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from declarations.models.declarations import Declaration
from pki.models import Certificate


class Homologation(models.Model):
    """The act by which a version became official (homologação); who and when are of the version itself.

    `statement` is the declaration of responsibility that its author's key signed (`signature`, a detached CMS).
    `changes` are the cells that differ from the version that it replaced: [cell, before, after], in cents.
    """

    declaration = models.OneToOneField(
        Declaration, models.PROTECT, verbose_name="declaração", related_name="homologation"
    )
    replaced = models.OneToOneField(
        Declaration,
        models.PROTECT,
        verbose_name="versão que corrige",
        related_name="replaced_by",
        null=True,
        blank=True,
    )
    changes = models.JSONField("células que mudaram", default=list, blank=True)
    by_substitution = models.BooleanField("por substituição", default=False)
    statement = models.TextField("declaração de responsabilidade")
    signature = models.BinaryField("assinatura", editable=False)
    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="certificado", related_name="+")

    class Meta:
        verbose_name = "homologação"
        verbose_name_plural = "homologações"
        constraints = [
            models.CheckConstraint(
                condition=Q(replaced__isnull=False) | Q(changes=[]), name="homologation_changes_a_version"
            ),
            models.CheckConstraint(condition=~Q(statement=""), name="homologation_says_what_was_signed"),
        ]

    def __str__(self) -> str:
        return f"Homologação da {self.declaration}"

    @property
    def entity_id(self) -> int:
        return self.declaration.entity_id


class Rectification(models.Model):
    """The correction of an official version, opened with its reason (retificação).

    It lasts until a later version is homologated; meanwhile the rectified one stays official.
    """

    rectified = models.OneToOneField(
        Declaration, models.PROTECT, verbose_name="versão oficial", related_name="rectification"
    )
    reason = models.TextField("motivo")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="aberta por", related_name="+")
    opened_at = models.DateTimeField("aberta em")
    by_substitution = models.BooleanField("por substituição", default=False)

    class Meta:
        verbose_name = "retificação"
        verbose_name_plural = "retificações"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="rectification_says_why")]

    def __str__(self) -> str:
        return f"Retificação da {self.rectified}"

    @property
    def entity_id(self) -> int:
        return self.rectified.entity_id
