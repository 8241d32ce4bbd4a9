"""For how long a municipality does without the CADSUS (consulta desabilitada pelo administrador)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cadsus.models.modules import OFFICE
from common.actor import Actor
from territory.models import Entity


class LookupPauseQuerySet(models.QuerySet["LookupPause"]):
    def in_force_at(self, at: datetime) -> LookupPauseQuerySet:
        """Begun and not over; nothing has to end it."""
        return self.filter(started_at__lte=at, until__gt=at)

    def visible_to(self, actor: Actor) -> LookupPauseQuerySet:
        """That of the municipality in which somebody has a function."""
        entities = {office.entity_id for office in actor.offices if office.kind == OFFICE}
        return self.filter(entity__in=entities)


class LookupPause(models.Model):
    """The last time that the TI of a municipality turned the consultation of its SISRede off; one row of each."""

    entity = models.OneToOneField(
        Entity, models.PROTECT, verbose_name="ente", related_name="lookup_pause", primary_key=True
    )
    started_at = models.DateTimeField("desde")
    until = models.DateTimeField("até")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por", related_name="+")

    objects = LookupPauseQuerySet.as_manager()

    class Meta:
        verbose_name = "pausa da consulta ao CADSUS"
        verbose_name_plural = "pausas da consulta ao CADSUS"
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("started_at")), name="lookup_pause_ends_after_it_began")
        ]

    def __str__(self) -> str:
        return f"Consulta ao CADSUS, {self.entity}"
