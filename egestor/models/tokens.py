"""The same-day deployment token (token para implantação e-SUS APS), with which a credential is asked for (SM1)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import transition

from accounts.models import Organisation
from common.folding import fold
from egestor.models.one_use import OneUse, OneUseQuerySet, facts_of
from registry.models import Person
from territory.models import Entity, Establishment


class DeploymentTokenQuerySet(OneUseQuerySet["DeploymentToken"]):
    def for_list(self) -> DeploymentTokenQuerySet:
        """With all that a row of «Tokens gerados» shows."""
        return self.select_related("responsible", "establishment", "entity__municipality", "entity__uf")

    def matching(self, text: str) -> DeploymentTokenQuerySet:
        """Tokens whose responsible, establishment or last four characters hold `text`; all when it is empty.

        Not the CPF: what is searched travels in the address of the page.
        """
        if not text:
            return self
        return self.filter(
            Q(responsible__search_name__contains=fold(text))
            | Q(establishment__search_name__contains=fold(text))
            | Q(establishment__cnes=text)
            | Q(last4__iexact=text)
        )

    def replaced_by(self, token: DeploymentToken) -> DeploymentTokenQuerySet:
        """The live token that `token` cancelled by taking its place, if there was one."""
        return self.filter(
            establishment=token.establishment_id,
            responsible=token.responsible_id,
            status=DeploymentToken.Status.CANCELLED,
            cancelled_at=token.generated_at,
        )


class DeploymentToken(OneUse):
    """Token para implantação e-SUS APS: lets one CPF ask for the credential of one establishment until 23:59 (SM1)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="fundo", related_name="tokens")
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="deployment_tokens")
    responsible = models.ForeignKey(Person, models.PROTECT, verbose_name="responsável", related_name="tokens")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="deployment_tokens"
    )

    objects = DeploymentTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "token para implantação"
        verbose_name_plural = "tokens para implantação"
        ordering = ["-generated_at", "-pk"]
        indexes = [
            models.Index(fields=["expires_at", "id"], name="token_due", condition=Q(status="generated")),
            models.Index(fields=["entity", "-generated_at"], name="token_of_entity"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "responsible"],
                condition=Q(status="generated"),
                name="token_one_generated_per_establishment_and_cpf",
            ),
            *facts_of("token"),
        ]

    def __str__(self) -> str:
        return f"Token ····{self.last4}"

    @transition("status", source=OneUse.Status.GENERATED, target=OneUse.Status.USED)
    def use(self, *, at: datetime) -> None:
        """Consumed by «Confirmar e avançar»."""
        self.used_at, self.sealed_value = at, None
