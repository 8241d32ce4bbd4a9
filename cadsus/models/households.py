"""Where the citizens of the area live: domicílios, families, and who lives in which (vínculo), with its history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cadsus.models.citizens import Citizen
from cadsus.models.modules import OFFICE
from cadsus.models.territory import MicroArea
from common.actor import Actor


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, actor: Actor) -> HouseholdQuerySet:
        entities = {office.entity_id for office in actor.offices if office.kind == OFFICE}
        return self.filter(microarea__area__establishment__entity__in=entities)


class Household(models.Model):
    """A home that a community agent visits (domicílio)."""

    microarea = models.ForeignKey(MicroArea, models.PROTECT, verbose_name="microárea", related_name="households")
    code = models.CharField("número do domicílio", max_length=6)
    address = models.CharField("endereço", max_length=160)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "domicílio"
        verbose_name_plural = "domicílios"
        ordering = ["microarea", "code"]
        constraints = [models.UniqueConstraint(fields=["microarea", "code"], name="household_code_once")]

    def __str__(self) -> str:
        return f"Domicílio {self.code} – {self.address}"

    @property
    def entity_id(self) -> int:
        return self.microarea.area.establishment.entity_id


class Family(models.Model):
    """A family of a home (família)."""

    household = models.ForeignKey(Household, models.PROTECT, verbose_name="domicílio", related_name="families")
    code = models.CharField("número da família", max_length=3)

    class Meta:
        verbose_name = "família"
        verbose_name_plural = "famílias"
        ordering = ["household", "code"]
        constraints = [models.UniqueConstraint(fields=["household", "code"], name="family_code_once")]

    def __str__(self) -> str:
        return f"Família {self.code} do {self.household}"


class HouseholdLinkQuerySet(models.QuerySet["HouseholdLink"]):
    def current(self) -> HouseholdLinkQuerySet:
        return self.filter(ended_at=None)


class HouseholdLink(models.Model):
    """Somebody lives in a home since a visit (vínculo ao domicílio); a change of home is another row."""

    class EndReason(models.TextChoices):
        MOVED = "moved", "Mudou-se"
        DECEASED = "deceased", "Óbito"
        NOT_FOUND = "not_found", "Não localizado"
        OTHER_HOME = "other_home", "Mudou de domicílio na área"

    citizen = models.ForeignKey(Citizen, models.PROTECT, verbose_name="usuário", related_name="household_links")
    family = models.ForeignKey(Family, models.PROTECT, verbose_name="família", related_name="links")
    is_head = models.BooleanField("responsável familiar", default=False)
    visited_on = models.DateField("data da visita")
    linked_at = models.DateTimeField("vinculado em")
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="vinculado por", related_name="+"
    )
    ended_at = models.DateTimeField("desvinculado em", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="desvinculado por",
        null=True,
        blank=True,
        related_name="+",
    )
    end_reason = models.CharField("motivo", max_length=10, choices=EndReason.choices, blank=True)

    objects = HouseholdLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "vínculo ao domicílio"
        verbose_name_plural = "vínculos ao domicílio"
        ordering = ["-linked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["citizen"], condition=Q(ended_at=None), name="household_link_one_current"),
            models.UniqueConstraint(
                fields=["family"], condition=Q(ended_at=None, is_head=True), name="household_link_one_head"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, ended_at__gte=F("linked_at")) & ~Q(end_reason=""),
                name="household_link_end_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.citizen} · {self.family}"
