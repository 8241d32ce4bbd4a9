"""The 24-hour code with which a PEC is installed or updated, and the contra-chave that the e-Gestor makes with it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import transition

from accounts.models import Organisation
from common.actor import Actor
from egestor import installation_key
from egestor.models.one_use import OneUse, OneUseQuerySet, facts_of
from registry.models import Person
from territory.models import Entity


class InstallationCodeQuerySet(OneUseQuerySet["InstallationCode"]):
    def for_list(self) -> InstallationCodeQuerySet:
        """With all that a row of «Códigos gerados» shows."""
        return self.select_related("manager", "entity__municipality", "entity__uf")

    def used_by(self, actor: Actor) -> InstallationCodeQuerySet:
        """Those that gave who acts a contra-chave, newest first."""
        return self.filter(manager__user=actor.account_id, status=InstallationCode.Status.USED).order_by(
            "-used_at", "-pk"
        )

    def replaced_by(self, code: InstallationCode) -> InstallationCodeQuerySet:
        """The live code that `code` cancelled by taking its place, if there was one."""
        return self.filter(
            entity=code.entity_id,
            manager=code.manager_id,
            status=InstallationCode.Status.CANCELLED,
            cancelled_at=code.generated_at,
        )


class InstallationCode(OneUse):
    """Código de instalação: lets one Gestor Técnico turn the key that a PEC shows into its contra-chave, for 24 hours.

    It is not the deployment token, and this contra-chave runs the other way: made here, typed into the PEC.
    """

    class Reason(models.TextChoices):
        INSTALLATION = "installation", "Instalação"
        UPDATE = "update", "Atualização"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="fundo", related_name="installation_codes"
    )
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="installation_codes")
    manager = models.ForeignKey(Person, models.PROTECT, verbose_name="gestor", related_name="installation_codes")
    reason = models.CharField("motivo", max_length=20, choices=Reason.choices)
    installation_key = models.CharField("chave da instalação", max_length=19, blank=True)

    objects = InstallationCodeQuerySet.as_manager()

    class Meta:
        verbose_name = "código de instalação"
        verbose_name_plural = "códigos de instalação"
        ordering = ["-generated_at", "-pk"]
        indexes = [
            models.Index(fields=["expires_at", "id"], name="code_due", condition=Q(status="generated")),
            models.Index(fields=["entity", "-generated_at"], name="code_of_entity"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "manager"], condition=Q(status="generated"), name="code_one_generated_per_manager"
            ),
            *facts_of("code"),
            models.CheckConstraint(
                condition=(Q(status="used") & ~Q(installation_key="")) | (~Q(status="used") & Q(installation_key="")),
                name="code_used_has_key",
            ),
        ]

    def __str__(self) -> str:
        return f"Código ····{self.last4}"

    @property
    def counter_key(self) -> str:
        """The contra-chave that it gave; "" until it is used."""
        return installation_key.counter_key_of(self.installation_key) if self.installation_key else ""

    @transition("status", source=OneUse.Status.GENERATED, target=OneUse.Status.USED)
    def use(self, *, installation_key: str, at: datetime) -> None:
        """Consumed by «Gerar contra-chave»."""
        self.installation_key, self.used_at, self.sealed_value = installation_key, at, None
